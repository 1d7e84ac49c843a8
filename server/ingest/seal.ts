import type { Minute } from '@weir/contract/units.ts'
import { balanceOf, promotedBy } from './count-once.ts'
import { Facts } from './facts.ts'
import { newCompared, noteAgents, noteMinute } from './flow-logs/compared.ts'
import { ENDS_ARE, FAR_NODE, type MinuteFold, NEAR_NODE, PRIMARY_SUMS } from './minute-fold.ts'
import { NOBODY } from './numbers.ts'
import { tunnelFacts } from './overlay.ts'
import { PairTable } from './pair-table.ts'
import { ANY_MIDDLEBOX, ANY_OUTSIDE } from './place.ts'
import type { SeriesNumbers } from './series-numbers.ts'
import { shares } from './spread.ts'

/** What one node sent in one minute, and who was believed. */
export interface Ledger {
  counted: 'primary' | 'witness'
  primaryBytes: number
  witnessBytes: number
  promotedBytes: number
  supersededBytes: number
}

/** Words of a balance: the sender's node. Sums: towards the responder, towards the initiator. */
export const BALANCE_NODE = 0
export const newBalances = (): PairTable => new PairTable(1, 2)

/** All that sealing a minute decides. */
export interface SealedMinute {
  readonly minute: Minute
  readonly facts: Facts
  /** What went through the cards of nodes; see MinuteFold. */
  readonly cards: MinuteFold['cards']
  /** By node number. */
  readonly ledger: Map<number, Ledger>
  /** (near, far) → witness − primary, of the hops whose sender did not watch the whole minute. */
  readonly balances: PairTable
  readonly covered: ReadonlySet<number>
  /** What was counted of hops that flow logs may also count: see compared.ts. */
  readonly compared: PairTable
  /** The same hops counted by two kernels: the smaller and the larger sums. */
  readonly audit: { smallerBytes: number; largerBytes: number }
  /** The same by the node that sent the hops. */
  readonly auditByNode: Map<number, { smallerBytes: number; largerBytes: number }>
  /** Witness bytes that were promoted, and that only confirmed what was counted. */
  readonly bytes: { promoted: number; auditOnly: number; overhead: number; insideTunnels: number }
}

const TO_RESPONDER = 0
const TO_INITIATOR = 1
const CONNECTIONS = 4

/** Decides a minute. Pure: the fold stays as it is. */
export function sealMinute(fold: MinuteFold, series: SeriesNumbers): SealedMinute {
  const { hops, witnessed } = fold
  const covered = new Set([...fold.watchers].filter(node => fold.isCoveredBy(node)))
  const sealed = {
    minute: fold.minute,
    cards: fold.cards,
    facts: new Facts(),
    ledger: openLedger(fold, covered),
    balances: newBalances(),
    covered,
    compared: newCompared(),
    audit: { smallerBytes: 0, largerBytes: 0 },
    auditByNode: new Map(),
    bytes: { promoted: 0, auditOnly: 0, overhead: 0, insideTunnels: 0 },
  }
  const promoted = new PairTable(0, 5)
  let beyond = 0
  for (let hop = 0; hop < hops.count; hop++) {
    const isBelieved = covered.has(hops.word(hop, NEAR_NODE))
    if (mayFlowLogsCount(fold, hop, covered)) noteHop(fold, hop, isBelieved, sealed.compared)
    // Most hops: their sender watched, and nobody else saw them.
    if (isBelieved && !fold.isWitnessed(hop)) continue
    beyond += decideHop(fold, hop, isBelieved, sealed, promoted, Math.max(0, fold.unknownBytes - beyond))
  }
  for (const row of fold.fromOutside()) {
    sealed.bytes.promoted += witnessed.sum(row, TO_RESPONDER) + witnessed.sum(row, TO_INITIATOR)
    const total = promoted.at(witnessed.b(row), 0)
    for (let sum = 0; sum < 5; sum++) promoted.add(total, sum, witnessed.sum(row, sum))
  }
  for (let i = 0; i < promoted.count; i++)
    sealed.facts.push(fold.minute, series.storeId(promoted.a(i)), amountsOf(promoted, i))
  noteMinute(sealed.compared, fold.unknownBytes, beyond)
  const tunnels = tunnelFacts(fold, covered, series, sealed)
  sealed.bytes.overhead = tunnels.countedBytes
  sealed.bytes.insideTunnels = tunnels.insideBytes
  sealed.bytes.auditOnly += tunnels.auditOnlyBytes
  return sealed
}

/**
 * One hop that has a witness, or whose sender did not watch all of the minute. Of what its witness shows beyond the sender's
 * rows, `unknown` bytes are not promoted: senders told them, with an end that nobody knows. Returns all of it.
 */
function decideHop(
  fold: MinuteFold,
  hop: number,
  isBelieved: boolean,
  { audit, auditByNode, bytes, ledger, balances }: SealedMinute,
  promoted: PairTable,
  unknown: number,
): number {
  const { hops } = fold
  const primary = [TO_RESPONDER, TO_INITIATOR].map(way => hops.sum(hop, PRIMARY_SUMS + way))
  const witness = [TO_RESPONDER, TO_INITIATOR].map(way => fold.witnessSum(hop, way))
  const sender = hops.word(hop, NEAR_NODE)
  const ofSender = auditByNode.get(sender) ?? { smallerBytes: 0, largerBytes: 0 }
  auditByNode.set(sender, ofSender)
  for (const sums of [audit, ofSender]) noteAudit(sums, primary, witness)
  const line = ledger.get(sender) ?? lineOf(0, false)
  if (sender !== NOBODY) ledger.set(sender, line)
  line.witnessBytes += sumOf(witness)
  const beyond = isBelieved ? [0, 0] : primary.map((counted, way) => promotedBy(counted, witness[way] ?? 0))
  const gains = lessBy(beyond, unknown)
  bytes.auditOnly += sumOf(witness) - sumOf(gains)
  if (isBelieved) return 0
  remember(balances, fold, hop, primary, witness)
  bytes.promoted += sumOf(gains)
  line.promotedBytes += sumOf(gains)
  promote(fold, hop, gains, sumOf(beyond), promoted)
  return sumOf(beyond)
}

function lessBy([up = 0, down = 0]: readonly number[], bytes: number): readonly number[] {
  const left = Math.max(0, bytes - up)
  return [Math.max(0, up - bytes), Math.max(0, down - left)]
}

/** No agent watched either end; or an end is an interface of AWS whose hops count from flow logs, unless agents saw them. */
function mayFlowLogsCount({ hops }: MinuteFold, hop: number, covered: ReadonlySet<number>): boolean {
  if ((hops.word(hop, ENDS_ARE) & ANY_MIDDLEBOX) !== 0) return true
  return !covered.has(hops.word(hop, NEAR_NODE)) && !covered.has(hops.word(hop, FAR_NODE))
}

function noteHop(fold: MinuteFold, hop: number, isBelieved: boolean, compared: PairTable): void {
  const { hops } = fold
  const [near, far] = [hops.a(hop), hops.b(hop)]
  const [nearNode, farNode] = [hops.word(hop, NEAR_NODE), hops.word(hop, FAR_NODE)]
  const [up = 0, down = 0] = [TO_RESPONDER, TO_INITIATOR].map(way => {
    const primary = hops.sum(hop, PRIMARY_SUMS + way)
    return isBelieved ? primary : primary + promotedBy(primary, fold.witnessSum(hop, way))
  })
  noteAgents(compared, { from: near, to: far, fromNode: nearNode, toNode: farNode }, up)
  noteAgents(compared, { from: far, to: near, fromNode: farNode, toNode: nearNode }, down)
}

/** Every node that watched or sent something in this minute gets a line. */
function openLedger(fold: MinuteFold, covered: ReadonlySet<number>): Map<number, Ledger> {
  const nodes = new Set([...fold.watchers, ...fold.primaryBytes.keys()])
  return new Map(Array.from(nodes, node => [node, lineOf(fold.primaryBytes.get(node) ?? 0, covered.has(node))]))
}

const lineOf = (primaryBytes: number, isBelieved: boolean): Ledger => ({
  counted: isBelieved ? 'primary' : 'witness',
  primaryBytes,
  witnessBytes: 0,
  promotedBytes: 0,
  supersededBytes: 0,
})

/** Only hops that both ends saw say how well two kernels agree. */
function noteAudit(audit: SealedMinute['audit'], primary: readonly number[], witness: readonly number[]): void {
  if (sumOf(primary) === 0 || sumOf(witness) === 0) return
  for (const [way, bytes] of primary.entries()) {
    audit.smallerBytes += Math.min(bytes, witness[way] ?? 0)
    audit.largerBytes += Math.max(bytes, witness[way] ?? 0)
  }
}

function remember(
  balances: PairTable,
  { hops }: MinuteFold,
  hop: number,
  primary: readonly number[],
  witness: readonly number[],
): void {
  const left = primary.map((bytes, way) => balanceOf(bytes, witness[way] ?? 0))
  const sender = hops.word(hop, NEAR_NODE)
  // Within one node nobody else can report the hop, however late.
  const isWithinNode = sender !== NOBODY && sender === hops.word(hop, FAR_NODE)
  const isOutside = (hops.word(hop, ENDS_ARE) & ANY_OUTSIDE) !== 0
  if (isWithinNode || isOutside || left.every(bytes => bytes === 0)) return
  const balance = balances.at(hops.a(hop), hops.b(hop))
  balances.setWord(balance, BALANCE_NODE, sender)
  for (const [way, bytes] of left.entries()) balances.add(balance, way, bytes)
}

/** Shares what a hop gains among the series its witness reported it under, each in proportion to its bytes. */
function promote(fold: MinuteFold, hop: number, gains: readonly number[], beyond: number, into: PairTable): void {
  const { hops, witnessed } = fold
  const opened = promotedBy(hops.sum(hop, PRIMARY_SUMS + CONNECTIONS), fold.witnessSum(hop, CONNECTIONS))
  const connections = inProportion(opened, sumOf(gains), beyond)
  if (sumOf(gains) === 0 && connections === 0) return
  const rows = [...fold.witnessesOf(hop)]
  const column = (sum: number) => rows.map(row => witnessed.sum(row, sum))
  const shared = [...gains, connections].map((gain, i) => shares(gain, column(i === 2 ? CONNECTIONS : i)))
  for (const [i, row] of rows.entries()) {
    const total = into.at(witnessed.b(row), 0)
    for (const way of [TO_RESPONDER, TO_INITIATOR]) {
      const bytes = shared[way]?.[i] ?? 0
      into.add(total, way, bytes)
      into.add(total, 2 + way, inProportion(witnessed.sum(row, 2 + way), bytes, witnessed.sum(row, way)))
    }
    into.add(total, CONNECTIONS, shared[2]?.[i] ?? 0)
  }
}

/** Wire bytes (or connections) of a part of the bytes: whole, and all of them for all of the bytes. */
export const inProportion = (amount: number, part: number, whole: number): number =>
  part === whole ? amount : Math.round(amount * (part / whole))

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)

const amountsOf = (table: PairTable, entry: number) => ({
  bytesToResponder: table.sum(entry, 0),
  bytesToInitiator: table.sum(entry, 1),
  wireToResponder: table.sum(entry, 2),
  wireToInitiator: table.sum(entry, 3),
  connections: table.sum(entry, 4),
})
