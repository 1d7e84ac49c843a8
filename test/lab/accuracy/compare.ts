import type { Amounts, PairRow, PairsAnswer, ZonesAnswer } from '@weir/contract/queries.ts'
import type { Layout } from '../layout.ts'
import { oneWay, type Truth } from '../truth.ts'
import { addressOf, type PairName, type Path } from './paths.ts'

/** The bar: Weir's estimate of what went over the wire is this close to what did. */
export const WITHIN = 0.005

/** One path's numbers, in IP bytes. */
export interface Figure {
  readonly name: string
  /** Counted on the middle switch: frames without their Ethernet header. */
  readonly wire: number
  readonly wireUp: number
  readonly wireDown: number
  /** What Weir says connection tracking counted. */
  readonly counted: number
  /** What Weir estimates that went over the wire. */
  readonly estimate: number
  readonly estimateUp: number
  readonly estimateDown: number
  readonly connections: number
  /** How many the lab opened, where it opens one per request. */
  readonly opened?: number
  /** estimate ÷ wire − 1; −1 where Weir has nothing. */
  readonly off: number
  /** How far off it may be, a ratio. */
  readonly bar: number
  readonly within: boolean
  /** The name that some of the bytes were found under, and should not be. */
  readonly misnamed?: string
}

/** Holds one path's truth against the rows that Weir has for it. */
export function compare(layout: Layout, path: Path, truth: Truth, rows: readonly PairRow[]): Figure {
  const ways = path.hops.map(({ near, far }) => {
    const nearSide = [addressOf(layout, near, path.family)]
    const farSide = far.map(name => addressOf(layout, name, path.family))
    return { up: oneWay(truth, nearSide, farSide).bytes, down: oneWay(truth, farSide, nearSide).bytes }
  })
  const misnamed = path.misnamed === undefined ? [] : rowsNamed(rows, path.misnamed)
  const own = [...path.pairs.flatMap(pair => rowsNamed(rows, pair)), ...misnamed]
  const onWire = { up: sum(ways, w => w.up), down: sum(ways, w => w.down) }
  return {
    ...figure(path.name, onWire, own, path.within),
    ...(path.kind === 'connections' && { opened: path.requests }),
    ...(misnamed.length > 0 && { misnamed: path.misnamed?.join(' → ') ?? '' }),
  }
}

function rowsNamed(rows: readonly PairRow[], [initiator, responder, reversed]: PairName): Amounts[] {
  const own = rows.filter(row => nameOf(row.initiator) === initiator && nameOf(row.responder) === responder)
  return reversed === undefined ? own : own.map(turned)
}

const turned = (row: Amounts): Amounts => ({
  bytesToResponder: row.bytesToInitiator,
  bytesToInitiator: row.bytesToResponder,
  wireToResponder: row.wireToInitiator,
  wireToInitiator: row.wireToResponder,
  connections: row.connections,
})

/** Bytes on the wire, towards the responder and back, against the sum of Weir's rows. */
export function figure(
  name: string,
  onWire: { up: number; down: number },
  rows: readonly Amounts[],
  bar = WITHIN,
): Figure {
  const estimateUp = sum(rows, r => r.wireToResponder)
  const estimateDown = sum(rows, r => r.wireToInitiator)
  const wire = onWire.up + onWire.down
  const off = (estimateUp + estimateDown) / wire - 1
  return {
    name,
    wire,
    wireUp: onWire.up,
    wireDown: onWire.down,
    counted: sum(rows, r => r.bytesToResponder + r.bytesToInitiator),
    estimate: estimateUp + estimateDown,
    estimateUp,
    estimateDown,
    connections: sum(rows, r => r.connections),
    off,
    bar,
    within: Math.abs(off) <= bar,
  }
}

/** What the lab calls an end: the internet has no name. */
export const nameOf = (end: PairRow['initiator']): string => (end.kind === 'internet' ? 'internet' : end.name)

/** The sums that must agree exactly; each that does not is a sentence. */
export function conservation(pairs: PairsAnswer, zones: ZonesAnswer): string[] {
  const sums: [what: string, left: number, right: number][] = [
    ['rows + rest = total (counted)', sum(pairs.rows, r => r.bytes) + pairs.rest.bytes, pairs.total.bytes],
    ['rows + rest = total (wire)', sum(pairs.rows, r => r.wireBytes) + pairs.rest.wireBytes, pairs.total.wireBytes],
    ['crossings = total', sum(Object.values(pairs.total.byCrossing), c => c.bytes), pairs.total.bytes],
    ['zone cells = total (counted)', sum(zones.cells, c => c.bytes), zones.total.bytes],
    ['zone cells = total (wire)', sum(zones.cells, c => c.wireBytes), zones.total.wireBytes],
    ['total by pairs = total by zones', pairs.total.bytes, zones.total.bytes],
  ]
  return sums
    .filter(([, left, right]) => left !== right)
    .map(([what, left, right]) => `${what}: ${left} is not ${right}`)
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)
