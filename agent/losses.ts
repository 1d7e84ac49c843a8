import type { LossName } from '@weir/contract/agent-wire.ts'

/** What was lost or not counted since this process began, by its name on the Health page. Only grows. */
export class Losses {
  readonly #counts = new Map<LossName, number>()

  add(name: LossName, count: number): void {
    if (count > 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  /** For losses that another part totals by itself. */
  set(name: LossName, total: number): void {
    if (total > 0) this.#counts.set(name, total)
  }

  snapshot(): { readonly [name in LossName]?: number } {
    return Object.fromEntries(this.#counts)
  }
}
