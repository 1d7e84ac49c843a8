import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { MINUTE_MS, type Minute, minute, minuteOf } from '@weir/contract/units.ts'
import type { AuditSums, Compared, Decision, FactColumns, Promotion } from '../store/flow-store.ts'
import { Facts } from './facts.ts'
import { auditOf } from './flow-logs/audit.ts'
import { ComparedMinutes, seenIn } from './flow-logs/compared.ts'
import { ComparedChanges } from './flow-logs/compared-changes.ts'
import { type CountingParts, countFlowLogs, type FlowLogOutcome } from './flow-logs/count.ts'
import { keptOf, type Named, restoredCompared } from './flow-logs/kept-compared.ts'
import type { PlacedRow } from './flow-logs/placed.ts'
import { LateRows } from './late.ts'
import { MinuteFold } from './minute-fold.ts'
import { type ClusterNumbers, NOBODY } from './numbers.ts'
import type { PairTable } from './pair-table.ts'
import { ABOVE_LINE_RATE, FOREIGN_HOP, type PlacedBatch, PRIMARY, UNKNOWN_END } from './place.ts'
import type { PlacedRows } from './placed-rows.ts'
import { BALANCE_NODE, type Ledger, type SealedMinute, sealMinute } from './seal.ts'
import { LATE_MINUTES, SealedMinutes } from './sealed-minutes.ts'
import type { SeriesNumbers } from './series-numbers.ts'
import { Spares } from './spares.ts'
import { type Piece, spread } from './spread.ts'
import { emptyTally, type Tally } from './tally.ts'

/** What taking a batch (or sealing minutes) changes. Commit it, then call `apply`; without `apply` nothing has happened. */
export interface Outcome {
  readonly facts: readonly FactColumns[]
  readonly decisions: readonly Decision[]
  readonly promotions: readonly Promotion[]
  readonly compared: readonly Compared[]
  readonly tally: Tally
  /** It was computed from what earlier outcomes leave behind: the next late one must not be, before this one is applied. */
  readonly isLate: boolean
  apply(): void
  /** Nobody reads the facts any more: their memory is used again. */
  release(): void
}

export interface SealingOutcome extends Outcome {
  readonly sealedUntil: Minute
  readonly auditByNode: readonly AuditSums[]
  /** The same hops counted by two kernels, over the minutes sealed. */
  readonly audit: { readonly smallerBytes: number; readonly largerBytes: number }
}

/** The fold over all that was received: open minutes, sealed minutes. Pure but for its own memory; no clock. */
export class Counting {
  readonly #series: SeriesNumbers
  readonly #named: Named
  readonly #open = new Map<Minute, MinuteFold>()
  readonly #sealed = new SealedMinutes()
  readonly #compared = new ComparedMinutes()
  #sealedUntil: Minute | null = null
  /** What nodes carried is kept, because flow logs will be compared with it. */
  auditsNodes = false
  /** The oldest minute of which any agent told anything. */
  watchedFrom: Minute | null = null
  #spare: MinuteFold | undefined
  readonly #spareFacts = new Spares<Facts>()

  constructor(series: SeriesNumbers, addresses: ClusterNumbers, nodes: ClusterNumbers) {
    this.#series = series
    this.#named = { addresses, nodes }
  }

  get sealedUntil(): Minute | null {
    return this.#sealedUntil
  }

  /** The oldest minute that holds something undecided. */
  get oldestOpen(): Minute | undefined {
    let oldest: Minute | undefined
    for (const at of this.#open.keys()) if (oldest === undefined || at < oldest) oldest = at
    return oldest
  }

  isSealed(at: Minute): boolean {
    return this.#sealedUntil !== null && at < this.#sealedUntil
  }

  /** A catch-up is taken when the last minute of its range is sealed, not before. */
  mustWait(window: BatchWindow): boolean {
    return window.kind === 'catch-up' && !this.isSealed(lastMinute(window))
  }

  /** What a live window, or a catch-up that need not wait, would change. */
  take(placed: PlacedBatch): Outcome {
    const { rows, window, node } = placed
    const late = new LateRows(this.#sealed, new ComparedChanges(this.#compared), this.#series, node, rows)
    let amounts: Piece['amounts'] = placed.batch.rows
    late.tally.rows = rows.count
    late.tally.received = bytesOf(amounts)
    if (window.kind === 'catch-up') {
      const minutes: Minute[] = []
      for (let at = minuteOf(window.from); at <= lastMinute(window); at = minute(at + 1)) minutes.push(at)
      amounts = late.setOff(minutes, amounts)
    }
    const openPieces: Piece[] = []
    let isLate = window.kind === 'catch-up'
    for (const piece of spread(window, amounts)) {
      if (!this.isSealed(piece.minute)) openPieces.push(piece)
      else {
        late.add(piece)
        isLate = true
      }
    }
    const counted = openPieces.map(piece => this.#countOpen(placed, piece, late.tally))
    const facts = [...counted, late.facts]
    return {
      facts: facts.map(one => one.columns()).filter(({ count }) => count > 0),
      decisions: [...late.ledger].flatMap(([at, lines]) => this.#decisions(at, lines)),
      promotions: [...late.balances].flatMap(([at, changes]) => this.#promotions(at, changes)),
      compared: late.compared.kept(this.#named),
      tally: late.tally,
      isLate,
      apply: () => {
        for (const { minute, amounts } of openPieces) this.#addOpen(minute, node, rows, amounts)
        late.apply()
      },
      release: () => {
        for (const one of counted) this.#spareFacts.give(one)
      },
    }
  }

  /** What a batch of flow logs would change. All of its minutes are sealed. */
  takeFlowLogs(
    rows: readonly PlacedRow[],
    time: Pick<CountingParts, 'history' | 'claims' | 'oldest' | 'newest'>,
  ): FlowLogOutcome {
    const parts = { sealed: this.#sealed, compared: this.#compared, series: this.#series, ...time }
    return countFlowLogs(rows, { ...parts, ...this.#named })
  }

  /** Who watched the minutes from here on, and what was counted then, is in memory. */
  get rememberedFrom(): number {
    return Math.max(this.#sealed.openFrom, this.#compared.from)
  }

  /** The node has watched this window without a gap: coverage of its minutes. Those that are sealed stay as decided. */
  watch(node: number, window: BatchWindow): void {
    for (let at = minuteOf(window.from); at <= lastMinute(window); at = minute(at + 1))
      if (!this.isSealed(at)) this.#fold(at).watch(node, window)
  }

  /** Decides every minute before `until`. */
  seal(until: Minute): SealingOutcome {
    const sealed = [...this.#open.values()]
      .filter(fold => fold.minute < until)
      .sort((a, b) => a.minute - b.minute)
      .map(fold => sealMinute(fold, this.#series))
    const tally = emptyTally()
    const audit = { smallerBytes: 0, largerBytes: 0 }
    for (const one of sealed) {
      tally.promoted += one.bytes.promoted
      tally.auditOnly += one.bytes.auditOnly
      tally.overhead += one.bytes.overhead
      tally.insideTunnels += one.bytes.insideTunnels
      audit.smallerBytes += one.audit.smallerBytes
      audit.largerBytes += one.audit.largerBytes
    }
    return {
      sealedUntil: until,
      facts: sealed.map(one => one.facts.columns()).filter(({ count }) => count > 0),
      decisions: sealed.flatMap(one => this.#decisions(one.minute, one.ledger)),
      promotions: sealed.flatMap(one => this.#promotions(one.minute, one.balances)),
      compared: sealed.flatMap(({ minute: at, compared }) =>
        keptOf(at, compared, this.#named, (from, to) => seenIn(compared, from, to)),
      ),
      tally,
      audit,
      auditByNode: sealed.flatMap(one => auditOf(one, this.#named.nodes)),
      isLate: true,
      apply: () => this.#applySeal(sealed, until),
      release: () => {},
    }
  }

  /** After a restart: what the store remembers of sealed minutes. */
  restore(
    sealedUntil: Minute | null,
    promotions: readonly Promotion[],
    decisions: readonly Decision[],
    compared: readonly Compared[] = [],
  ): void {
    this.#sealedUntil = sealedUntil
    for (const [at, rows] of Map.groupBy(compared, one => one.minute))
      this.#compared.add(at, restoredCompared(rows, this.#named))
    for (const one of decisions) {
      const node = this.#named.nodes.of(one.cluster, one.node)
      const { counted, primaryBytes, witnessBytes, promotedBytes, supersededBytes } = one
      if (counted === 'primary') this.#sealed.restoreCovered(one.minute, node)
      else
        this.#sealed.setLedger(one.minute, node, {
          counted,
          primaryBytes,
          witnessBytes,
          promotedBytes,
          supersededBytes,
        })
    }
    for (const one of promotions)
      this.#sealed.restoreBalance(
        one.minute,
        one.node === '' ? NOBODY : this.#named.nodes.of(one.cluster, one.node),
        this.#named.addresses.of(one.cluster, one.near),
        this.#named.addresses.ofText(one.cluster, one.far),
        [one.bytesToResponder, one.bytesToInitiator],
      )
    if (sealedUntil !== null) this.#prune(sealedUntil)
  }

  /** After a restart: a pending batch whose facts are in the store; only what its minutes still have to decide is folded. */
  refold({ rows, window, node, batch }: PlacedBatch): void {
    for (const piece of spread(window, batch.rows))
      if (!this.isSealed(piece.minute)) this.#addOpen(piece.minute, node, rows, piece.amounts)
  }

  #addOpen(at: Minute, node: number, rows: PlacedRows, amounts: Piece['amounts']): void {
    const fold = this.#fold(at)
    fold.add(node, rows, amounts)
    if (fold.isAudited) fold.addCard(node, rows, amounts)
  }

  /** Primary rows of an open minute count at once. */
  #countOpen({ rows }: PlacedBatch, { minute, amounts }: Piece, tally: Tally): Facts {
    const facts = (this.#spareFacts.take() ?? new Facts()).clear(rows.count)
    for (let row = 0; row < rows.count; row++) {
      const kind = rows.kind[row]
      const bytes = (amounts.bytesToResponder[row] ?? 0) + (amounts.bytesToInitiator[row] ?? 0)
      if (kind === FOREIGN_HOP) tally.setAside['foreign hop'] += bytes
      else if (kind === UNKNOWN_END) tally.setAside['unknown end'] += bytes
      else if (kind === ABOVE_LINE_RATE) tally.setAside['above line rate'] += bytes
      if (kind !== PRIMARY) continue
      tally.primary += bytes
      facts.pushRow(minute, this.#series.storeId(rows.series[row] ?? 0), amounts, row)
    }
    return facts
  }

  #fold(at: Minute): MinuteFold {
    const known = this.#open.get(at)
    if (known !== undefined) return known
    const fold = this.#spare?.reuse(at) ?? new MinuteFold(at, this.#open.get(minute(at - 1)))
    this.#spare = undefined
    this.#open.set(at, fold)
    fold.isAudited = this.auditsNodes
    return fold
  }

  #applySeal(sealed: readonly SealedMinute[], until: Minute): void {
    for (const one of sealed) {
      this.#spare = this.#open.get(one.minute)
      this.#open.delete(one.minute)
      this.#sealed.add(one)
      this.#compared.add(one.minute, one.compared)
    }
    this.#sealedUntil = until
    this.#prune(until)
  }

  #prune(until: Minute): void {
    this.#sealed.prune(until)
    this.#compared.prune(until - LATE_MINUTES)
  }

  #decisions(at: Minute, lines: ReadonlyMap<number, Ledger>): Decision[] {
    return Array.from(lines, ([number, line]) => {
      const { cluster, name } = this.#named.nodes.value(number)
      return { cluster, node: name, minute: at, ...line }
    })
  }

  /** The new balances of the hops in `changes`, which holds differences. */
  #promotions(at: Minute, changes: PairTable): Promotion[] {
    return Array.from({ length: changes.count }, (_, i) => {
      const [near, far] = [changes.a(i), changes.b(i)]
      const node = changes.word(i, BALANCE_NODE)
      const { cluster, name } = this.#named.addresses.value(near)
      return {
        cluster,
        node: node === NOBODY ? '' : this.#named.nodes.value(node).name,
        minute: at,
        near: name,
        far: this.#named.addresses.textIn(cluster, far),
        bytesToResponder: this.#sealed.balance(at, near, far, 0) + changes.sum(i, 0),
        bytesToInitiator: this.#sealed.balance(at, near, far, 1) + changes.sum(i, 1),
      }
    })
  }
}

/** The last minute a window touches. */
export const lastMinute = (window: BatchWindow): Minute => minute(Math.ceil(window.to / MINUTE_MS) - 1)

function bytesOf({ bytesToResponder, bytesToInitiator }: Piece['amounts']): number {
  let sum = 0
  for (let row = 0; row < bytesToResponder.length; row++)
    sum += (bytesToResponder[row] ?? 0) + (bytesToInitiator[row] ?? 0)
  return sum
}
