import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { StructuralReason } from '@weir/contract/advice-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { adviceOf } from '../../../../server/rollouts/advise/advice.ts'
import { crossBytes, streamsOf, total } from '../../../../server/rollouts/advise/stream.ts'
import { anEnd, aSeries, type Row, randomRows, worldOf, zoneA, zoneB } from '../../answers/world.ts'
import { MONTHS_FACTOR, price } from './lab/advised.ts'
import { aLab, service, workload } from './lab/cluster.ts'
import { seenBy } from './lab/seen.ts'
import { run } from './lab/traffic.ts'
import { problems } from './problems.ts'

function reckon(lab: ReturnType<typeof aLab>, rows: readonly Row[]) {
  const { sums, catalogue } = worldOf(rows)
  const streams = streamsOf(sums, catalogue, new Map())
  const range = { from: epochMs(0), to: epochMs(3_600_000) }
  const input = { routing: seenBy(lab), streams, range, vpcs: lab.vpc === undefined ? [] : [lab.vpc], book: new Map() }
  const advice = adviceOf(input, { price, monthsFactor: MONTHS_FACTOR }, () => true)
  const own = streams.filter(({ key }) => key.cluster === 'main')
  return { advice, crossing: total(own, crossBytes) }
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

for (const { name, lab } of problems.filter(({ isDerived }) => isDerived !== true))
  test(`${name}: every byte that crosses is in one row to do, or structural`, () => {
    const town = lab()
    const { advice, crossing } = reckon(town, run(town, 3).rows())
    const first = advice.rows.filter(row => row.alternativeTo === null)
    const told = sum(first.map(row => row.crossZoneBytes)) + sum(advice.structural.map(row => row.crossZoneBytes))
    equal(told, crossing)
    equal(advice.crossZoneBytes, crossing)
    ok(crossing > 0)
  })

test('of traffic of every kind, and a cluster that knows little of it, nothing is lost and nothing throws', () => {
  const lab = aLab(
    [workload('Deployment', 'shop/web', 'a=1'), workload('Deployment', 'shop/cart', 'a=1,b=1'), service('shop/cart')],
    [],
  )
  for (let seed = 1; seed <= 10; seed++) {
    const { advice, crossing } = reckon(lab, randomRows(seed, 2_000))
    equal(advice.crossZoneBytes, crossing)
  }
})

const pod = (name: string, zone: string, namespace = 'shop') => anEnd('pod', name, zone, namespace)
const thing = (name: string) => ({ ...anEnd('aws', 'eni-1', zoneB), workloadKind: name })
const GB = 2 ** 30
const bytes: Row['amounts'] = [GB, GB, GB, GB, 1]
const to = (name: string, more: object = {}) =>
  ({ serviceNamespace: 'shop', serviceName: name, dialled: 'cluster-ip', ...more }) as const

const structural: [why: string, row: Row, reason: StructuralReason, subject: RegExp][] = [
  [
    'the API servers',
    { key: aSeries(pod('web', zoneA), thing('EKS control plane')), amounts: bytes },
    'control plane',
    /EKS/,
  ],
  [
    'a database of AWS',
    { key: aSeries(pod('web', zoneA), thing('RDS')), amounts: bytes },
    'managed by AWS',
    /RDS eni-1/,
  ],
  [
    'a NAT gateway of a VPC without a map',
    { key: aSeries(pod('web', zoneA), thing('NAT gateway')), amounts: bytes },
    'way to the internet',
    /NAT/,
  ],
  [
    'a headless Service',
    { key: aSeries(pod('web', zoneA), pod('db', zoneB), to('db', { dialled: 'direct' })), amounts: bytes },
    'headless',
    /^shop\/db$/,
  ],
  [
    'pods dialled by their address',
    { key: aSeries(pod('web', zoneA), pod('cart', zoneB)), amounts: bytes },
    'direct to pods',
    /web → shop\/cart/,
  ],
  [
    'a preference that is set already',
    { key: aSeries(pod('web', zoneA), pod('near', zoneB), to('near')), amounts: bytes },
    'already routed',
    /^shop\/near$/,
  ],
  [
    'a kubelet',
    { key: aSeries(anEnd('node', 'node-a1', zoneA), pod('other', zoneB)), amounts: bytes },
    'node traffic',
    /^nodes → shop\/other$/,
  ],
  [
    'an end that nobody knows',
    { key: aSeries(anEnd('unplaced', 'gone', zoneA), pod('cart', zoneB)), amounts: bytes },
    'not placed',
    /gone/,
  ],
]
for (const [why, row, reason, subject] of structural)
  test(`${why}: ${reason}`, () => {
    const lab = aLab(
      [
        workload('StatefulSet', 'shop/db', 'b=1'),
        service('shop/db', { clusterIP: 'None', clusterIPs: ['None'] }),
        workload('Deployment', 'shop/near', 'b=1,c=1,a=1'),
        service('shop/near', { trafficDistribution: 'PreferSameZone' }),
      ],
      [],
    )
    const { advice } = reckon(lab, [row])
    deepEqual(advice.rows, [])
    equal(advice.structural[0]?.reason, reason)
    ok(subject.test(advice.structural[0]?.subject ?? ''), advice.structural[0]?.subject)
    equal(advice.structural[0]?.crossZoneBytes, 2 * GB)
  })
