import type { PartitionKind } from './partitions.ts'
import { parsePartition } from './partitions.ts'

/**
 * Which tables there are and how far they are rolled up. Whoever changes tables changes this right after the COMMIT;
 * a query planned in between meets a table that is gone, and plans again (reads.ts).
 */
export interface Layout {
  readonly has: (kind: PartitionKind, at: number) => boolean
  /** All of a kind, ascending. */
  readonly all: (kind: PartitionKind) => readonly number[]
  /** Hours before this one are closed: in minutes_ and hours_, none in open_. */
  readonly closedHour: number
  /** Days before this one are closed: in days_ and lanes_. */
  readonly closedDay: number
  /** Hours before this one have lost their minutes to age or space. */
  readonly minutesFrom: number
  /** Days before this one have lost their hours. */
  readonly hoursFrom: number
}

export type Progress = Pick<Layout, 'closedHour' | 'closedDay' | 'minutesFrom' | 'hoursFrom'>

export class Tables implements Layout {
  closedHour = 0
  closedDay = 0
  minutesFrom = 0
  hoursFrom = 0
  readonly #changes = new Set<Promise<unknown>>()
  readonly #byKind = new Map<PartitionKind, Set<number>>()

  has = (kind: PartitionKind, at: number): boolean => this.#byKind.get(kind)?.has(at) ?? false
  all = (kind: PartitionKind): readonly number[] => [...(this.#byKind.get(kind) ?? [])].sort((a, b) => a - b)

  add(table: string): void {
    const partition = parsePartition(table)
    if (partition === undefined) return
    const set = this.#byKind.get(partition.kind)
    if (set === undefined) this.#byKind.set(partition.kind, new Set([partition.at]))
    else set.add(partition.at)
  }

  drop(table: string): void {
    const partition = parsePartition(table)
    if (partition !== undefined) this.#byKind.get(partition.kind)?.delete(partition.at)
  }

  advance(to: Partial<Progress>): void {
    Object.assign(this, to)
  }

  /** Runs a transaction that may make or drop tables and tells this about it at its end: `settled` waits for it. */
  async changing<T>(change: () => Promise<T>): Promise<T> {
    const running = change()
    this.#changes.add(running)
    try {
      return await running
    } finally {
      this.#changes.delete(running)
    }
  }

  /** Resolves when the changes under way are over, however they ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#changes)
  }
}
