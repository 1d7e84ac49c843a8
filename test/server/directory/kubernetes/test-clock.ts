import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Clock } from '../../../../server/directory/kubernetes/clock.ts'

/** Up to here a timer stands for "soon", beyond it for a fault that a test brings about by `passSilence`. */
const SOON_MS = 1_000

/**
 * A clock on which nobody waits: a sleep takes no time but moves the clock on by all of it, so that an hour of attempts
 * is over in an instant.
 */
export class TestClock implements Clock {
  /** How long each sleep was, oldest first. */
  readonly slept: number[] = []
  readonly #long = new Set<() => void>()
  readonly #passed: () => void
  #now = Date.parse('2026-11-02T00:00:00Z')

  /** @param passed called whenever some time has passed. */
  constructor(passed: () => void) {
    this.#passed = passed
  }

  now(): EpochMs {
    return epochMs(this.#now)
  }

  advance(ms: number): void {
    this.#now += ms
  }

  random(): number {
    return 0.5
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.slept.push(ms)
    await new Promise(resolve => setImmediate(resolve))
    if (!signal.aborted) this.#now += ms
    this.#passed()
  }

  after(ms: number, call: () => void): () => void {
    if (ms <= SOON_MS) {
      const timer = setTimeout(() => {
        call()
        this.#passed()
      }, 1)
      return () => clearTimeout(timer)
    }
    this.#long.add(call)
    return () => this.#long.delete(call)
  }

  /** `ms` pass in which nothing came: every long timer is due. */
  passSilence(ms: number): void {
    this.#now += ms
    for (const call of [...this.#long]) call()
  }
}
