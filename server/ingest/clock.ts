import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** Offsets up to this are left alone, so that agents with a working NTP keep the minutes they cut. */
export const CLOCK_TOLERANCE_MS = 2_000
/** Beyond this an agent's clock is flagged on the Health page. */
export const CLOCK_WRONG_MS = 120_000
/** A window that ends further ahead than this, after the shift, is refused. */
export const MAX_AHEAD_MS = 300_000
/** A shift once in force stays until it is wrong by this: every change of it leaves a gap in a minute. */
const SHIFT_SLACK_MS = 1_000
/** How many of the last requests the offset is taken from. */
const SAMPLES = 8

/** What one request says of how far its agent's clock is ahead of ours, ms. Both bounds are certain. */
interface Bounds {
  readonly atLeast: number
  readonly atMost: number
}

/**
 * How far an agent's clock is ahead of the server's. A request takes time on the way, so that it says how far at least;
 * an answer takes time on its way back, so that the agent says how far at most (the two halves of RFC 5905 section 8).
 * Nothing else is believed: a request that was slow, as all are when many agents begin anew, must not look like a clock
 * that is behind. It would move a window to another minute, and there it would count beside its own witness.
 */
export class ClockOffset {
  #samples: Bounds[] = []
  #shiftMs: number

  /** @param shiftMs by which windows were shifted before a restart. */
  constructor(shiftMs = 0) {
    this.#shiftMs = shiftMs
  }

  /**
   * `sentAt`: the agent's clock when the request left. `receivedAt`: ours when it began to arrive. `aheadAtMost`: the
   * agent's clock when the last answer came, less ours when it left, ms; undefined before the first answer.
   */
  measure(sentAt: number, receivedAt: EpochMs, aheadAtMost?: number): void {
    const sample = { atLeast: sentAt - receivedAt, atMost: aheadAtMost ?? Number.POSITIVE_INFINITY }
    // Bounds that exclude each other: the clock was set in between, and the newest is about the clock as it is now.
    if (sample.atLeast > sample.atMost) this.#samples = [{ ...sample, atMost: Number.POSITIVE_INFINITY }]
    else {
      this.#samples = [...this.#samples.slice(1 - SAMPLES), sample]
      const { atLeast, atMost } = this.#bounds
      if (atLeast > atMost) this.#samples = [sample]
    }
    const offset = this.offsetMs
    if (Math.abs(offset) <= CLOCK_TOLERANCE_MS) this.#shiftMs = 0
    else if (Math.abs(offset - this.#shiftMs) > SHIFT_SLACK_MS) this.#shiftMs = offset
  }

  /** Of all offsets that the last requests allow the one nearest to the shift in force. */
  get offsetMs(): number {
    const { atLeast, atMost } = this.#bounds
    return Math.min(Math.max(this.#shiftMs, atLeast), atMost)
  }

  get isWrong(): boolean {
    return Math.abs(this.offsetMs) > CLOCK_WRONG_MS
  }

  /** The window by the server's clock. */
  shifted(window: BatchWindow): BatchWindow {
    if (this.#shiftMs === 0) return window
    return { ...window, from: epochMs(window.from - this.#shiftMs), to: epochMs(window.to - this.#shiftMs) }
  }

  get #bounds(): Bounds {
    const atLeast = Math.max(...this.#samples.map(sample => sample.atLeast))
    const atMost = Math.min(...this.#samples.map(sample => sample.atMost))
    // An agent of wire version 1 never says: after so many requests its clock is no longer ahead, but it is not behind.
    const isNeverSaid = atMost === Number.POSITIVE_INFINITY && this.#samples.length === SAMPLES
    return { atLeast, atMost: isNeverSaid ? Math.max(0, atLeast) : atMost }
  }
}
