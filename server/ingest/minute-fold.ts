import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import type { Minute } from '@weir/contract/units.ts'
import { Watched } from './coverage.ts'
import type { AmountColumns } from './facts.ts'
import { NOBODY } from './numbers.ts'
import { PairTable } from './pair-table.ts'
import { ANY_OUTSIDE, NEAR_OUTSIDE, PRIMARY, TUNNEL, TUNNEL_WITNESS, WITNESS } from './place.ts'
import type { PlacedRows } from './placed-rows.ts'

/** Words of a hop: the nodes of its ends (or NOBODY), what its ends are, and its newest witness row + 1. */
export const NEAR_NODE = 0
export const FAR_NODE = 1
export const ENDS_ARE = 2
const NEWEST_WITNESS = 3
/** Word of a tunnel: its series. */
export const TUNNEL_SERIES = 3
/** Word of a witness row: the row before it of the same hop, + 1. */
const OLDER_WITNESS = 0

/** Sums are in the order of `amountNames`. A hop has what its sender reported, a tunnel also what its receiver did. */
export const PRIMARY_SUMS = 0
export const WITNESS_SUMS = 5
const SUMS = 5

/** "The hop" of what comes from outside or goes there: nobody else reports it, so nothing has to be compared. */
const NO_HOP = -1

/** What was reported of one minute that is not sealed yet. */
export class MinuteFold {
  minute: Minute
  /** (near address, far address) → what its sender counted; where that is outside, what its receiver did. */
  readonly hops: PairTable
  /** (hop, series) → what the receiver counted; (NO_HOP, series) for senders that never have an agent. */
  readonly witnessed: PairTable
  readonly tunnels = new PairTable(4, 2 * SUMS)
  /** Of rows that their sender reported with an end that nobody knows: flow logs may name both ends. */
  unknownBytes = 0
  /** Flow logs will be compared with what went through the nodes' cards: it is added up. */
  isAudited = false
  /** What went through each node's card, as its agent says. */
  readonly cards = new Map<number, { bytes: number; wireBytes: number }>()
  /** Bytes each node reported as primary. */
  readonly primaryBytes = new Map<number, number>()
  readonly #watched = new Map<number, Watched>()

  /** `like`: a minute of which this one is likely to have the size. */
  constructor(minute: Minute, like?: MinuteFold) {
    this.minute = minute
    this.hops = new PairTable(4, SUMS, like?.hops.count)
    this.witnessed = new PairTable(1, SUMS, like?.witnessed.count)
  }

  /** Begins anew for another minute, with the memory of this one. */
  reuse(minute: Minute): this {
    this.minute = minute
    for (const table of [this.hops, this.witnessed, this.tunnels]) table.clear()
    this.primaryBytes.clear()
    this.cards.clear()
    this.unknownBytes = 0
    this.#watched.clear()
    return this
  }

  /** The nodes that have watched at least a part of this minute. */
  get watchers(): Iterable<number> {
    return this.#watched.keys()
  }

  watch(node: number, window: BatchWindow): void {
    const watched = this.#watched.get(node) ?? new Watched()
    watched.add(window)
    this.#watched.set(node, watched)
  }

  /** Whether the node has watched all of this minute. NOBODY never has. */
  isCoveredBy(node: number): boolean {
    return this.#watched.get(node)?.covers(this.minute) === true
  }

  add(reporter: number, rows: PlacedRows, amounts: AmountColumns): void {
    let primaryBytes = 0
    for (let row = 0; row < rows.count; row++) {
      switch (rows.kind[row]) {
        case PRIMARY:
          primaryBytes += (amounts.bytesToResponder[row] ?? 0) + (amounts.bytesToInitiator[row] ?? 0)
          this.#addPrimary(rows, row, amounts)
          break
        case WITNESS:
          this.#addWitness(rows, row, amounts)
          break
        case TUNNEL:
          this.tunnels.addRow(this.#tunnel(rows, row), PRIMARY_SUMS, amounts, row)
          break
        case TUNNEL_WITNESS:
          this.tunnels.addRow(this.#tunnel(rows, row), WITNESS_SUMS, amounts, row)
          break
      }
    }
    if (primaryBytes > 0) this.primaryBytes.set(reporter, (this.primaryBytes.get(reporter) ?? 0) + primaryBytes)
  }

  /** Adds up what the reporter says went through its card: all but what stays within the node, and tunnels, which are their inside again. */
  addCard(reporter: number, rows: PlacedRows, amounts: AmountColumns): void {
    const card = this.cards.get(reporter) ?? { bytes: 0, wireBytes: 0 }
    this.cards.set(reporter, card)
    for (let row = 0; row < rows.count; row++) {
      const kind = rows.kind[row]
      if (kind !== PRIMARY && kind !== WITNESS) continue
      if (rows.nearNode[row] === reporter && rows.farNode[row] === reporter) continue
      card.bytes += (amounts.bytesToResponder[row] ?? 0) + (amounts.bytesToInitiator[row] ?? 0)
      card.wireBytes += (amounts.wireToResponder[row] ?? 0) + (amounts.wireToInitiator[row] ?? 0)
    }
  }

  /** The witness rows of a hop, newest first. */
  *witnessesOf(hop: number): Iterable<number> {
    for (
      let next = this.hops.word(hop, NEWEST_WITNESS);
      next !== 0;
      next = this.witnessed.word(next - 1, OLDER_WITNESS)
    )
      yield next - 1
  }

  isWitnessed(hop: number): boolean {
    return this.hops.word(hop, NEWEST_WITNESS) !== 0
  }

  /** What the receiver of a hop counted, over all its rows: one of the five sums. */
  witnessSum(hop: number, sum: number): number {
    let total = 0
    for (
      let next = this.hops.word(hop, NEWEST_WITNESS);
      next !== 0;
      next = this.witnessed.word(next - 1, OLDER_WITNESS)
    )
      total += this.witnessed.sum(next - 1, sum)
    return total
  }

  /** The witness rows whose senders never have an agent. */
  *fromOutside(): Iterable<number> {
    for (let row = 0; row < this.witnessed.count; row++) if (this.witnessed.a(row) === NO_HOP) yield row
  }

  #addPrimary(rows: PlacedRows, row: number, amounts: AmountColumns): void {
    const near = rows.near[row] ?? NOBODY
    const far = rows.far[row] ?? NOBODY
    if (near === NOBODY || far === NOBODY)
      this.unknownBytes += (amounts.bytesToResponder[row] ?? 0) + (amounts.bytesToInitiator[row] ?? 0)
    else this.hops.addRow(this.#hop(rows, row, near, far), PRIMARY_SUMS, amounts, row)
  }

  #addWitness(rows: PlacedRows, row: number, amounts: AmountColumns): void {
    const near = rows.near[row] ?? NOBODY
    const series = rows.series[row] ?? 0
    const far = rows.far[row] ?? NOBODY
    if (near === NOBODY || ((rows.endsAre[row] ?? 0) & NEAR_OUTSIDE) !== 0) {
      this.witnessed.addRow(this.witnessed.at(NO_HOP, series), 0, amounts, row)
      // It counts in full; flow logs may know the same bytes.
      if (near !== NOBODY && far !== NOBODY)
        this.hops.addRow(this.#hop(rows, row, near, far), PRIMARY_SUMS, amounts, row)
      return
    }
    const hop = this.#hop(rows, row, near, far)
    const before = this.witnessed.count
    const witness = this.witnessed.at(hop, series)
    if (witness === before) {
      this.witnessed.setWord(witness, OLDER_WITNESS, this.hops.word(hop, NEWEST_WITNESS))
      this.hops.setWord(hop, NEWEST_WITNESS, witness + 1)
    }
    this.witnessed.addRow(witness, 0, amounts, row)
  }

  #hop(rows: PlacedRows, row: number, near: number, far: number): number {
    const before = this.hops.count
    const hop = this.hops.at(near, far)
    if (hop === before) describe(this.hops, hop, rows, row)
    return hop
  }

  #tunnel(rows: PlacedRows, row: number): number {
    const near = rows.near[row] ?? NOBODY
    const far = rows.far[row] ?? NOBODY
    const series = rows.series[row] ?? 0
    const before = this.tunnels.count
    const isOutside = near === NOBODY || far === NOBODY || ((rows.endsAre[row] ?? 0) & ANY_OUTSIDE) !== 0
    const tunnel = isOutside ? this.tunnels.at(NO_HOP, series) : this.tunnels.at(near, far)
    if (tunnel === before) {
      describe(this.tunnels, tunnel, rows, row)
      this.tunnels.setWord(tunnel, TUNNEL_SERIES, series)
    }
    return tunnel
  }
}

function describe(table: PairTable, entry: number, rows: PlacedRows, row: number): void {
  table.setWord(entry, NEAR_NODE, rows.nearNode[row] ?? NOBODY)
  table.setWord(entry, FAR_NODE, rows.farNode[row] ?? NOBODY)
  table.setWord(entry, ENDS_ARE, rows.endsAre[row] ?? 0)
}
