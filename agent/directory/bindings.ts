import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** The time that connections of one binding were first seen in: half-open; `until` is Infinity for the binding in force. */
export interface BindingSpan {
  readonly from: EpochMs
  readonly until: number
}

/**
 * A binding is the second it was raised in, counted from here: the number tells its own time, also after the history
 * was lost, and fits 31 bits until 2094. The source stamps it on connections and knows nothing of labels.
 */
const ORIGIN_MS = Date.UTC(2026, 0, 1)
/** A raise is 8 bytes here; a binding older than all of them stands for its own moment on. */
const MAX_RAISES = 4096

/** When the binding was raised: whenever a label that is known ends or changes, or a Service's routing generation rises. */
export class Bindings {
  #raises: number[]

  /** @param raises of an earlier process, ascending. */
  constructor(raises: readonly number[] = []) {
    this.#raises = raises.slice(-MAX_RAISES)
  }

  get current(): number {
    return this.#raises.at(-1) ?? 0
  }

  get raises(): readonly number[] {
    return this.#raises
  }

  /**
   * The second is rounded up: a binding that stood for a moment before the change that raised it would find the old label.
   * @param at the moment from which connections are bound anew. Returns the new binding, greater than all before.
   */
  raise(at: EpochMs): number {
    const binding = Math.max(this.current + 1, Math.ceil((at - ORIGIN_MS) / 1000))
    this.#raises.push(binding)
    if (this.#raises.length > MAX_RAISES) this.#raises = this.#raises.slice(MAX_RAISES / 2)
    return binding
  }

  spanOf(binding: number): BindingSpan {
    const next = this.#firstAfter(binding)
    return { from: epochMs(momentOf(binding)), until: next === undefined ? Number.POSITIVE_INFINITY : momentOf(next) }
  }

  #firstAfter(binding: number): number | undefined {
    let low = 0
    let high = this.#raises.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#raises[middle] ?? 0) > binding) high = middle
      else low = middle + 1
    }
    return this.#raises[low]
  }
}

const momentOf = (binding: number): number => ORIGIN_MS + binding * 1000
