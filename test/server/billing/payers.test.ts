import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { causeOf, type Payer, payersOf } from '../../../server/billing/payers.ts'
import type { SeriesEnd } from '../../../server/store/series.ts'

const end = (kind: SeriesEnd['kind'], name: string, rest: Partial<SeriesEnd> = {}): SeriesEnd => ({
  kind,
  name,
  namespace: '',
  workloadKind: '',
  zone: '',
  ...rest,
})
const web = end('pod', 'web', { namespace: 'shop', workloadKind: 'Deployment' })
const cart = end('pod', 'cart', { namespace: 'cart', workloadKind: 'Deployment' })
const hidden = end('service', 'hidden', { namespace: 'shop' })
const node = end('node', 'node-a')
const rds = end('aws', 'eni-1', { workloadKind: 'RDS' })
const nat = end('aws', 'eni-2', { workloadKind: 'NAT gateway' })
const control = end('aws', 'eni-3', { workloadKind: 'EKS control plane' })
const unknown = end('aws', 'eni-4')
const other = end('subnet', 'subnet-1')
const internet = end('internet', '')
const gone = end('unplaced', 'gone')

const who = (payer: Payer): string => (payer.kind === 'end' ? payer.end.name : payer.name)
const rules: [why: string, initiator: SeriesEnd, responder: SeriesEnd, payers: [string, string]][] = [
  ['two workloads pay each for themselves', web, cart, ['web', 'cart']],
  ['what a database is charged, its client pays', web, rds, ['web', 'web']],
  ['what a node is charged for a health check, the pod pays', node, web, ['web', 'web']],
  ['a Service that could not be seen through pays', node, hidden, ['hidden', 'hidden']],
  ['what comes from the internet by a NAT gateway, the pod pays', nat, web, ['web', 'web']],
  ['of no workload: a row named after both', node, control, ['EKS control plane ↔ nodes', 'EKS control plane ↔ nodes']],
  ['the same the other way round', control, node, ['EKS control plane ↔ nodes', 'EKS control plane ↔ nodes']],
  ['between two nodes: one row', node, end('node', 'node-b'), ['nodes', 'nodes']],
  ['a NAT gateway and the internet', nat, internet, ['NAT gateway ↔ internet', 'NAT gateway ↔ internet']],
]
for (const [why, initiator, responder, payers] of rules)
  test(why, () => deepEqual(payersOf({ cluster: 'c', initiator, responder }).map(who), payers))

test('a responder of another cluster pays there', () => {
  const [a, b] = payersOf({ cluster: 'c', responderCluster: 'd', initiator: web, responder: cart })
  deepEqual([a.kind === 'end' && a.cluster, b.kind === 'end' && b.cluster], ['c', 'd'])
})

const causes: [initiator: SeriesEnd, responder: SeriesEnd, cause: string][] = [
  [web, cart, 'workloads'],
  [web, rds, 'RDS'],
  [rds, web, 'RDS'],
  [web, node, 'nodes'],
  [web, other, 'machines outside the cluster'],
  [web, gone, 'unplaced: gone'],
  [web, unknown, 'other interface'],
  [node, rds, 'RDS ↔ nodes'],
]
for (const [initiator, responder, cause] of causes)
  test(`${initiator.name} → ${responder.name} is told as ${cause}`, () => equal(causeOf(initiator, responder), cause))
