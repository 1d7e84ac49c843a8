import type { EpochMs } from '@weir/contract/units.ts'

/** More than this many addresses of one node are not followed: the one asked for longest ago is let go. */
const MOST_PER_NODE = 50_000
/** Longer than an agent keeps a label it does not use, so that no agent holds a label nobody tells it has ended. */
const INTEREST_MS = 26 * 3_600_000

/** Which addresses each node asked for: it is told when who is there changes. */
export class Interest {
  /** node → address → when it asked last; a Map keeps its order, so that the oldest come first. */
  readonly #byNode = new Map<string, Map<string, EpochMs>>()
  readonly #byAddress = new Map<string, Set<string>>()

  note(node: string, address: string, now: EpochMs): void {
    const asked = this.#byNode.get(node) ?? new Map<string, EpochMs>()
    this.#byNode.set(node, asked)
    asked.delete(address)
    asked.set(address, now)
    const nodes = this.#byAddress.get(address) ?? new Set()
    this.#byAddress.set(address, nodes.add(node))
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
    const nodes = this.#byAddress.get(address)
    nodes?.delete(node)
    if (nodes?.size === 0) this.#byAddress.delete(address)
  }
}
