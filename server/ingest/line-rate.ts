import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { epochMs, MINUTE_MS, type Minute, minute, minuteOf } from '@weir/contract/units.ts'
import { ABOVE_LINE_RATE, type CardBytes, type Placer } from './place.ts'

/** A dump that comes late puts bytes of one window into the next: so much time is given on top. */
const SLACK_MS = 10_000
/** Minutes that are remembered of a node: as long as late rows are taken (sealed-minutes.ts), and a little more. */
const KEPT_MINUTES = 1_500

/**
 * What a node's network card can carry: `gbps` in and as much out. A node that claims more is broken or lies. What stays
 * on the node is not held to it. Pure but for its own memory of the minutes, which catches a claim cut into many batches.
 */
export class LineRate {
  readonly #bytesPerMs: number
  readonly #taken = new Map<number, Map<Minute, { plain: number; tunnels: number }>>()
  readonly #distrusted = new Map<number, Set<Minute>>()

  /** @param gbps gigabit (10^9 bit) per second, each way */
  constructor(gbps: number) {
    this.#bytesPerMs = (2 * gbps * 1e9) / 8 / 1_000
  }

  /** Whether the window claims more than fits through the card, alone or with what was taken of its minutes before. */
  isAbove(node: number, window: BatchWindow, { plain, tunnels }: CardBytes): boolean {
    const most = this.#most(window.to - window.from)
    if (plain > most || tunnels > most) return true
    const taken = this.#taken.get(node)
    if (taken === undefined) return false
    const mostInMinute = this.#most(MINUTE_MS)
    for (const [at, share] of shares(window)) {
      const before = taken.get(at)
      if (before === undefined) continue
      if (before.plain + plain * share > mostInMinute || before.tunnels + tunnels * share > mostInMinute) return true
    }
    return false
  }

  /** A batch of the window was set aside: its minutes are distrusted, whatever else the node says of them. */
  distrust(node: number, window: BatchWindow): void {
    const minutes = this.#distrusted.get(node) ?? new Set<Minute>()
    this.#distrusted.set(node, minutes)
    for (const [at] of shares(window)) minutes.add(at)
    forgetOldest(minutes)
  }

  /** Such a window is no coverage: what the other ends saw of it is promoted. */
  isDistrusted(node: number, window: BatchWindow): boolean {
    const minutes = this.#distrusted.get(node)
    return minutes !== undefined && shares(window).some(([at]) => minutes.has(at))
  }

  /** The window counts: remembers what its minutes hold. */
  took(node: number, window: BatchWindow, { plain, tunnels }: CardBytes): void {
    const taken = this.#taken.get(node) ?? new Map<Minute, { plain: number; tunnels: number }>()
    this.#taken.set(node, taken)
    for (const [at, share] of shares(window)) {
      const sum = taken.get(at) ?? { plain: 0, tunnels: 0 }
      sum.plain += plain * share
      sum.tunnels += tunnels * share
      taken.set(at, sum)
    }
    forgetOldest(taken)
  }

  #most(ms: number): number {
    return (ms + SLACK_MS) * this.#bytesPerMs
  }
}

/** Sets aside batches that claim too much: no row of such a batch can be believed more than another. */
export function heldToLineRate(placer: Placer, rate: LineRate): Placer {
  return {
    place(batch, window) {
      const placed = placer.place(batch, window)
      if (!rate.isAbove(placed.node, window, placed.card)) return placed
      rate.distrust(placed.node, window)
      placed.rows.kind.fill(ABOVE_LINE_RATE)
      return { ...placed, isAside: true }
    },
  }
}

function forgetOldest(minutes: Map<Minute, unknown> | Set<Minute>): void {
  for (const at of minutes.keys()) {
    if (minutes.size <= KEPT_MINUTES) return
    minutes.delete(at)
  }
}

/** The newest minutes of a window, each with its share of the window's time. */
function* shares({ from, to }: BatchWindow): Generator<[Minute, number]> {
  const last = minuteOf(epochMs(Math.max(from, to - 1)))
  for (let at = Math.max(minuteOf(from), last - KEPT_MINUTES + 1); at <= last; at++) {
    const overlap = Math.min(to, (at + 1) * MINUTE_MS) - Math.max(from, at * MINUTE_MS)
    yield [minute(at), to > from ? overlap / (to - from) : 1]
  }
}
