import { holdsAt, type Label, type LabelId } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { BindingSpan } from './bindings.ts'

/** Labels by address and time, as the server told them. */
export class LabelBook {
  readonly #byId = new Map<LabelId, Label>()
  readonly #byAddress = new Map<string, Label[]>()

  get size(): number {
    return this.#byId.size
  }

  all(): readonly Label[] {
    return [...this.#byId.values()]
  }

  /**
   * Takes a label in. Returns the moment from which connections must be told apart, if any: a label that was known ended,
   * or one began at an address that somebody else had. An answer may bring both at once.
   */
  put(label: Label): EpochMs | undefined {
    const known = this.#byId.get(label.id)
    const list = (this.#byAddress.get(label.address) ?? []).filter(other => other.id !== label.id)
    list.push(label)
    // Newest first: what is asked for most is now.
    list.sort((a, b) => b.from - a.from)
    this.#byAddress.set(label.address, list)
    this.#byId.set(label.id, label)
    if (known === undefined)
      return changeOfHands(
        list.filter(({ port }) => port === label.port),
        label,
      )
    return JSON.stringify(known) === JSON.stringify(label) ? undefined : (label.to ?? label.from)
  }

  /** true when the label was known. */
  drop(id: LabelId): boolean {
    const label = this.#byId.get(id)
    if (label === undefined) return false
    this.#byId.delete(id)
    const rest = (this.#byAddress.get(label.address) ?? []).filter(other => other.id !== id)
    if (rest.length > 0) this.#byAddress.set(label.address, rest)
    else this.#byAddress.delete(label.address)
    return true
  }

  /**
   * The label an address had when connections were opened: the one in force when the span began, else
   * the first that began within it. A label of just that port goes before one of the whole address.
   */
  at(address: string, port: number, span: BindingSpan): Label | undefined {
    const list = this.#byAddress.get(address)
    if (list === undefined) return undefined
    return inForce(list, port, span) ?? inForce(list, undefined, span)
  }

  of(address: string): readonly Label[] {
    return this.#byAddress.get(address) ?? []
  }

  knows(address: string): boolean {
    return this.#byAddress.has(address)
  }

  /** Forgets what ended before that moment. */
  prune(before: EpochMs): void {
    for (const label of this.#byId.values()) if (label.to !== null && label.to < before) this.drop(label.id)
  }
}

/** When an address went to the label, or, where it was the first, from it to the next. @param newestFirst with the label */
function changeOfHands(newestFirst: readonly Label[], label: Label): EpochMs | undefined {
  if (newestFirst.length === 1) return undefined
  return newestFirst.at(-1) === label ? newestFirst.at(-2)?.from : label.from
}

function inForce(newestFirst: readonly Label[], port: number | undefined, span: BindingSpan): Label | undefined {
  let beganWithin: Label | undefined
  for (const label of newestFirst) {
    if (label.port !== port) continue
    if (holdsAt(label, span.from)) return label
    if (label.from > span.from && label.from < span.until) beganWithin = label
  }
  return beganWithin
}
