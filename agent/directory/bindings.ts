import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Bound } from '../sources/flow-source.ts'

/** The time that connections were opened in: half-open; `until` is Infinity for the binding in force. */
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

/** The moments at which something changed: a label ended or followed another one, a Service's routing generation rose. */
export class Bindings {
  #raises: number[]
  /** The answer given last: one window's connections were mostly opened in the same few spans. */
  #last: (Bound & { readonly span: BindingSpan }) | undefined

  /** @param raises of an earlier process, ascending */
  constructor(raises: readonly number[] = []) {
    this.#raises = raises.slice(-MAX_RAISES)
  }

  get raises(): readonly number[] {
    return this.#raises
  }

  /**
   * The binding of connections opened at `at` or later, until the next raise. News of a change may come after that of a
   * later one. The second is rounded up: a binding that stood for a moment before the change would find the old label.
   */
  raise(at: EpochMs): number {
    const binding = Math.max(1, Math.ceil((at - ORIGIN_MS) / 1000))
    this.#last = undefined
    const later = this.#firstAfter(binding - 1)
    if (this.#raises[later] !== binding) this.#raises.splice(later, 0, binding)
    if (this.#raises.length > MAX_RAISES) this.#raises = this.#raises.slice(MAX_RAISES / 2)
    return binding
  }

  spanOf({ binding, since }: Bound): BindingSpan {
    if (this.#last?.binding === binding && this.#last.since === since) return this.#last.span
    const next = this.#raises[this.#firstAfter(binding)]
    const until = next === undefined ? Number.POSITIVE_INFINITY : momentOf(next)
    const span = { from: epochMs(Math.max(momentOf(binding), since)), until }
    this.#last = { binding, since, span }
    return span
  }

  /** Index of the first raise that is greater than `binding`. */
  #firstAfter(binding: number): number {
    let low = 0
    let high = this.#raises.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#raises[middle] ?? 0) > binding) high = middle
      else low = middle + 1
    }
    return low
  }
}

const momentOf = (binding: number): number => ORIGIN_MS + binding * 1000
