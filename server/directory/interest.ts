import type { EpochMs } from '@weir/contract/units.ts'

/** More than this many addresses of one node are not followed: the one asked for longest ago is let go. */
const MOST_PER_NODE = 50_000
/** Longer than an agent keeps a label it does not use, so that no agent holds a label nobody tells it has ended. */
const INTEREST_MS = 26 * 3_600_000

const SHORT = 8

/** Which addresses each node asked for: it is told when who is there changes. */
export class Interest {
  /** node → address → when it asked last; a Map keeps its order, so that the oldest come first. */
  readonly #byNode = new Map<string, Map<string, EpochMs>>()
  /**
   * Lists: most addresses are followed by a few nodes, and a Set of few takes five times the room. Short ones are made
   * anew with each node, because a list that grows takes room for sixteen.
   */
  readonly #byAddress = new Map<string, string[]>()

  note(node: string, address: string, now: EpochMs): void {
    const asked = this.#byNode.get(node) ?? new Map<string, EpochMs>()
    this.#byNode.set(node, asked)
    const isNew = !asked.delete(address)
    asked.set(address, now)
    if (isNew) {
      const nodes = this.#byAddress.get(address)
      if (nodes === undefined) this.#byAddress.set(address, [node])
      else if (nodes.length < SHORT) this.#byAddress.set(address, nodes.concat(node))
      else nodes.push(node)
    }
    for (const [oldest, at] of asked) {
      if (asked.size <= MOST_PER_NODE && at >= now - INTEREST_MS) break
      this.#drop(node, oldest)
    }
  }

  addresses(node: string): Iterable<string> {
    return this.#byNode.get(node)?.keys() ?? []
  }

  /** The nodes that follow an address. */
  nodes(address: string): Iterable<string> {
    return this.#byAddress.get(address) ?? []
  }

  #drop(node: string, address: string): void {
    this.#byNode.get(node)?.delete(address)
    const left = this.#byAddress.get(address)?.filter(other => other !== node) ?? []
    if (left.length > 0) this.#byAddress.set(address, left)
    else this.#byAddress.delete(address)
  }
}
