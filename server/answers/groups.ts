import { IntColumn } from './columns.ts'

/** Ends are numbered below this: two of them fit one exact number. */
const MOST_ENDS = 2 ** 26

/** Pairs of numbered ends, numbered in turn: which group a series is in, and one series of each group. */
export class Groups {
  /** By series id: its group. */
  readonly of = new IntColumn()
  /** By group: the first of its series. */
  readonly example = new IntColumn()
  readonly #byCluster = new Map<number, Map<number, number>>()

  get count(): number {
    return this.example.length
  }

  /** Puts the next series into the group of its cluster and two ends. */
  push(cluster: number, initiator: number, responder: number): void {
    const known = this.#byCluster.get(cluster) ?? new Map<number, number>()
    const pair = initiator * MOST_ENDS + responder
    let group = known.get(pair)
    if (group === undefined) {
      group = this.count
      this.example.push(this.of.length)
      this.#byCluster.set(cluster, known.set(pair, group))
    }
    this.of.push(group)
  }

  clear(): void {
    this.of.clear()
    this.example.clear()
    this.#byCluster.clear()
  }
}
