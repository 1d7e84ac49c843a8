import { type Batch, legs, NONE, roles } from '@weir/contract/agent-wire.ts'
import { zoneKey } from '@weir/contract/zones.ts'
import type { FarGateway } from '../directory/far-gateway.ts'
import { type End, INTERNET } from './end.ts'
import { NOBODY } from './numbers.ts'
import type { PlacedRows } from './placed-rows.ts'
import { type SeriesNumbers, shapeOf } from './series-numbers.ts'

/** The NAT gateway in another zone through which packets of an address leave, if that is certain: far-gateway.ts. */
export type FarGatewayOf = (address: string) => FarGateway | undefined

/** A row whose bytes also make the hop between its sender and a NAT gateway in another zone. */
export interface NatHop {
  readonly row: number
  /** The gateway's interface. */
  readonly gateway: string
  /** Number of the hop's series. */
  readonly series: number
}

const FIRST = legs.indexOf('first')
/** Kinds of rows begin with the roles. */
const PRIMARY = roles.indexOf('primary')

/** Those of a batch's rows that a sender reported of hops to the internet. */
export function natHopsOf(
  { rows, cluster }: Batch,
  placed: PlacedRows,
  ends: readonly End[],
  series: SeriesNumbers,
  farGatewayOf: FarGatewayOf,
): NatHop[] {
  const gateways = new Map<number, FarGateway | undefined>()
  const ways = new Map<string, boolean>()
  const hops: NatHop[] = []
  for (let row = 0; row < placed.count; row++) {
    if (placed.kind[row] !== PRIMARY) continue
    const via = rows.via[row] ?? NONE
    if (via !== NONE && rows.leg[row] === FIRST) continue
    const [near, far] = [via === NONE ? (rows.initiator[row] ?? NONE) : via, rows.responder[row] ?? NONE]
    if (((ends[far]?.is ?? 0) & INTERNET) === 0) continue
    if (!gateways.has(near)) gateways.set(near, farGatewayOf(ends[near]?.address ?? ''))
    const gateway = gateways.get(near)
    if (gateway === undefined) continue
    const way = `${gateway.id} ${far}`
    if (!ways.has(way)) ways.set(way, gateway.isPassedTo(ends[far]?.address ?? ''))
    if (ways.get(way) !== true) continue
    const end = series.endNumber(cluster, {
      ...{ kind: 'aws', namespace: '', name: gateway.id, workloadKind: 'NAT gateway' },
      ...{ zone: zoneKey(gateway.zone), vpc: gateway.vpc },
    })
    const shape = shapeOf(rows.port[row] ?? 0, rows.protocol[row] ?? 0, 0, 0, 'route')
    const number = series.numberOf(ends[near]?.seriesEnd ?? 0, end, NOBODY, NOBODY, shape, 0)
    hops.push({ row, gateway: gateway.interface, series: number })
  }
  return hops
}
