import type { EpochMs } from '@weir/contract/units.ts'

/** More than this many addresses of one node are not followed: the one asked for longest ago is let go. */
const MOST_PER_NODE = 50_000
/** Longer than an agent keeps a label it does not use, so that no agent holds a label nobody tells it has ended. */
export const INTEREST_MS = 26 * 3_600_000

/** Which addresses each node asked for: it is told when who is there changes. */
export class Interest {
  /** node → address → when it asked last; a Map keeps its order, so that the oldest come first. */
  readonly #byNode = new Map<string, Map<string, EpochMs>>()

  note(node: string, address: string, now: EpochMs): void {
    const asked = this.#byNode.get(node) ?? new Map<string, EpochMs>()
    this.#byNode.set(node, asked)
    asked.delete(address)
    asked.set(address, now)
    for (const [oldest, at] of asked) {
      if (asked.size <= MOST_PER_NODE && at >= now - INTEREST_MS) break
      asked.delete(oldest)
    }
  }

  addresses(node: string): Iterable<string> {
    return this.#byNode.get(node)?.keys() ?? []
  }

  /** The nodes that follow an address. Changes are rarer than questions: no index is kept the other way round. */
  *nodes(address: string): Iterable<string> {
    for (const [node, asked] of this.#byNode) if (asked.has(address)) yield node
  }
}
