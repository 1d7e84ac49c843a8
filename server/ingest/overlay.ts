import { overheadOf, promotedBy } from './count-once.ts'
import type { Facts } from './facts.ts'
import { noteMinute, noteTunnel } from './flow-logs/compared.ts'
import {
  ENDS_ARE,
  FAR_NODE,
  type MinuteFold,
  NEAR_NODE,
  PRIMARY_SUMS,
  TUNNEL_SERIES,
  WITNESS_SUMS,
} from './minute-fold.ts'
import { NOBODY } from './numbers.ts'
import { PairTable } from './pair-table.ts'
import { BOTH_MACHINES } from './place.ts'
import type { SeriesNumbers } from './series-numbers.ts'

/** Per pair of nodes, the lower number first. Sums: bytes up, bytes down, wire up, wire down; "up" is towards the higher. */
const newPairs = () => new PairTable(1, 4)
/** Word of a pair: one of its tunnels, whose series names the pair, + 1; negative: that tunnel runs downwards. */
const NAMED_BY = 0

/**
 * What tunnels count beside the traffic inside them. Per pair of nodes: the outer bytes beyond the inner ones (basis
 * `overhead`); where nobody saw the inside, the outer flow itself (`outer`). What flow logs may also count is noted.
 */
export function tunnelFacts(
  fold: MinuteFold,
  covered: ReadonlySet<number>,
  series: SeriesNumbers,
  { facts, compared }: { readonly facts: Facts; readonly compared: PairTable },
): { countedBytes: number; insideBytes: number; auditOnlyBytes: number } {
  const { tunnels, minute } = fold
  const result = { countedBytes: 0, insideBytes: 0, auditOnlyBytes: 0 }
  if (tunnels.count === 0) return result
  const outer = newPairs()
  for (let tunnel = 0; tunnel < tunnels.count; tunnel++) {
    const isBelieved = covered.has(tunnels.word(tunnel, NEAR_NODE))
    const sums = [0, 1, 2, 3].map(sum =>
      totalOf(tunnels.sum(tunnel, PRIMARY_SUMS + sum), tunnels.sum(tunnel, WITNESS_SUMS + sum), isBelieved),
    )
    const reported = [0, 1, WITNESS_SUMS, WITNESS_SUMS + 1].reduce((all, sum) => all + tunnels.sum(tunnel, sum), 0)
    result.auditOnlyBytes += reported - bytesOf(sums)
    const [near, far] = [tunnels.word(tunnel, NEAR_NODE), tunnels.word(tunnel, FAR_NODE)]
    if (near === NOBODY || far === NOBODY) {
      // The other end is no node of ours: nobody can have seen the inside between the two.
      facts.push(minute, series.storeId(tunnels.word(tunnel, TUNNEL_SERIES)), amounts(sums, true))
      result.countedBytes += bytesOf(sums)
      if (!covered.has(near) && !covered.has(far)) noteMinute(compared, bytesOf(sums), 0)
      continue
    }
    const pair = addBetween(outer, near, far, sums)
    if (outer.word(pair, NAMED_BY) === 0) outer.setWord(pair, NAMED_BY, near < far ? tunnel + 1 : -tunnel - 1)
  }
  const inner = insideOf(fold, covered)
  for (let pair = 0; pair < outer.count; pair++) {
    const within = inner.find(outer.a(pair), outer.b(pair))
    const inside = [0, 1, 2, 3].map(sum => (within < 0 ? 0 : inner.sum(within, sum)))
    const around = inside.map((bytes, sum) => overheadOf(outer.sum(pair, sum), bytes))
    const named = outer.word(pair, NAMED_BY)
    const tunnel = tunnels.word(Math.abs(named) - 1, TUNNEL_SERIES)
    const number = bytesOf(inside) === 0 ? tunnel : series.withBasis(tunnel, 'overhead')
    facts.push(minute, series.storeId(number), amounts(around, named > 0))
    result.countedBytes += bytesOf(around)
    const [lower, higher] = [outer.a(pair), outer.b(pair)]
    if (!covered.has(lower) && !covered.has(higher)) {
      noteTunnel(compared, lower, higher, around[0] ?? 0)
      noteTunnel(compared, higher, lower, around[1] ?? 0)
    }
    result.insideBytes += outer.sum(pair, 0) + outer.sum(pair, 1) - bytesOf(around)
  }
  return result
}

/** What counts of the hops between two nodes that can have gone through their tunnel: at least one end is a pod's own address. */
function insideOf(fold: MinuteFold, covered: ReadonlySet<number>): PairTable {
  const { hops } = fold
  const inner = newPairs()
  for (let hop = 0; hop < hops.count; hop++) {
    const [near, far] = [hops.word(hop, NEAR_NODE), hops.word(hop, FAR_NODE)]
    const bothMachines = (hops.word(hop, ENDS_ARE) & BOTH_MACHINES) === BOTH_MACHINES
    if (near === NOBODY || far === NOBODY || near === far || bothMachines) continue
    addBetween(
      inner,
      near,
      far,
      [0, 1, 2, 3].map(sum => totalOf(hops.sum(hop, PRIMARY_SUMS + sum), fold.witnessSum(hop, sum), covered.has(near))),
    )
  }
  return inner
}

/** Primary where the sender is believed, else the larger of both. */
const totalOf = (primary: number, witness: number, isBelieved: boolean): number =>
  isBelieved ? primary : primary + promotedBy(primary, witness)

function addBetween(pairs: PairTable, near: number, far: number, sums: readonly number[]): number {
  const pair = near < far ? pairs.at(near, far) : pairs.at(far, near)
  for (const [sum, amount] of sums.entries()) pairs.add(pair, near < far ? sum : sum ^ 1, amount)
  return pair
}

const bytesOf = ([up = 0, down = 0]: readonly number[]): number => up + down

function amounts([up = 0, down = 0, wireUp = 0, wireDown = 0]: readonly number[], isUpwards: boolean) {
  return {
    bytesToResponder: isUpwards ? up : down,
    bytesToInitiator: isUpwards ? down : up,
    wireToResponder: isUpwards ? wireUp : wireDown,
    wireToInitiator: isUpwards ? wireDown : wireUp,
    connections: 0,
  }
}
