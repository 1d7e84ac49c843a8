import type { Minute } from '@weir/contract/units.ts'
import type { Compared } from '../../store/flow-store.ts'
import { type Seen, settleSeen } from '../count-once.ts'
import { NOBODY } from '../numbers.ts'
import type { PairTable } from '../pair-table.ts'
import { type ComparedMinutes, entryOf, machineOf, newCompared, seenIn, sumOf, type Way } from './compared.ts'
import { keptOf, type Named } from './kept-compared.ts'

/**
 * What one step would change of what was seen of sealed minutes; nothing is done until `apply`. Every method tells how
 * many of the bytes are to be added: the rule is `settleSeen`, one level after the other.
 */
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

  /** What counts of an agent's row by what other agents told, of a hop that flow logs may know as well. */
  ofAgents(minute: Minute, way: Way, bytes: number): number {
    return this.#ofMachines(minute, way, 'agents', this.#ofAddresses(minute, way, 'agents', bytes))
  }

  /** A sender's row with an end that nobody knows: its bytes may be among those that count beyond senders' rows. */
  ofUnknown(minute: Minute, bytes: number): number {
    return this.#grow(minute, NOBODY, NOBODY, 'agents', bytes)
  }

  /**
   * What counts beyond senders' rows: of receivers and flow logs. It may be what senders told of ends that nobody knows.
   * Below 0: a sender's late row has told that much of it.
   */
  beyondSenders(minute: Minute, bytes: number): number {
    return this.#grow(minute, NOBODY, NOBODY, 'sent', bytes)
  }

  /** A row of a flow log. `isMatched`: its addresses are those that agents use; else only its machines are. */
  ofFlowLog(minute: Minute, way: Way, view: 'sent' | 'received', bytes: number, isMatched: boolean): number {
    const added =
      isMatched || isWithoutNode(way)
        ? this.#ofMachines(minute, way, 'agents', this.#ofAddresses(minute, way, view, bytes))
        : this.#ofMachines(minute, way, view, bytes)
    return this.beyondSenders(minute, added)
  }

  /** The same of a hop that no agent can know. */
  ofHidden(minute: Minute, way: Way, view: 'sent' | 'received', bytes: number): number {
    return this.#ofAddresses(minute, way, view, bytes)
  }

  apply(): void {
    for (const [minute, table] of this.#changes) this.#minutes.add(minute, table)
  }

  /** As they are to be kept: whole sums, not differences. */
  kept(named: Named): Compared[] {
    return Array.from(this.#changes, ([minute, table]) =>
      keptOf(minute, table, named, (from, to) => this.seen(minute, from, to)),
    ).flat()
  }

  #ofAddresses(minute: Minute, { from, to }: Way, view: keyof Seen, bytes: number): number {
    return this.#grow(minute, from, to, view, bytes)
  }

  #ofMachines(minute: Minute, way: Way, view: keyof Seen, bytes: number): number {
    if (isWithoutNode(way)) return bytes
    const { from, to, fromNode, toNode } = way
    return this.#grow(minute, machineOf(from, fromNode), machineOf(to, toNode), view, bytes)
  }

  #grow(minute: Minute, from: number, to: number, view: keyof Seen, bytes: number): number {
    if (bytes === 0) return 0
    const added = settleSeen(this.seen(minute, from, to), view, bytes)
    const table = this.#changes.get(minute) ?? newCompared()
    this.#changes.set(minute, table)
    table.add(entryOf(table, from, to), sumOf(view, from, to), bytes)
    return added
  }
}

/** Then the two machines are the two addresses. */
const isWithoutNode = ({ fromNode, toNode }: Way): boolean => fromNode === NOBODY && toNode === NOBODY
