import type { FlowSink, ObservedWindow } from '../../../agent/sources/flow-source.ts'

export interface Sums {
  up: number
  down: number
  connections: number
}

/** Sums over the rows of windows. */
export function totals(windows: readonly ObservedWindow[]): Sums {
  const total = { up: 0, down: 0, connections: 0 }
  for (const row of windows.flatMap(window => window.rows)) {
    total.up += row.bytesToResponder
    total.down += row.bytesToInitiator
    total.connections += row.connections
  }
  return total
}

/** A sink that keeps all windows and lets a test wait for what they hold. */
export class Collector implements FlowSink {
  readonly windows: ObservedWindow[] = []
  readonly fatal: Error[] = []
  /** Windows being taken at this moment, and the most there ever were. */
  taking = 0
  most = 0
  /** Set to make every window fail. */
  refuse: Error | undefined
  #waiting: { readonly met: () => boolean; readonly done: () => void }[] = []

  async onWindow(window: ObservedWindow): Promise<void> {
    this.taking++
    this.most = Math.max(this.most, this.taking)
    await new Promise(setImmediate)
    this.taking--
    if (this.refuse !== undefined) throw this.refuse
    this.windows.push(window)
    this.#look()
  }

  onFatal(error: Error): void {
    this.fatal.push(error)
    this.#look()
  }

  /** Resolves as soon as the condition holds after a window or a failure. */
  until(met: () => boolean): Promise<void> {
    if (met()) return Promise.resolve()
    return new Promise(done => this.#waiting.push({ met, done }))
  }

  #look(): void {
    this.#waiting = this.#waiting.filter(({ met, done }) => {
      const isMet = met()
      if (isMet) done()
      return !isMet
    })
  }
}
