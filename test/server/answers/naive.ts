import type { PairGroup } from '@weir/contract/queries.ts'
import { compareZones, parseZoneKey, type Zone, type ZoneMap } from '@weir/contract/zones.ts'
import type { SeriesEnd, SeriesKey } from '../../../server/store/series.ts'
import type { Row } from './world.ts'

/**
 * The answers once more, row by row and text by text, with none of the code under test: the zone map is written down
 * here, costs are whole numbers of any size.
 */
export const zoneMap: ZoneMap = new Map([
  ['1|us-east-1|us-east-1a', 'use1-az1'],
  ['1|us-east-1|us-east-1b', 'use1-az2'],
  ['1|eu-west-1|eu-west-1a', 'euw1-az3'],
])

const labels: { readonly [key: string]: string } = {
  'us-east-1|1|us-east-1a|use1-az1': 'us-east-1a',
  'us-east-1|1|us-east-1b|use1-az2': 'us-east-1b',
  'us-east-1|1|us-east-1a|': 'us-east-1a',
  'us-east-1|||use1-az2': 'us-east-1b',
  'eu-west-1|1|eu-west-1a|euw1-az3': 'eu-west-1a',
  'us-east-1|2|us-east-1a|': 'us-east-1a (2)',
}

interface Machine {
  readonly label: string
  readonly zone: Zone | undefined
  readonly kind: string
}

function machine(kind: string, key: string): Machine {
  const zone = key === '' ? undefined : parseZoneKey(key)
  const nowhere = kind === 'unplaced' ? 'unknown: end unplaced' : 'unknown: zone not known'
  return { kind, zone, label: kind === 'internet' ? 'internet' : zone === undefined ? nowhere : (labels[key] ?? '?') }
}

export function hop({ leg, initiator, responder, viaZone }: SeriesKey): readonly [Machine, Machine] {
  const via = machine('node', viaZone)
  return [
    leg === 'second' ? via : machine(initiator.kind, initiator.zone),
    leg === 'first' ? via : machine(responder.kind, responder.zone),
  ]
}

export function crossing(key: SeriesKey): string {
  const [a, b] = hop(key)
  if (a.kind === 'internet' || b.kind === 'internet') return 'internet'
  return compareZones(a.zone, b.zone, zoneMap).crossing
}

/** USD 0.01 for 2^30 bytes at each billed end, in micro-dollars, rounded half up. */
export const cost = (billed: number): number => Number((BigInt(billed) * 10_000n * 2n + 2n ** 30n) / 2n ** 31n)

/** Ends that are billed of a hop that crosses zones, by what stands at them; what is not here is billed at both. */
const sidesOf: { readonly [hop: string]: number } = {
  'ElastiCache > machine': 1,
  'machine > ElastiCache': 1,
  'application load balancer > machine': 0,
  'application load balancer > ElastiCache': 0,
  'application load balancer > NAT gateway': 0,
  'application load balancer > application load balancer': 0,
}

export function sides(key: SeriesKey): number {
  if (crossing(key) !== 'cross-zone') return 0
  const what = (end: SeriesEnd) => (end.kind === 'aws' ? end.workloadKind : 'machine')
  const near = key.leg === 'second' ? 'machine' : what(key.initiator)
  const far = key.leg === 'first' ? 'machine' : what(key.responder)
  return near === 'endpoint' || far === 'endpoint' ? 0 : (sidesOf[`${near} > ${far}`] ?? 2)
}

function place(group: PairGroup, key: SeriesKey, side: 'initiator' | 'responder'): string {
  const end: SeriesEnd = key[side]
  const service = side === 'responder' && key.serviceName !== '' ? [key.serviceNamespace, key.serviceName] : undefined
  switch (group) {
    case 'zone':
      return hop(key)[side === 'initiator' ? 0 : 1].label
    case 'namespace':
      return service?.[0] ?? (end.namespace === '' ? `(${end.kind})` : end.namespace)
    case 'service':
      return service === undefined ? place('workload', key, side) : `service ${service.join('/')}`
    case 'workload':
      return `${end.kind} ${end.namespace}/${end.workloadKind}/${end.name}`
  }
}

export interface NaiveSum {
  bytes: number
  wire: number
  crossZoneWire: number
  billed: number
  connections: number
}

/** Sums by pair; the order of the map is that of first sight. */
export function pairs(rows: readonly Row[], group: PairGroup): Map<string, NaiveSum> {
  const sums = new Map<string, NaiveSum>()
  for (const { key, amounts } of rows) {
    const [there, back, wireThere, wireBack, connections] = amounts
    const name = `${key.cluster}: ${place(group, key, 'initiator')} > ${place(group, key, 'responder')}`
    const sum = sums.get(name) ?? { bytes: 0, wire: 0, crossZoneWire: 0, billed: 0, connections: 0 }
    sum.bytes += there + back
    sum.wire += wireThere + wireBack
    if (crossing(key) === 'cross-zone') sum.crossZoneWire += wireThere + wireBack
    sum.billed += (wireThere + wireBack) * sides(key)
    sum.connections += connections
    sums.set(name, sum)
  }
  return sums
}
