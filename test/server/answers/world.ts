import type { AwsThing, Peer } from '@weir/contract/peers.ts'
import { zoneKey } from '@weir/contract/zones.ts'
import { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import type { SeriesSums } from '../../../server/store/flow-store.ts'
import type { SeriesEnd, SeriesId, SeriesKey } from '../../../server/store/series.ts'
import { random } from '../../random.ts'

/** Zones of the tests: by name and ID, by name only, by ID only, in another region, of another account. */
export const zoneA = zoneKey({ region: 'us-east-1', account: '1', name: 'us-east-1a', id: 'use1-az1' })
export const zoneB = zoneKey({ region: 'us-east-1', account: '1', name: 'us-east-1b', id: 'use1-az2' })
export const zoneAByName = zoneKey({ region: 'us-east-1', account: '1', name: 'us-east-1a' })
export const zoneBById = zoneKey({ region: 'us-east-1', id: 'use1-az2' })
export const zoneFar = zoneKey({ region: 'eu-west-1', account: '1', name: 'eu-west-1a', id: 'euw1-az3' })
/** Another account's name: nobody knows which building it is. */
export const zoneOther = zoneKey({ region: 'us-east-1', account: '2', name: 'us-east-1a' })

export function anEnd(kind: Peer['kind'], name: string, zone: string, namespace = ''): SeriesEnd {
  return { kind, name, zone, namespace, workloadKind: kind === 'pod' ? 'Deployment' : '' }
}

export function aSeries(initiator: SeriesEnd, responder: SeriesEnd, more: Partial<SeriesKey> = {}): SeriesKey {
  return {
    cluster: 'main',
    initiator,
    responder,
    serviceNamespace: '',
    serviceName: '',
    dialled: 'direct',
    leg: 'direct',
    via: '',
    viaZone: '',
    protocol: 6,
    port: 80,
    generation: 0,
    basis: 'primary',
    ...more,
  }
}

export interface Row {
  readonly key: SeriesKey
  readonly amounts: readonly [there: number, back: number, wireThere: number, wireBack: number, connections: number]
}

/** Rows as sums, with the series that they are of. */
export function sumsOf(rows: readonly (readonly [SeriesId, Row])[]): SeriesSums {
  const column = (i: number) => Float64Array.from(rows, ([, { amounts }]) => amounts[i] ?? 0)
  return {
    count: rows.length,
    series: Int32Array.from(rows, ([id]) => id),
    bytesToResponder: column(0),
    bytesToInitiator: column(1),
    wireToResponder: column(2),
    wireToInitiator: column(3),
    connections: column(4),
  }
}

/** Rows as a store would sum them, and a catalogue over their series. */
export function worldOf(rows: readonly Row[]): { readonly sums: SeriesSums; readonly catalogue: SeriesCatalogue } {
  const sums = sumsOf([...rows.entries()])
  const catalogue = new SeriesCatalogue({
    series: id => {
      const row = rows[id]
      if (row === undefined) throw new RangeError(`no series ${id}`)
      return row.key
    },
    seriesCount: () => rows.length,
  })
  catalogue.sync()
  return { sums, catalogue }
}

const awsEnds: readonly AwsThing[] = ['application load balancer', 'NAT gateway', 'ElastiCache', 'endpoint']

/** Rows of every kind of end, zone and leg, the same in every run. */
export function randomRows(seed: number, count: number): Row[] {
  const next = random(seed)
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(next() * from.length)]
    if (found === undefined) throw new RangeError('nothing to pick from')
    return found
  }
  const zones = [zoneA, zoneB, zoneAByName, zoneBById, zoneFar, zoneOther, '']
  const end = (): SeriesEnd => {
    const kind = pick(['pod', 'pod', 'pod', 'pod', 'node', 'aws', 'subnet', 'internet', 'unplaced'] as const)
    if (kind === 'internet') return anEnd(kind, '', '')
    if (kind === 'unplaced') return anEnd(kind, pick(['gone', 'never listed']), '')
    if (kind === 'aws') {
      const which = Math.floor(next() * awsEnds.length)
      return { ...anEnd(kind, `aws-${which}`, pick(zones)), workloadKind: awsEnds[which] ?? '' }
    }
    if (kind !== 'pod') return anEnd(kind, `${kind}-${Math.floor(next() * 4)}`, pick(zones))
    return anEnd(kind, pick(['web', 'cart', 'api']), pick(zones), pick(['shop', 'data', 'kube-system']))
  }
  const bytes = () => Math.floor(next() ** 6 * 2 ** 40)
  return Array.from({ length: count }, () => {
    const leg = pick(['direct', 'direct', 'first', 'second'] as const)
    const isService = next() < 0.4
    const [there, back] = [bytes(), bytes()]
    const key = aSeries(end(), end(), {
      leg,
      ...(leg !== 'direct' && { via: pick(['node-a', 'node-b']), viaZone: pick(zones) }),
      ...(isService && { serviceNamespace: pick(['shop', 'data']), serviceName: pick(['cart', 'api']) }),
      cluster: pick(['main', 'main', 'spare']),
      dialled: pick(['direct', 'cluster-ip', 'node-port']),
    })
    return { key, amounts: [there, back, there + 40, back + 40, Math.floor(next() * 5)] }
  })
}
