/**
 * Made-up Services that `early` is held to, connection by connection: opened at random, few or many a minute, more by day;
 * sizes with a heavy tail; each crosses zones or not for as long as it lives, by the share of the hour it is opened in.
 * Most live for minutes. Beside them some live for hours and carry up to two fifths: those opened before the change keep
 * their zones after it. The day before is the same law without the change.
 */
import type { EarlyQuestion } from '../../../server/rollouts/evaluate/early.ts'
import { between, logistic, logit } from './draws.ts'
import { MONDAY, stepsOf } from './trial.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
/** The oldest short connection that still matters when the first minute begins. */
const LEAD = 90

interface ConnectionLaw {
  readonly perMinute: number
  /** Pareto: the chance of being larger than x is x^−tail, x ≥ 1; cut at 3,000. */
  readonly tail: number
  readonly meanMinutes: number
  readonly load: { readonly day: number; readonly peakHour: number }
  readonly share: { readonly day: number; readonly peakHour: number; readonly before: number; readonly after: number }
  /** How many live long, the part of all bytes they carry, and how long they live on average. */
  readonly lasting: { readonly count: number; readonly part: number; readonly meanMinutes: number }
}

const logEven = (random: () => number, low: number, high: number) =>
  Math.exp(between(random, Math.log(low), Math.log(high)))

export function drawConnectionLaw(random: () => number): ConnectionLaw {
  const before = between(random, 0.3, 0.75)
  const effect = random() < 0.25 ? 0 : between(random, -0.6, 0.2)
  const after = effect === 0 ? before : Math.min(0.95, Math.max(0.005, before + effect))
  return {
    perMinute: logEven(random, 2, 100),
    tail: between(random, 1.2, 2.5),
    meanMinutes: logEven(random, 0.2, 8),
    load: { day: between(random, 0, 0.8), peakHour: between(random, 0, 24) },
    share: {
      day: between(random, 0, 0.4),
      peakHour: between(random, 0, 24),
      before: logit(before),
      after: logit(after),
    },
    lasting: {
      count: Math.ceil(logEven(random, 3, 100)),
      part: random() < 0.5 ? 0 : between(random, 0, 0.4),
      meanMinutes: between(random, 120, 720),
    },
  }
}

const swing = (day: number, peakHour: number, minute: number) =>
  day * Math.cos((2 * Math.PI * (minute / 60 - peakHour)) / 24)

const loadAt = ({ load }: ConnectionLaw, minute: number) => Math.exp(swing(load.day, load.peakHour, minute))
const shareAt = ({ share }: ConnectionLaw, minute: number, changed: boolean) =>
  logistic((changed ? share.after : share.before) + swing(share.day, share.peakHour, minute))

const meanSize = (tail: number) => (tail * (1 - 3000 ** (1 - tail))) / (tail - 1) / (1 - 3000 ** -tail)
const drawSize = (random: () => number, tail: number) => (1 - random() * (1 - 3000 ** -tail)) ** (-1 / tail)
const drawLife = (random: () => number, mean: number) => -mean * Math.log(1 - random())

/** Arrays of minutes: bytes, cross-zone bytes, connections opened. */
class Minutes {
  readonly first: number
  readonly bytes: Float64Array
  readonly cross: Float64Array
  readonly opened: Float64Array

  constructor(first: number, count: number) {
    this.first = first
    this.bytes = new Float64Array(count)
    this.cross = new Float64Array(count)
    this.opened = new Float64Array(count)
  }

  /** Spreads a connection's bytes evenly over its life. */
  add(opened: number, life: number, size: number, crosses: boolean): void {
    const at = Math.floor(opened) - this.first
    if (at >= 0 && at < this.opened.length) this.opened[at] = (this.opened[at] ?? 0) + 1
    const from = Math.max(0, at)
    const to = Math.min(this.bytes.length - 1, Math.floor(opened + life) - this.first)
    for (let minute = from; minute <= to; minute++) {
      const start = Math.max(opened, this.first + minute)
      const end = Math.min(opened + life, this.first + minute + 1)
      const bytes = (size * (end - start)) / life
      this.bytes[minute] = (this.bytes[minute] ?? 0) + bytes
      if (crosses) this.cross[minute] = (this.cross[minute] ?? 0) + bytes
    }
  }

  steps() {
    const share = this.cross.map((cross, i) => (cross === 0 ? 0 : cross / (this.bytes[i] ?? 0)))
    return { ...stepsOf(MONDAY + this.first * MINUTE_MS, MINUTE_MS, this.bytes, share), connections: this.opened }
  }
}

/** Opens all connections that carry something in the minutes; `into` says which minutes take one opened then. */
function run(
  law: ConnectionLaw,
  random: () => number,
  from: number,
  to: number,
  changeAt: number,
  into: (opened: number) => readonly Minutes[],
): void {
  const open = (opened: number, life: number, size: number) => {
    const crosses = random() < shareAt(law, opened, opened >= changeAt)
    for (const minutes of into(opened)) minutes.add(opened, life, size, crosses)
  }
  const most = law.perMinute * Math.exp(law.load.day)
  for (let at = from - LEAD + drawLife(random, 1 / most); at < to; at += drawLife(random, 1 / most))
    if (random() * most < law.perMinute * loadAt(law, at))
      open(at, drawLife(random, law.meanMinutes) + 1 / 60, drawSize(random, law.tail))
  const { count, part, meanMinutes } = law.lasting
  if (part === 0) return
  const perMinute = ((part / (1 - part)) * law.perMinute * meanSize(law.tail)) / count
  for (let one = 0; one < count; one++) {
    // A place that is always taken: by a connection under way at first, whose age is as its life (no memory).
    let opened = from - drawLife(random, meanMinutes)
    let life = from - opened + drawLife(random, meanMinutes)
    while (opened < to) {
      open(opened, life, perMinute * life)
      opened += life
      life = drawLife(random, meanMinutes)
    }
  }
}

/** A question `window` minutes after a change, and the truth: what the change did to the share of what was opened since. */
export function drawEarlyTrial(
  random: () => number,
  window: number,
): { readonly question: EarlyQuestion; readonly truth: number } {
  const law = drawConnectionLaw(random)
  const change = DAY_MINUTES + Math.floor(between(random, 0, DAY_MINUTES))
  const today = new Minutes(change - window, window)
  const old = new Minutes(change, window)
  const fresh = new Minutes(change, window)
  run(law, random, change - window, change + window, change, opened => (opened < change ? [today, old] : [fresh]))
  const yesterday = [new Minutes(change - DAY_MINUTES - window, window), new Minutes(change - DAY_MINUTES, window)]
  run(law, random, change - DAY_MINUTES - window, change - DAY_MINUTES + window, Infinity, () => yesterday)
  const [dayBefore, dayAfter] = yesterday.map(minutes => minutes.steps())
  if (dayBefore === undefined || dayAfter === undefined) throw new RangeError('no day before')
  return {
    question: {
      newConnections: fresh.steps(),
      oldConnections: old.steps(),
      before: today.steps(),
      dayEarlier: { before: dayBefore, after: dayAfter },
      coverage: { before: 1, after: 1 },
    },
    truth: effectOf(law, change, window),
  }
}

/** Expected share of what is opened in the window, weighed by the bytes it is expected to carry within it, less the same had nothing changed. */
function effectOf(law: ConnectionLaw, change: number, window: number): number {
  let weights = 0
  let effect = 0
  for (let minute = 0; minute < window; minute++) {
    const left = window - minute - 0.5
    const carried =
      1 - Math.exp(-left / law.meanMinutes) + (left / law.meanMinutes) * exponentialIntegral(left / law.meanMinutes)
    const weight = loadAt(law, change + minute + 0.5) * carried
    weights += weight
    effect += weight * (shareAt(law, change + minute + 0.5, true) - shareAt(law, change + minute + 0.5, false))
  }
  return effect / weights
}

/** E₁(x) = ∫ e^(−xt) ÷ t from 1 up, by its midpoints in u = 1 ÷ t. */
function exponentialIntegral(x: number): number {
  let sum = 0
  for (let i = 0; i < 200; i++) {
    const u = (i + 0.5) / 200
    sum += Math.exp(-x / u) / u / 200
  }
  return sum
}
