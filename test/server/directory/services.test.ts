import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDirectory } from '../../../server/directory/label-directory.ts'
import type { Listed } from '../../../server/directory/listing.ts'
import { type ServiceOfWorkloads, thingsOf } from '../../../server/directory/whole-listing.ts'
import { cart, cartService, minutes, pod, service, shop } from './shop.ts'

const TCP = 6
const UDP = 17
const cartWorkload = { kind: 'Deployment', name: 'cart' }
const port = (number: number, more: Partial<ServiceOfWorkloads['ports'][number]> = {}) => ({
  port: number,
  protocol: TCP,
  ...more,
})

const cases: [
  why: string,
  services: ServiceOfWorkloads[],
  address: string,
  port: number,
  protocol: number,
  want: string,
][] = [
  ['the one Service whose target port is the pod’s', [cartService], '10.244.2.20', 8080, TCP, 'cart'],
  [
    'without a target port the Service’s port is the pod’s',
    [service('cart', '10.96.0.1', { ports: [port(8080)] })],
    '10.244.2.20',
    8080,
    TCP,
    'cart',
  ],
  ['the Service’s own port is not the pod’s where a target port is given', [cartService], '10.244.2.20', 80, TCP, ''],
  ['another protocol is no match', [cartService], '10.244.2.20', 8080, UDP, ''],
  ['a port that is not known matches the only Service', [cartService], '10.244.2.20', 0, TCP, 'cart'],
  [
    'two Services of one workload and port are both named',
    [cartService, service('cart-too', '10.96.0.12', { workloads: [cartWorkload] })],
    '10.244.2.20',
    8080,
    TCP,
    'cart, cart-too',
  ],
  [
    'two Services of one workload are told apart by port',
    [cartService, service('cart-admin', '10.96.0.12', { workloads: [cartWorkload], ports: [port(9090)] })],
    '10.244.2.20',
    9090,
    TCP,
    'cart-admin',
  ],
  [
    'a port that is not known is either’s of two',
    [cartService, service('cart-admin', '10.96.0.12', { workloads: [cartWorkload], ports: [port(9090)] })],
    '10.244.2.20',
    0,
    TCP,
    'cart, cart-admin',
  ],
  [
    'a Service of another namespace is another’s',
    [service('cart', '10.96.0.1', { namespace: 'data' })],
    '10.244.2.20',
    8080,
    TCP,
    '',
  ],
  [
    'a Service without workloads answers for none',
    [service('cart', '10.96.0.1', { workloads: [] })],
    '10.244.2.20',
    8080,
    TCP,
    '',
  ],
  [
    'a node’s nodePort is its Service’s',
    [service('cart', '10.96.0.1', { ports: [port(80, { nodePort: 30080 })] })],
    '10.20.2.1',
    30080,
    TCP,
    'cart',
  ],
  [
    'another port of a node is no Service’s',
    [service('cart', '10.96.0.1', { ports: [port(80, { nodePort: 30080 })] })],
    '10.20.2.1',
    80,
    TCP,
    '',
  ],
  [
    'a node and a port that is not known are no Service',
    [service('cart', '10.96.0.1', { ports: [port(80, { nodePort: 30080 })] })],
    '10.20.2.1',
    0,
    TCP,
    '',
  ],
  ['a cluster address and port are their Service’s', [cartService], '10.96.0.10', 80, TCP, 'cart'],
  [
    'a hostNetwork pod’s declared port is its Service’s',
    [service('ingress', '10.96.0.3', { ports: [port(443)] })],
    '10.20.1.1',
    443,
    TCP,
    'ingress',
  ],
  ['the internet answers for no Service', [cartService], '192.0.2.1', 8080, TCP, ''],
]
for (const [why, services, address, responderPort, protocol, want] of cases)
  test(why, () => {
    const directory = createDirectory({ instance: 'test', log: () => {} })
    directory.apply({ ...shop, services }, minutes(0))
    const behind = directory.servicesBehind('lab', address, responderPort, protocol, minutes(0))
    assert.equal(behind.map(({ name }) => name).join(', '), want)
  })

test('a Service answers from when it was there until it went', () => {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply({ ...shop, services: [] }, minutes(0))
  directory.apply(shop, minutes(10))
  directory.apply({ ...shop, services: [] }, minutes(20))
  const behind = (at: number) => directory.servicesBehind('lab', '10.244.2.20', 8080, TCP, minutes(at))[0]?.name
  assert.deepEqual([behind(1), behind(10), behind(19), behind(20)], [undefined, 'cart', 'cart', undefined])
})

test('a Service made anew under its name is one, also in the moment in which both are there', () => {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply(shop, minutes(0))
  const entry = (key: string, listed: Listed | undefined) => ({ key, listed })
  const [anew] = [...thingsOf(shop)].flatMap(([, listed]) => (listed.kind === 'service' ? [listed] : []))
  directory.change('lab', [entry('made anew', anew)], minutes(10))
  const behind = directory.servicesBehind('lab', '10.244.2.20', 8080, TCP, minutes(10))
  assert.deepEqual(
    behind.map(({ name }) => name),
    ['cart'],
  )
})

test('a workload that leaves a Service is no backend any more', () => {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply(shop, minutes(0))
  directory.apply({ ...shop, services: [{ ...cartService, workloads: [] }] }, minutes(10))
  assert.deepEqual(directory.servicesBehind('lab', '10.244.2.20', 8080, TCP, minutes(10)), [])
})

test('generations name the moments at which the routing changed', () => {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  const routed = (routing: string) => ({ ...shop, services: [{ ...cartService, routing }] })
  directory.apply(routed('null'), minutes(10))
  directory.apply(routed('"Auto"'), minutes(20))
  directory.apply({ ...routed('"Auto"'), pods: [cart, pod('cart-1', 'node-a', '10.244.1.30')] }, minutes(25))
  directory.apply(routed('null'), minutes(30))
  assert.deepEqual(directory.servicesBehind('lab', '10.244.2.20', 8080, TCP, minutes(30))[0]?.generations, [
    { generation: 1, from: minutes(5) },
    { generation: 2, from: minutes(20) },
    { generation: 3, from: minutes(30) },
  ])
})

test('a Service made anew under its name gets a new id and goes on counting, also after it was forgotten', () => {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  const entry = (at: number) => directory.servicesBehind('lab', '10.244.2.20', 8080, TCP, minutes(at))[0]
  directory.apply(shop, minutes(0))
  const first = entry(0)
  directory.apply({ ...shop, services: [] }, minutes(10))
  directory.apply({ ...shop, services: [] }, minutes(3_000))
  assert.equal(directory.service(first?.id ?? 0), undefined)
  directory.apply(shop, minutes(3_001))
  assert.deepEqual(entry(3_001)?.generations, [{ generation: 2, from: minutes(3_001) }])
  assert.notEqual(entry(3_001)?.id, first?.id)
})
