import type { Minute } from '@weir/contract/units.ts'
import type { Seen } from '../count-once.ts'
import { NOBODY } from '../numbers.ts'
import { PairTable } from '../pair-table.ts'

/** One way of a hop: numbers of its two addresses, and of the nodes they are at, or NOBODY. */
export interface Way {
  readonly from: number
  readonly to: number
  readonly fromNode: number
  readonly toNode: number
}

/** Views of the same bytes, in the order of their sums; each has one per way. */
export const views = ['agents', 'sent', 'received'] as const satisfies readonly (keyof Seen)[]

/**
 * (lower number, higher number) → bytes by view, upwards (to the higher number) and downwards. Numbers are those of
 * addresses, of machines (below NOBODY: a node's number, turned), or NOBODY twice, for the minute as a whole:
 *
 *   two addresses   what was seen of the pair
 *   two machines    `agents`: all that counts of their addresses; the others: flow logs that know the node, not the pod
 *   NOBODY          `agents`: rows of senders with an end that nobody knows; `sent`: what counts beyond all senders' rows
 */
export const newCompared = (): PairTable => new PairTable(0, 2 * views.length)

/** The node an address is at; what no node has is a machine of its own. */
export const machineOf = (address: number, node: number): number => (node === NOBODY ? address : NOBODY - 1 - node)
/** The node that a number below NOBODY stands for. */
export const nodeOfMachine = (machine: number): number => NOBODY - 1 - machine

export const sumOf = (view: keyof Seen, from: number, to: number): number =>
  2 * views.indexOf(view) + (from < to ? 0 : 1)
export const entryOf = (table: PairTable, from: number, to: number): number =>
  table.at(Math.min(from, to), Math.max(from, to))

const add = (table: PairTable, view: keyof Seen, from: number, to: number, bytes: number): void =>
  table.add(entryOf(table, from, to), sumOf(view, from, to), bytes)

/** What agents' rows counted of a hop, one way. */
export function noteAgents(table: PairTable, { from, to, fromNode, toNode }: Way, bytes: number): void {
  if (bytes === 0) return
  add(table, 'agents', from, to, bytes)
  const [fromMachine, toMachine] = [machineOf(from, fromNode), machineOf(to, toNode)]
  if (fromMachine !== from || toMachine !== to) add(table, 'agents', fromMachine, toMachine, bytes)
}

/** What counted of a tunnel between two nodes beside its inside, one way. */
export function noteTunnel(table: PairTable, fromNode: number, toNode: number, bytes: number): void {
  if (bytes > 0) add(table, 'agents', machineOf(NOBODY, fromNode), machineOf(NOBODY, toNode), bytes)
}

/** Of the minute as a whole: senders' rows with an end that nobody knows, and what was promoted of receivers'. */
export function noteMinute(table: PairTable, unknown: number, promoted: number): void {
  if (unknown > 0) add(table, 'agents', NOBODY, NOBODY, unknown)
  if (promoted > 0) add(table, 'sent', NOBODY, NOBODY, promoted)
}

/** More entries than this are not kept: 72 bytes each. */
const MAX_COMPARED = 1_000_000

/**
 * What was seen in sealed minutes of hops that no agent watched, so that agents' late rows and flow logs are counted once
 * in whatever order they come.
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
