import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { advised } from './lab/advised.ts'
import { apply } from './lab/apply.ts'
import { aLab, type Lab, node, service, workload, zones } from './lab/cluster.ts'
import { run } from './lab/traffic.ts'
import { problems } from './problems.ts'

const MB = 2 ** 20
const toCart = {
  kind: 'service',
  from: 'shop/Deployment/web',
  service: 'shop/cart',
  connections: 6_000,
  bytes: MB,
} as const
const nodesBut = (missing: string) =>
  zones.flatMap(zone => [1, 2].map(number => node(zone, number))).filter(({ metadata }) => metadata.name !== missing)
const rowsOf = (lab: Lab) => advised(lab, run(lab, 1)).rows

test('clients in one zone, endpoints in all: the zone would be critical, the row says so and is not first', () => {
  const other = [workload('Deployment', 'shop/search', 'a=2,b=2,c=2'), service('shop/search')]
  const skewed = [
    workload('Deployment', 'shop/web', 'a=9,b=1'),
    workload('Deployment', 'shop/cart', 'a=2,b=2,c=2'),
    service('shop/cart'),
  ]
  const even = { ...toCart, from: 'shop/Deployment/front', service: 'shop/search', connections: 600 } as const
  const rows = rowsOf(aLab([...other, ...skewed, workload('Deployment', 'shop/front', 'a=1,b=1,c=1')], [toCart, even]))
  const cart = rows.findIndex(row => row.remedy === 'prefer the same zone' && row.subject === 'shop/cart')
  const search = rows.findIndex(row => row.subject === 'shop/search')
  ok(search < cart, 'the smaller saving without a risk comes first')
  ok(Math.abs((rows[cart]?.loadFactor ?? 0) - 2.7) < 0.1, `${rows[cart]?.loadFactor}`) // 0.9 of the load on a third of them
  match(rows[cart]?.risk ?? '', /^Critical: .* 2\.7 times/)
})

test('policy Local names the nodes with clients and no endpoint, and there connections are dropped indeed', () => {
  const lab = aLab(
    [
      ...nodesBut('none'),
      workload('Deployment', 'shop/web', 'a=2,b=2,c=2'),
      workload('Deployment', 'shop/cart', 'a=2,b=2,c=1'),
      service('shop/cart'),
    ],
    [toCart],
  )
  const rows = rowsOf(lab)
  const local = rows.find(row => row.remedy === 'keep traffic on the node')
  deepEqual(local?.dropsOn, ['node-c2'])
  ok(local?.alternativeTo !== null && rows[0]?.remedy !== 'keep traffic on the node')
  match(local?.risk ?? '', /on 1 node are dropped/)
  ok(local !== undefined)
  apply(lab, local)
  const after = run(lab, 2)
  // One of six clients is on that node.
  ok(Math.abs(after.dropped / (6_000 * MB) - 1 / 6) < 0.02, `${after.dropped}`)
  equal(after.crossed, 0)
})

test('where fewer than half of the clients’ nodes have an endpoint, Local is no advice', () => {
  const lab = aLab(
    [
      workload('Deployment', 'shop/web', 'a=2,b=2,c=2'),
      workload('Deployment', 'shop/cart', 'a=1,b=1'),
      service('shop/cart'),
    ],
    [toCart],
  )
  ok(rowsOf(lab).every(row => row.remedy !== 'keep traffic on the node'))
})

test('an agent on every node: PreferSameNode before Local, because it drops nothing', () => {
  const lab = aLab(
    [workload('Deployment', 'shop/web', 'a=2,b=2,c=2'), workload('DaemonSet', 'shop/cart', ''), service('shop/cart')],
    [toCart],
  )
  const [first, ...rest] = rowsOf(lab)
  match(first?.patches[0]?.text ?? '', /PreferSameNode/)
  const local = rest.find(row => row.patches[0]?.text.includes('internalTrafficPolicy'))
  equal(local?.alternativeTo, first?.id)
})

const versions: [version: string, patch: RegExp][] = [
  ['v1.36.0', /"trafficDistribution":"PreferSameZone"/],
  ['v1.34.0', /"trafficDistribution":"PreferSameZone"/],
  ['v1.33.9-eks-1', /"trafficDistribution":"PreferClose"/],
  ['v1.31.0', /"trafficDistribution":"PreferClose"/],
  ['v1.30.9', /"service.kubernetes.io\/topology-mode":"Auto"/],
]
for (const [version, patch] of versions)
  test(`Kubernetes ${version} is told ${patch.source}`, () => {
    const town = [
      workload('Deployment', 'shop/web', 'a=1,b=1,c=1'),
      workload('Deployment', 'shop/cart', 'a=1,b=1,c=1'),
      service('shop/cart'),
    ]
    match(rowsOf(aLab(town, [toCart], { version }))[0]?.patches[0]?.text ?? '', patch)
  })

test('the annotation that would win over the field is removed with the same patch', () => {
  const annotations = { 'service.kubernetes.io/topology-mode': 'Auto' }
  const town = [
    workload('Deployment', 'shop/web', 'a=3,b=3,c=3'),
    workload('Deployment', 'shop/cart', 'a=7,b=1,c=1'),
    service('shop/cart', { annotations }),
  ]
  const prefer = rowsOf(aLab(town, [toCart])).find(row => row.remedy === 'prefer the same zone')
  match(prefer?.patches[0]?.text ?? '', /"service.kubernetes.io\/topology-mode":null/)
})

test('a cluster in which nothing crosses gets no advice', () => {
  const town = [
    workload('Deployment', 'shop/web', 'a=3'),
    workload('Deployment', 'shop/cart', 'a=3'),
    service('shop/cart'),
  ]
  deepEqual(rowsOf(aLab(town, [toCart])), [])
})

test('two remedies for one hop, an endpoint for S3 and a gateway in the zone, are not added', () => {
  for (const { first, lab } of problems.filter(problem => problem.first === 'endpoint for AWS services')) {
    const rows = rowsOf(lab())
    const [endpoint, gateway] = rows
    deepEqual(
      [endpoint?.remedy, gateway?.remedy, gateway?.alternativeTo],
      [first, 'NAT gateway per zone', endpoint?.id],
    )
  }
})

test('a NAT gateway that would cost more than it saves is no advice', () => {
  const [cheap] = problems.filter(problem => problem.name.startsWith('one NAT gateway')).map(({ lab }) => lab())
  if (cheap === undefined) throw new Error('no such problem')
  const demands = cheap.demands.map(one => (one.kind === 'internet' ? { ...one, connections: 40 } : one))
  deepEqual(rowsOf({ ...cheap, demands }), [])
})
