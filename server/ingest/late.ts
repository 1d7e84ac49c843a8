import type { Minute } from '@weir/contract/units.ts'
import { setOffCatchUp, settlePrimary, settleWitness } from './count-once.ts'
import { type AmountColumns, Facts, type RowAmounts } from './facts.ts'
import type { ComparedChanges } from './flow-logs/compared-changes.ts'
import { NOBODY } from './numbers.ts'
import type { PairTable } from './pair-table.ts'
import {
  ABOVE_LINE_RATE,
  ANY_MIDDLEBOX,
  ANY_OUTSIDE,
  FOREIGN_HOP,
  NEAR_OUTSIDE,
  PRIMARY,
  UNKNOWN_END,
  WITNESS,
} from './place.ts'
import type { PlacedRows } from './placed-rows.ts'
import { BALANCE_NODE, inProportion, type Ledger, newBalances } from './seal.ts'
import type { SealedMinutes } from './sealed-minutes.ts'
import type { SeriesNumbers } from './series-numbers.ts'
import type { Piece } from './spread.ts'
import { emptyTally } from './tally.ts'

const emptyLine: Ledger = {
  counted: 'witness',
  primaryBytes: 0,
  witnessBytes: 0,
  promotedBytes: 0,
  supersededBytes: 0,
}

/**
 * What the late rows of one batch would change: facts to add, differences to balances, lines of the ledger. Nothing is
 * done until `apply`, so that a commit that fails leaves no trace.
 */
export class LateRows {
  readonly facts = new Facts()
  readonly tally = emptyTally()
  readonly balances = new Map<Minute, PairTable>()
  readonly ledger = new Map<Minute, Map<number, Ledger>>()
  /** What flow logs may have counted of the same hops. */
  readonly compared: ComparedChanges
  readonly #sealed: SealedMinutes
  readonly #series: SeriesNumbers
  readonly #reporter: number
  readonly #rows: PlacedRows

  constructor(
    sealed: SealedMinutes,
    compared: ComparedChanges,
    series: SeriesNumbers,
    reporter: number,
    rows: PlacedRows,
  ) {
    this.#sealed = sealed
    this.compared = compared
    this.#series = series
    this.#reporter = reporter
    this.#rows = rows
  }

  /** Takes in what the rows say of one sealed minute. */
  add({ minute, amounts }: Piece): void {
    for (let row = 0; row < this.#rows.count; row++) {
      const bytes: [number, number] = [amounts.bytesToResponder[row] ?? 0, amounts.bytesToInitiator[row] ?? 0]
      const kind = this.#rows.kind[row]
      const { setAside } = this.tally
      if (kind === ABOVE_LINE_RATE) setAside['above line rate'] += bytes[0] + bytes[1]
      else if (kind === FOREIGN_HOP) setAside['foreign hop'] += bytes[0] + bytes[1]
      else if (kind === UNKNOWN_END) setAside['unknown end'] += bytes[0] + bytes[1]
      else if (this.#isTooLate(minute, row)) setAside['too late'] += bytes[0] + bytes[1]
      else if (kind === PRIMARY) this.#addPrimary(minute, row, bytes, amounts)
      else if (kind === WITNESS) this.#addWitness(minute, row, bytes, amounts)
      else setAside['late tunnel'] += bytes[0] + bytes[1]
    }
  }

  /**
   * Sets the primary rows of a catch-up off against what was promoted in `minutes`, all of them sealed. What it takes
   * is superseded; the amounts it returns are to be added, piece by piece, like any late rows.
   */
  setOff(minutes: readonly Minute[], amounts: AmountColumns): AmountColumns {
    const left = {
      bytesToResponder: amounts.bytesToResponder.slice(),
      bytesToInitiator: amounts.bytesToInitiator.slice(),
      wireToResponder: amounts.wireToResponder.slice(),
      wireToInitiator: amounts.wireToInitiator.slice(),
      connections: amounts.connections.slice(),
    }
    const columns = [
      { bytes: left.bytesToResponder, wire: left.wireToResponder },
      { bytes: left.bytesToInitiator, wire: left.wireToInitiator },
    ]
    // A sender that was believed left no balance: those minutes give nothing by themselves.
    const open = minutes.filter(minute => this.#sealed.hasBalances(minute))
    for (let row = 0; row < this.#rows.count; row++) {
      if (this.#rows.kind[row] !== PRIMARY || !this.#isHop(row)) continue
      for (const [way, { bytes, wire }] of columns.entries()) {
        const late = bytes[row] ?? 0
        if (late === 0) continue
        const { taken, rest } = setOffCatchUp(
          open.map(minute => this.#balance(minute, row, way)),
          late,
        )
        let kept = rest
        for (const [i, minute] of open.entries()) {
          const take = taken[i] ?? 0
          if (take === 0) continue
          this.#change(minute, row, way, -take)
          // What had not been promoted, because senders told it with an end that nobody knows, is still to be added.
          const superseded = -this.compared.beyondSenders(minute, -take)
          kept += take - superseded
          const line = this.#line(minute, row)
          line.primaryBytes += superseded
          line.supersededBytes += superseded
          this.tally.superseded += superseded
        }
        bytes[row] = kept
        wire[row] = inProportion(wire[row] ?? 0, kept, late)
      }
    }
    return left
  }

  apply(): void {
    this.compared.apply()
    for (const [minute, changes] of this.balances) this.#sealed.changeBalances(minute, changes)
    for (const [minute, lines] of this.ledger)
      for (const [node, line] of lines) this.#sealed.setLedger(minute, node, line)
  }

  #addPrimary(minute: Minute, row: number, bytes: readonly [number, number], amounts: AmountColumns): void {
    let added: readonly [number, number] = bytes
    const isHop = this.#isHop(row) && this.#isCompared(minute, row)
    if (isHop) added = this.#settle(minute, row, bytes, settlePrimary)
    added = this.#beyondFlowLogs(minute, row, added)
    if (this.#hasAddresses(row)) added = this.#notUnknown(minute, bytes, added)
    if (isHop) {
      const line = this.#line(minute, row)
      line.primaryBytes += bytes[0] + bytes[1]
      line.supersededBytes += bytes[0] + bytes[1] - added[0] - added[1]
    } else this.#leaveLine(minute)
    this.tally.primary += added[0] + added[1]
    this.tally.superseded += bytes[0] + bytes[1] - added[0] - added[1]
    this.#push(minute, row, added, bytes, amounts)
  }

  #addWitness(minute: Minute, row: number, bytes: readonly [number, number], amounts: AmountColumns): void {
    let added: readonly [number, number] = bytes
    const isOutside = ((this.#rows.endsAre[row] ?? 0) & NEAR_OUTSIDE) !== 0
    if (!isOutside) {
      if (!this.#isCompared(minute, row)) {
        this.tally.auditOnly += bytes[0] + bytes[1]
        return
      }
      added = this.#settle(minute, row, bytes, settleWitness)
    }
    added = this.#beyondFlowLogs(minute, row, added)
    added = this.#notUnknown(minute, isOutside ? bytes : [0, 0], added)
    if (isOutside) this.#leaveLine(minute)
    else {
      const line = this.#line(minute, row)
      line.witnessBytes += bytes[0] + bytes[1]
      line.promotedBytes += added[0] + added[1]
    }
    this.tally.promoted += added[0] + added[1]
    this.tally.auditOnly += bytes[0] + bytes[1] - added[0] - added[1]
    this.#push(minute, row, added, bytes, amounts)
  }

  /** Of what counts of a hop that no agent watched, flow logs may have counted a part: the rest is to be added. */
  #beyondFlowLogs(minute: Minute, row: number, added: readonly [number, number]): readonly [number, number] {
    if (!this.#mayFlowLogsCount(minute, row)) return added
    if (!this.#hasAddresses(row))
      return [this.compared.ofUnknown(minute, added[0]), this.compared.ofUnknown(minute, added[1])]
    const [near, far] = [this.#rows.near[row] ?? NOBODY, this.#rows.far[row] ?? NOBODY]
    const [nearNode, farNode] = [this.#rows.nearNode[row] ?? NOBODY, this.#rows.farNode[row] ?? NOBODY]
    return [
      this.compared.ofAgents(minute, { from: near, to: far, fromNode: nearNode, toNode: farNode }, added[0]),
      this.compared.ofAgents(minute, { from: far, to: near, fromNode: farNode, toNode: nearNode }, added[1]),
    ]
  }

  /** Of what counts beyond what senders tell, senders may have told a part with an end that nobody knows. */
  #notUnknown(minute: Minute, told: readonly [number, number], added: readonly [number, number]): [number, number] {
    const [up, down] = [0, 1].map(way => {
      const own = told[way] ?? 0
      return own + this.compared.beyondSenders(minute, (added[way] ?? 0) - own)
    })
    return [up ?? 0, down ?? 0]
  }

  #mayFlowLogsCount(minute: Minute, row: number): boolean {
    if (!this.#hasAddresses(row)) return true
    if (((this.#rows.endsAre[row] ?? 0) & ANY_MIDDLEBOX) !== 0) return true
    const { nearNode, farNode } = this.#rows
    return ![nearNode, farNode].some(nodes => this.#sealed.isCovered(minute, nodes[row] ?? NOBODY))
  }

  #isTooLate(minute: Minute, row: number): boolean {
    if (this.#sealed.isTooLate(minute)) return true
    return this.compared.isForgotten(minute) && this.#mayFlowLogsCount(minute, row)
  }

  /** Flow logs that come much later must find that this node has told something of the minute. */
  #leaveLine(minute: Minute): void {
    const lines = this.ledger.get(minute) ?? new Map<number, Ledger>()
    this.ledger.set(minute, lines)
    const isKnown = lines.has(this.#reporter) || this.#sealed.isCovered(minute, this.#reporter)
    if (!isKnown) lines.set(this.#reporter, { ...emptyLine, ...this.#sealed.ledger(minute, this.#reporter) })
  }

  #settle(
    minute: Minute,
    row: number,
    bytes: readonly [number, number],
    rule: typeof settlePrimary,
  ): readonly [number, number] {
    const [up, down] = [0, 1].map(way => {
      const before = this.#balance(minute, row, way)
      const { added, balance } = rule(before, bytes[way] ?? 0)
      this.#change(minute, row, way, balance - before)
      return added
    })
    return [up ?? 0, down ?? 0]
  }

  /** Whether both ends of the hop have an address inside, so that two nodes can have reported it. */
  #isHop(row: number): boolean {
    return this.#hasAddresses(row) && ((this.#rows.endsAre[row] ?? 0) & ANY_OUTSIDE) === 0
  }

  #hasAddresses(row: number): boolean {
    return (this.#rows.near[row] ?? NOBODY) !== NOBODY && (this.#rows.far[row] ?? NOBODY) !== NOBODY
  }

  /** Whether the hop's sender was not simply believed for that minute. */
  #isCompared(minute: Minute, row: number): boolean {
    return !this.#sealed.isTooLate(minute) && !this.#sealed.isCovered(minute, this.#rows.nearNode[row] ?? NOBODY)
  }

  #balance(minute: Minute, row: number, way: number): number {
    const near = this.#rows.near[row] ?? NOBODY
    const far = this.#rows.far[row] ?? NOBODY
    const changes = this.balances.get(minute)
    const entry = changes?.find(near, far) ?? -1
    const change = changes === undefined || entry < 0 ? 0 : changes.sum(entry, way)
    return this.#sealed.balance(minute, near, far, way) + change
  }

  #change(minute: Minute, row: number, way: number, difference: number): void {
    const changes = this.balances.get(minute) ?? newBalances()
    this.balances.set(minute, changes)
    const entry = changes.at(this.#rows.near[row] ?? NOBODY, this.#rows.far[row] ?? NOBODY)
    changes.setWord(entry, BALANCE_NODE, this.#rows.nearNode[row] ?? NOBODY)
    changes.add(entry, way, difference)
  }

  /** The sender's line in the ledger, copied for writing. A sender that no directory knows is the reporter. */
  #line(minute: Minute, row: number): Ledger {
    const sender = this.#rows.nearNode[row] ?? NOBODY
    const node = sender === NOBODY && this.#rows.kind[row] === PRIMARY ? this.#reporter : sender
    const lines = this.ledger.get(minute) ?? new Map<number, Ledger>()
    this.ledger.set(minute, lines)
    const known = lines.get(node)
    if (known !== undefined) return known
    const line: Ledger = { ...emptyLine, ...this.#sealed.ledger(minute, node) }
    // What nobody knows the sender of is added, but no node's ledger can say so.
    if (node !== NOBODY && !this.#sealed.isCovered(minute, node)) lines.set(node, line)
    return line
  }

  #push(
    minute: Minute,
    row: number,
    added: readonly [number, number],
    bytes: readonly [number, number],
    amounts: AmountColumns,
  ): void {
    const [up, down] = added
    const fact: RowAmounts = {
      bytesToResponder: up,
      bytesToInitiator: down,
      wireToResponder: inProportion(amounts.wireToResponder[row] ?? 0, up, bytes[0]),
      wireToInitiator: inProportion(amounts.wireToInitiator[row] ?? 0, down, bytes[1]),
      connections: inProportion(amounts.connections[row] ?? 0, up + down, bytes[0] + bytes[1]),
    }
    if (Object.values(fact).some(amount => amount > 0))
      this.facts.push(minute, this.#series.storeId(this.#rows.series[row] ?? 0), fact)
  }
}
