import type { Minute } from '@weir/contract/units.ts'
import type { Compared } from '../../store/flow-store.ts'
import { type Seen, settleSeen } from '../count-once.ts'
import type { ClusterNumbers } from '../numbers.ts'
import { PairTable } from '../pair-table.ts'

/** Views of the same bytes, in the order of their sums; each has one per way. */
const views = ['agents', 'sent', 'received'] as const satisfies readonly (keyof Seen)[]

/** (lower address, higher address) → bytes by view, upwards (to the higher number) and downwards. */
export const newCompared = (): PairTable => new PairTable(0, 2 * views.length)

const sumOf = (view: keyof Seen, from: number, to: number): number => 2 * views.indexOf(view) + (from < to ? 0 : 1)
const entryOf = (table: PairTable, from: number, to: number): number => table.at(Math.min(from, to), Math.max(from, to))

/** What agents' rows counted of a hop. `way`: 0 is from `near` to `far`, 1 is back. */
export function noteAgents(table: PairTable, near: number, far: number, way: number, bytes: number): void {
  if (bytes === 0) return
  const [from, to] = way === 0 ? [near, far] : [far, near]
  table.add(entryOf(table, from, to), sumOf('agents', from, to), bytes)
}

/** More pairs than this are not kept: 72 bytes each. */
const MAX_COMPARED = 1_000_000

/**
 * What was seen of pairs of addresses in sealed minutes that no agent watched, so that agents' late rows and flow logs
 * are counted once in whatever order they come.
 */
export class ComparedMinutes {
  readonly #tables = new Map<Minute, PairTable>()
  readonly #most: number
  #kept = 0
  #from = Number.NEGATIVE_INFINITY

  constructor(most = MAX_COMPARED) {
    this.#most = most
  }

  /** What was seen in minutes before this one is forgotten. */
  get from(): number {
    return this.#from
  }

  seen(minute: Minute, from: number, to: number): Seen {
    return seenIn(this.#tables.get(minute), from, to)
  }

  /** Adds differences. A table of a minute that had none is taken over. */
  add(minute: Minute, changes: PairTable): void {
    if (minute < this.#from || changes.count === 0) return
    const table = this.#tables.get(minute)
    if (table === undefined) this.#tables.set(minute, changes)
    else this.#kept -= table.count
    if (table !== undefined)
      for (let i = 0; i < changes.count; i++) {
        const entry = table.at(changes.a(i), changes.b(i))
        for (let sum = 0; sum < 2 * views.length; sum++) table.add(entry, sum, changes.sum(i, sum))
      }
    this.#kept += (table ?? changes).count
  }

  /** Forgets what lies before `from`, and more where memory is short. */
  prune(from: number): void {
    this.#forgetBefore(Math.max(this.#from, from))
    while (this.#kept > this.#most) this.#forgetBefore(Math.min(...this.#tables.keys()) + 1)
  }

  #forgetBefore(from: number): void {
    this.#from = from
    for (const [minute, table] of this.#tables)
      if (minute < from) {
        this.#tables.delete(minute)
        this.#kept -= table.count
      }
  }
}

export const seenIn = (table: PairTable | undefined, from: number, to: number): Seen => ({
  agents: look(table, 'agents', from, to),
  sent: look(table, 'sent', from, to),
  received: look(table, 'received', from, to),
})

const look = (table: PairTable | undefined, view: keyof Seen, from: number, to: number): number => {
  const entry = table?.find(Math.min(from, to), Math.max(from, to)) ?? -1
  return table === undefined || entry < 0 ? 0 : table.sum(entry, sumOf(view, from, to))
}

/** What one step would change of them; nothing is done until `apply`. */
export class ComparedChanges {
  readonly #minutes: ComparedMinutes
  readonly #changes = new Map<Minute, PairTable>()

  constructor(minutes: ComparedMinutes) {
    this.#minutes = minutes
  }

  isForgotten(minute: Minute): boolean {
    return minute < this.#minutes.from
  }

  seen(minute: Minute, from: number, to: number): Seen {
    const { agents, sent, received } = this.#minutes.seen(minute, from, to)
    const more = seenIn(this.#changes.get(minute), from, to)
    return { agents: agents + more.agents, sent: sent + more.sent, received: received + more.received }
  }

  /** One view grows. @returns how many of the bytes are to be added. */
  settle(minute: Minute, from: number, to: number, view: keyof Seen, bytes: number): number {
    if (bytes === 0) return 0
    const added = settleSeen(this.seen(minute, from, to), view, bytes)
    const table = this.#changes.get(minute) ?? newCompared()
    this.#changes.set(minute, table)
    table.add(entryOf(table, from, to), sumOf(view, from, to), bytes)
    return added
  }

  apply(): void {
    for (const [minute, table] of this.#changes) this.#minutes.add(minute, table)
  }

  /** As they are to be kept: whole sums, not differences. */
  kept(addresses: ClusterNumbers): Compared[] {
    return Array.from(this.#changes, ([minute, table]) =>
      keptOf(minute, table, addresses, (from, to) => this.seen(minute, from, to)),
    ).flat()
  }
}

/** The pairs of a table of one minute, as they are kept. */
export function keptOf(
  minute: Minute,
  table: PairTable,
  addresses: ClusterNumbers,
  seen: (from: number, to: number) => Seen,
): Compared[] {
  return Array.from({ length: table.count }, (_, i) => {
    const [a, b] = [table.a(i), table.b(i)]
    // Numbers are of this process: what is kept goes by name.
    const isInOrder = nameOf(addresses, a) < nameOf(addresses, b)
    const [one, other] = isInOrder ? [a, b] : [b, a]
    const { cluster, name } = addresses.value(one)
    const [forth, back] = [seen(one, other), seen(other, one)]
    return {
      ...{ cluster, minute, one: name, other: addresses.textIn(cluster, other) },
      ...{ agentsToOther: forth.agents, agentsToOne: back.agents },
      ...{ sentToOther: forth.sent, sentToOne: back.sent },
      ...{ receivedToOther: forth.received, receivedToOne: back.received },
    }
  })
}

const nameOf = (addresses: ClusterNumbers, number: number): string => {
  const { cluster, name } = addresses.value(number)
  return `${cluster}/${name}`
}

/** A table as `keptOf` wrote it, of the pairs of one minute. */
export function restoredCompared(rows: readonly Compared[], addresses: ClusterNumbers): PairTable {
  const table = newCompared()
  for (const row of rows) {
    const one = addresses.of(row.cluster, row.one)
    const other = addresses.ofText(row.cluster, row.other)
    const entry = entryOf(table, one, other)
    const add = (view: keyof Seen, forth: number, back: number) => {
      table.add(entry, sumOf(view, one, other), forth)
      table.add(entry, sumOf(view, other, one), back)
    }
    add('agents', row.agentsToOther, row.agentsToOne)
    add('sent', row.sentToOther, row.sentToOne)
    add('received', row.receivedToOther, row.receivedToOne)
  }
  return table
}
