import { epochMs } from '@weir/contract/units.ts'
import type { Clock } from '../../../../server/directory/kubernetes/clock.ts'

/** Waits end at once and are written down; time goes by with them. */
export class HastyClock implements Clock {
  time = Date.UTC(2026, 10, 27, 12)
  readonly waits: number[] = []
  now = () => epochMs(this.time)
  random = () => 1
  async sleep(ms: number): Promise<void> {
    this.waits.push(ms)
    this.time += ms
  }
  after(): () => void {
    throw new Error('nothing here sets a timer')
  }
}

/** From here on a wait is the one between two rounds, not one between two tries. */
const ROUND_MS = 10_000

/** Like the hasty one, but between two rounds it stands still until it is woken. */
export class PacedClock extends HastyClock {
  #wake: (() => void) | undefined
  #onIdle: (() => void) | undefined

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < ROUND_MS || signal?.aborted) return super.sleep(ms)
    this.waits.push(ms)
    await new Promise<void>(resolve => {
      this.#wake = () => {
        this.time += ms
        resolve()
      }
      signal?.addEventListener('abort', () => resolve())
      this.#onIdle?.()
    })
    this.#wake = undefined
  }

  /** Resolves when a round is over. */
  idle(): Promise<void> {
    return new Promise(resolve => {
      this.#onIdle = resolve
      if (this.#wake !== undefined) resolve()
    })
  }

  /** Begins the next round and waits for its end. */
  async round(): Promise<void> {
    const wake = this.#wake
    this.#wake = undefined
    const done = this.idle()
    wake?.()
    await done
  }
}
