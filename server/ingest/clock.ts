import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** Offsets up to this are left alone, so that agents with a working NTP keep the minutes they cut. */
export const CLOCK_TOLERANCE_MS = 2_000
/** Beyond this an agent's clock is flagged on the Health page. */
export const CLOCK_WRONG_MS = 120_000
/** A window that ends further ahead than this, after the shift, is refused. */
export const MAX_AHEAD_MS = 300_000
/** How many of the last requests the offset is taken from. */
const SAMPLES = 8

/**
 * How far an agent's clock is ahead of the server's. A request that took long on the way makes the clock look further
 * behind, never further ahead: so the largest of the last samples is the best (NTP picks the least delay for the same
 * reason, RFC 5905 section 10).
 */
export class ClockOffset {
  readonly #samples: number[] = []
  #shiftMs = 0

  /** `sentAt`: the agent's clock when the request left. `receivedAt`: ours when it began to arrive. */
  measure(sentAt: number, receivedAt: EpochMs): void {
    this.#samples.push(sentAt - receivedAt)
    if (this.#samples.length > SAMPLES) this.#samples.shift()
    // A shift once in force stays until it is wrong by a second: every change of it leaves a gap in a minute.
    const offset = this.offsetMs
    if (Math.abs(offset) <= CLOCK_TOLERANCE_MS) this.#shiftMs = 0
    else if (Math.abs(offset - this.#shiftMs) > 1_000) this.#shiftMs = offset
  }

  get offsetMs(): number {
    return this.#samples.length === 0 ? 0 : Math.max(...this.#samples)
  }

  get isWrong(): boolean {
    return Math.abs(this.offsetMs) > CLOCK_WRONG_MS
  }

  /** The window by the server's clock. */
  shifted(window: BatchWindow): BatchWindow {
    if (this.#shiftMs === 0) return window
    return { ...window, from: epochMs(window.from - this.#shiftMs), to: epochMs(window.to - this.#shiftMs) }
  }
}
