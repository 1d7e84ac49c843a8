import { createHash } from 'node:crypto'
import type { Price, TimeRange } from '@weir/contract/queries.ts'
import type { RoutingChange, ShareReading } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { ServiceName, TrafficOfServices } from '../service-traffic.ts'
import { largestOf } from './change-services.ts'
import { firstGenerations, type GenerationsOf, readEarly } from './early.ts'
import type { ReadingsOfChange, ReadingsStore } from './kept-readings.ts'
import {
  concernsSame,
  type EarlySides,
  earlySides,
  type Kept,
  nameOf,
  SIDE_MS,
  type Sides,
  settledSides,
} from './ranges.ts'
import { readSettled } from './settled.ts'

export interface ReadingsParts {
  readonly traffic: TrafficOfServices
  /** All that is known of in the range, of every cluster. */
  readonly changesIn: (range: TimeRange) => readonly RoutingChange[]
  readonly generationsOf: GenerationsOf
  /** Readings that outlive the sums they were made of. */
  readonly keptReadings: ReadingsStore
  readonly kept: () => Kept
  readonly price: () => Price
  readonly now: () => EpochMs
}

/** How often an early reading is made anew. */
const EARLY_EVERY_MS = 5 * MINUTE_MS
/** What is looked for beyond this is looked for again. */
const MOST_WANTED = 200

/** Readings of changes, each made when it is asked for and there is something new to read. */
export class Readings {
  readonly #parts: ReadingsParts
  readonly #wanted = new Map<string, RoutingChange>()
  readonly #underWay = new Map<string, Promise<ReadingsOfChange>>()

  constructor(parts: ReadingsParts) {
    this.#parts = parts
  }

  /** What was read last, however long ago; undefined: nothing yet, and it is on the list of what is to be read. */
  peek(change: RoutingChange): readonly ShareReading[] | undefined {
    if (change.services.length === 0) return []
    const key = keyOf(change)
    const known = this.#parts.keptReadings.get(key)
    if (known === undefined && this.#wanted.size < MOST_WANTED) this.#wanted.set(key, change)
    return known === undefined ? undefined : inOrder(known)
  }

  /** What was looked for and not there, to be read when there is time. */
  takeWanted(): readonly RoutingChange[] {
    const wanted = [...this.#wanted.values()]
    this.#wanted.clear()
    return wanted
  }

  /**
   * Settled, and early where the change began a new routing generation; none of a change that moved no Service.
   *
   * @param change with the Services that it is to be read by: in a viewer's scope, theirs.
   */
  async of(change: RoutingChange): Promise<readonly ShareReading[]> {
    if (change.services.length === 0) return []
    const key = keyOf(change)
    const running = this.#underWay.get(key) ?? this.#read(key, change)
    this.#underWay.set(key, running)
    try {
      return inOrder(await running)
    } finally {
      this.#underWay.delete(key)
    }
  }

  /** Other changes of the same Services that may have moved what a reading of this one compares. */
  othersOf(change: RoutingChange): readonly RoutingChange[] {
    const around = { from: epochMs(change.at - 2 * SIDE_MS), to: epochMs(change.at + 2 * SIDE_MS) }
    return this.#parts.changesIn(around).filter(other => concernsSame(change, other))
  }

  sidesOf(change: RoutingChange): Sides {
    return settledSides(change, this.othersOf(change), this.#parts.kept())
  }

  async #read(key: string, change: RoutingChange): Promise<ReadingsOfChange> {
    const { keptReadings, traffic } = this.#parts
    const known = keptReadings.get(key) ?? { changeAt: change.at }
    const read = await largestOf(change, traffic)
    const settled = await this.#settled(known, change, read)
    const early = await this.#early(known, change, read)
    const found = {
      changeAt: change.at,
      ...(settled !== undefined && { settled }),
      ...(early !== undefined && { early }),
    }
    keptReadings.set(key, found)
    return found
  }

  async #settled(
    { settled: known }: ReadingsOfChange,
    change: RoutingChange,
    services: readonly ServiceName[],
  ): Promise<ReadingsOfChange['settled']> {
    const { kept, now, price, traffic } = this.#parts
    const sides = this.sidesOf(change)
    const of = stampOf(sides, price())
    if (known?.of === of) return known
    if (known !== undefined && hasAged(sides, known.reading)) return known
    const question = { change, services, sides, kept: kept(), now: now() }
    return { of, reading: await readSettled(traffic, price(), question) }
  }

  async #early(
    { early: known }: ReadingsOfChange,
    change: RoutingChange,
    services: readonly ServiceName[],
  ): Promise<ReadingsOfChange['early']> {
    const { generationsOf, kept, price, traffic } = this.#parts
    const limits = kept()
    const sealedUntil = epochMs(Math.floor(limits.sealedUntil / EARLY_EVERY_MS) * EARLY_EVERY_MS)
    const sides = earlySides(change, this.othersOf(change), { ...limits, sealedUntil })
    if (sides.after.from < limits.minutesFrom) return known
    const first = firstGenerations(change, services, generationsOf)
    if (first.size === 0) return known
    const of = stampOf(sides, price())
    if (known?.of === of) return known
    if (known !== undefined && (hasAged(sides, known.reading) || hasLostDay(sides, known.reading))) return known
    return { of, reading: await readEarly(traffic, price(), services, sides, first) }
  }
}

/** Whether age, and not another change, has taken from the side before: then what was read cannot be read again. */
function hasAged({ before, begunBy }: Sides, { before: { range } }: ShareReading): boolean {
  return begunBy === undefined && range.from < before.from && range.to - range.from > before.to - before.from
}

/** Whether age has taken the day before the change, without which an hour is all that may be compared. */
const hasLostDay = ({ dayEarlier, begunBy, endedBy }: EarlySides, { before }: ShareReading): boolean =>
  dayEarlier === undefined && begunBy === undefined && endedBy === undefined && before.stepsInRange > 60

/** Equal as long as there is nothing new to read. */
const stampOf = ({ before, after }: Sides, price: Price): string =>
  [before.from, before.to, after.from, after.to, price.usdPerGb, price.bytesPerGb].join(' ')

/** The same change read by other Services is another reading. */
function keyOf({ id, services }: RoutingChange): string {
  const names = services.map(nameOf).sort().join(' ')
  return `${id} ${createHash('sha256').update(names).digest('hex').slice(0, 12)}`
}

const inOrder = ({ settled, early }: ReadingsOfChange): readonly ShareReading[] =>
  [settled?.reading, early?.reading].filter(reading => reading !== undefined)

/** The settled reading where it says something, else the early one. */
export function shownOf(readings: readonly ShareReading[]): ShareReading | null {
  const settled = readings.find(({ kind }) => kind === 'settled')
  const early = readings.find(({ kind }) => kind === 'early')
  const says = (reading: ShareReading | undefined) => reading !== undefined && reading.verdict !== 'not enough data'
  return (says(settled) ? settled : says(early) ? early : settled) ?? null
}
