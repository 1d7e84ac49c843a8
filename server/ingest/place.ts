import { type Batch, type BatchWindow, legs, NONE, roles } from '@weir/contract/agent-wire.ts'
import type { Label, LabelId } from '@weir/contract/peers.ts'
import type { Directory, Placed } from '../directory/directory.ts'
import { type End, MACHINE, MIDDLEBOX, OUTSIDE, UNKNOWN } from './end.ts'
import { EndColumns } from './end-columns.ts'
import type { Ends } from './ends.ts'
import { type FarGatewayOf, type NatHop, natHopsOf } from './nat-hops.ts'
import { type ClusterNumbers, NOBODY } from './numbers.ts'
import { PlacedRows } from './placed-rows.ts'
import { respondersOf, Services, ServicesOfRows } from './responders.ts'
import { type SeriesNumbers, shapeOf } from './series-numbers.ts'
import { Spares } from './spares.ts'

/** What happens to a row, before time and coverage are looked at. Tunnels are told from their inside at sealing. */
export const kinds = [
  'primary',
  'witness',
  'tunnel',
  'tunnel witness',
  'foreign hop',
  'unknown end',
  'above line rate',
] as const
export const PRIMARY = 0
export const WITNESS = 1
export const TUNNEL = 2
export const TUNNEL_WITNESS = 3
/** The local end of the hop is another node's: counted as set aside, and never added. */
export const FOREIGN_HOP = 4
/** A witness or tunnel with an end that has no address: nobody can tell whether another node reported the same bytes. */
export const UNKNOWN_END = 5
/** Its batch claims more than the node's card can carry (line-rate.ts): counted as set aside, and never added. */
export const ABOVE_LINE_RATE = 6

/** `endsAre` has the bits of the near end (see OUTSIDE in end.ts), and those of the far end this much higher. */
const FAR_BITS = 8
export const NEAR_OUTSIDE = OUTSIDE
/** Nobody else reports the hop: nothing can be compared with what another agent saw. */
export const ANY_OUTSIDE = OUTSIDE | (OUTSIDE << FAR_BITS)
export const ANY_MIDDLEBOX = MIDDLEBOX | (MIDDLEBOX << FAR_BITS)
export const BOTH_MACHINES = MACHINE | (MACHINE << FAR_BITS)

/** Bytes that a batch says went through its node's card. The inside of tunnels and their outside are the same bytes. */
export interface CardBytes {
  readonly plain: number
  readonly tunnels: number
}

export interface PlacedBatch {
  readonly batch: Batch
  /** Shifted by the agent's clock offset; the batch's own window is as the agent wrote it. */
  readonly window: BatchWindow
  readonly node: number
  readonly rows: PlacedRows
  readonly card: CardBytes
  /** Rows that are also hops to a NAT gateway in another zone. */
  readonly natHops: readonly NatHop[]
  /** It claims more than its node can carry: nothing of it counts (line-rate.ts). */
  readonly isAside: boolean
  /** An end by its index in batch.ends. */
  placedAt(index: number): Placed | undefined
  /** Labels of addresses the agent sent bare. */
  readonly learn: readonly Label[]
  /** Label ids the agent should forget. */
  readonly drop: readonly LabelId[]
  /** Nobody reads the rows any more: their memory is used again. */
  release(): void
}

export interface Placer {
  place(batch: Batch, window: BatchWindow): PlacedBatch
}

interface Authorities {
  readonly ends: Ends
  readonly series: SeriesNumbers
  readonly services: Services
}

/** Places whole batches: every distinct end once, then the rows by number. */
export function createPlacer(
  directory: Directory,
  ends: Ends,
  series: SeriesNumbers,
  nodes: ClusterNumbers,
  farGatewayOf?: FarGatewayOf,
): Placer {
  const authorities = { ends, series, services: new Services(directory, series) }
  const columns = new EndColumns()
  const spares = new Spares<PlacedRows>()
  return {
    place(batch, window) {
      const node = nodes.of(batch.cluster, batch.node)
      const { ends: resolved, learn, drop } = ends.ofBatch(batch, window, columns)
      const rows = (spares.take() ?? new PlacedRows()).clear(batch.rows.count)
      placeRows(batch, window, node, authorities, resolved, columns, rows)
      const natHops = farGatewayOf ? natHopsOf(batch, rows, resolved, series, farGatewayOf) : []
      const placedAt = (index: number) => resolved[index]?.placed
      const card = cardBytesOf(batch, rows, node)
      const release = () => spares.give(rows)
      return { batch, window, node, rows, card, natHops, isAside: false, placedAt, learn, drop, release }
    },
  }
}

const [DIRECT, FIRST] = [legs.indexOf('direct'), legs.indexOf('first')]
/** Bits of `shapeOf` that follow from the role alone. */
const basisOf = roles.map(role => shapeOf(0, 0, 0, 0, role === 'primary' || role === 'witness' ? role : 'outer'))

function placeRows(
  batch: Batch,
  window: BatchWindow,
  node: number,
  authorities: Authorities,
  resolved: End[],
  ends: EndColumns,
  out: PlacedRows,
): void {
  const { rows } = batch
  const { series } = authorities
  const responders = respondersOf(batch, window, resolved, authorities.ends, ends)
  const services = new ServicesOfRows(authorities.services, batch, window, resolved)
  const vias = new Map<number, number>()
  const viaNumber = (index: number): number => {
    const known = vias.get(index)
    if (known !== undefined) return known
    const number = authorities.ends.viaNumber(batch.cluster, endAt(resolved, index), batch.node, window.from)
    vias.set(index, number)
    return number
  }
  for (let i = 0; i < rows.count; i++) {
    const leg = rows.leg[i] ?? DIRECT
    const role = rows.role[i] ?? PRIMARY
    const via = rows.via[i] ?? NONE
    const initiator = rows.initiator[i] ?? NONE
    const responder = responders[i] ?? NONE
    const near = via === NONE || leg === FIRST ? initiator : via
    const far = via === NONE || leg !== FIRST ? responder : via
    const shape = shapeOf(rows.port[i] ?? 0, rows.protocol[i] ?? 0, rows.dialled[i] ?? 0, leg, 'primary')
    out.series[i] = series.numberOf(
      ends.seriesEnd[initiator] ?? 0,
      ends.seriesEnd[responder] ?? 0,
      services.of(i, responder),
      via === NONE ? NOBODY : viaNumber(via),
      shape | (basisOf[role] ?? 0),
      rows.generation[i] ?? 0,
    )
    const nearNode = ends.node[near] ?? NOBODY
    const farNode = ends.node[far] ?? NOBODY
    const local = role === WITNESS || role === TUNNEL_WITNESS ? farNode : nearNode
    const nearIs = ends.is[near] ?? 0
    const farIs = ends.is[far] ?? 0
    out.near[i] = ends.address[near] ?? NOBODY
    out.far[i] = ends.address[far] ?? NOBODY
    out.nearNode[i] = nearNode
    out.farNode[i] = farNode
    out.endsAre[i] = nearIs | (farIs << FAR_BITS)
    // The node at a hop's sending end reports it as primary, the one at its receiving end as witness. An end that no
    // node owns is believed.
    if (local !== NOBODY && local !== node) out.kind[i] = FOREIGN_HOP
    else if (role !== PRIMARY && ((nearIs | farIs) & UNKNOWN) !== 0) out.kind[i] = UNKNOWN_END
    else out.kind[i] = role
  }
}

/** Sums the rows whose hop leaves or enters the node. */
function cardBytesOf({ rows }: Batch, placed: PlacedRows, node: number): CardBytes {
  let [plain, tunnels] = [0, 0]
  for (let i = 0; i < placed.count; i++) {
    const kind = placed.kind[i]
    if (kind === FOREIGN_HOP || (placed.nearNode[i] === node && placed.farNode[i] === node)) continue
    const bytes = (rows.bytesToResponder[i] ?? 0) + (rows.bytesToInitiator[i] ?? 0)
    if (kind === TUNNEL || kind === TUNNEL_WITNESS) tunnels += bytes
    else plain += bytes
  }
  return { plain, tunnels }
}

function endAt(resolved: readonly End[], index: number): End {
  const end = resolved[index]
  if (end === undefined) throw new RangeError(`end ${index} was not checked when the batch was decoded`)
  return end
}
