import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDirectory, type LabelDirectory } from '../../../server/directory/label-directory.ts'
import type { Listed, ListedChange } from '../../../server/directory/listing.ts'
import { thingsOf } from '../../../server/directory/whole-listing.ts'
import { whoIs } from '../../contracts/directory.ts'
import { cart, ingress, minutes, pod, shop, web, zoneB } from './shop.ts'

const TCP = 6
const listedPod = (one: typeof web): Listed => ({ kind: 'pod', ...one })
const is = (key: string, listed: Listed): ListedChange => ({ key, listed })
const gone = (key: string): ListedChange => ({ key, listed: undefined })
const WEB = 'pod shop/web-0'
const CART = 'pod shop/cart-0'
const INGRESS = 'pod shop/ingress-0'

function open(): LabelDirectory {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.replace('lab', thingsOf(shop), minutes(0))
  return directory
}
const who = (directory: LabelDirectory, address: string, at: number, port = 0) =>
  whoIs(directory.place('lab', address, port, minutes(at)).peer)

type Batch = readonly [at: number, ...changes: ListedChange[]]
const cases: [why: string, batches: Batch[], address: string, port: number, at: number, want: string][] = [
  ['what does not change stays', [[10, gone(CART)]], '10.244.1.10', 0, 10, 'pod web-0'],
  ['a thing that is gone ends at the change', [[10, gone(WEB)]], '10.244.1.10', 0, 10, 'unplaced: gone'],
  ['a thing that is gone was there before', [[10, gone(WEB)]], '10.244.1.10', 0, 9, 'pod web-0'],
  [
    'a pod made anew under its name, at its address, takes over in the same change',
    [[10, gone(WEB), is('uid-2', listedPod(web))]],
    '10.244.1.10',
    0,
    10,
    'pod web-0',
  ],
  [
    'an address given on before its owner is known to be gone is ambiguous',
    [[10, is('uid-2', listedPod(pod('web-1', 'node-a', '10.244.1.10')))]],
    '10.244.1.10',
    0,
    10,
    'unplaced: ambiguous',
  ],
  [
    'when its owner goes the address is the other’s',
    [
      [10, is('uid-2', listedPod(pod('web-1', 'node-a', '10.244.1.10')))],
      [11, gone(WEB)],
    ],
    '10.244.1.10',
    0,
    11,
    'pod web-1',
  ],
  [
    'a port that a second pod on the node’s network declares is the node’s',
    [[10, is('uid-2', listedPod({ ...ingress, name: 'proxy-0' }))]],
    '10.20.1.1',
    443,
    10,
    'node node-a',
  ],
  [
    'when one of them goes the port is the other’s',
    [
      [10, is('uid-2', listedPod({ ...ingress, name: 'proxy-0' }))],
      [20, gone(INGRESS)],
    ],
    '10.20.1.1',
    443,
    20,
    'pod proxy-0',
  ],
  [
    'a port of the node that leads to a pod is the pod’s',
    [[10, is(WEB, listedPod({ ...web, hostPorts: [{ port: 9000, protocol: TCP }] }))]],
    '10.20.1.1',
    9000,
    10,
    'pod web-0',
  ],
  [
    'a node that moves to another address takes its hostNetwork pods along',
    [[10, is('node node-a', { kind: 'node', name: 'node-a', zone: zoneB, addresses: ['10.20.1.9'] })]],
    '10.20.1.9',
    443,
    10,
    'pod ingress-0',
  ],
]
for (const [why, batches, address, port, at, want] of cases)
  test(why, () => {
    const directory = open()
    for (const [moment, ...changes] of batches) directory.change('lab', changes, minutes(moment))
    assert.equal(who(directory, address, at, port), want)
  })

test('a pod made anew under its name and address has another label', () => {
  const directory = open()
  const before = directory.place('lab', '10.244.1.10', 0, minutes(0)).label
  directory.change('lab', [gone(WEB), is('uid-2', listedPod(web))], minutes(10))
  const after = directory.place('lab', '10.244.1.10', 0, minutes(10)).label
  assert.notEqual(after?.id, before?.id)
  assert.deepEqual([directory.label(before?.id ?? 0)?.to, after?.from], [minutes(10), minutes(10)])
})

test('a node whose zone is not known is a node all the same, and its pods have no zone', () => {
  const directory = open()
  directory.change(
    'lab',
    [is('node node-a', { kind: 'node', name: 'node-a', zone: undefined, addresses: ['10.20.1.1'] })],
    minutes(10),
  )
  assert.equal(who(directory, '10.244.1.10', 10), 'pod web-0')
  assert.equal(directory.place('lab', '10.244.1.10', 0, minutes(10)).zone, undefined)
  assert.ok(directory.nodes('lab', minutes(10)).has('node-a'))
})

test('a change that says nothing new is no change, and moves the watermark', () => {
  const directory = open()
  let told = 0
  directory.onChange(() => told++)
  assert.equal(directory.change('lab', [is(WEB, listedPod(web))], minutes(10)), 0)
  assert.deepEqual([told, directory.watermark('lab')], [0, minutes(10)])
})

test('changes come to what a whole listing of the same comes to', () => {
  const next = { ...shop, pods: [cart, pod('web-1', 'node-b', '10.244.1.10')], services: [] }
  const whole = open()
  whole.apply(next, minutes(10))
  const piecewise = open()
  const before = thingsOf(shop)
  const after = thingsOf(next)
  const changes = [...before.keys(), ...after.keys()].map(key => ({ key, listed: after.get(key) }))
  for (const change of changes) piecewise.change('lab', [change], minutes(10))
  const labels = (directory: LabelDirectory) =>
    directory
      .updateFor('lab', 'node-b', undefined)
      ?.labels.map(({ address, port, peer, from, to }) => JSON.stringify([address, port, whoIs(peer), from, to]))
      .sort()
  assert.deepEqual(labels(piecewise), labels(whole))
})

const backendCases: [why: string, changes: ListedChange[], address: string, port: number, want: string | undefined][] =
  [
    ['an endpoint answers for its Service', [], '10.244.2.20', 8080, 'cart'],
    [
      'an endpoint that is gone does not',
      [is('backends shop/cart', { kind: 'backends', namespace: 'shop', service: 'cart', addresses: [], ports: [] })],
      '10.244.2.20',
      8080,
      undefined,
    ],
    [
      'an endpoint without a pod of the workload answers too',
      [is('slice', backends('cart', ['10.244.1.10'], 9090))],
      '10.244.1.10',
      9090,
      'cart',
    ],
    [
      'an address behind two Services at one port is both’s',
      [
        is('service shop/other', { ...serviceOf('other'), addresses: ['10.96.0.77'] }),
        is('slice', backends('other', ['10.244.2.20'], 8080)),
      ],
      '10.244.2.20',
      8080,
      'cart, other',
    ],
    [
      'two slices of one Service are one Service',
      [is('slice', backends('cart', ['10.244.2.20'], 8080))],
      '10.244.2.20',
      8080,
      'cart',
    ],
    [
      'an endpoint of a Service that nobody listed answers for none',
      [is('slice', backends('x', ['10.244.1.10'], 1))],
      '10.244.1.10',
      1,
      undefined,
    ],
  ]
for (const [why, changes, address, port, want] of backendCases)
  test(why, () => {
    const directory = open()
    directory.change('lab', changes, minutes(10))
    const names = directory.servicesBehind('lab', address, port, TCP, minutes(10)).map(({ name }) => name)
    assert.equal(names.join(', '), want ?? '')
  })

test('an endpoint answered for its Service until it left', () => {
  const directory = open()
  directory.change('lab', [gone('backends shop/cart')], minutes(10))
  const behind = (at: number) => directory.servicesBehind('lab', '10.244.2.20', 8080, TCP, minutes(at))[0]?.name
  assert.deepEqual([behind(9), behind(10)], ['cart', undefined])
})

test('a workload has the labels of its youngest pod, from then on', () => {
  const directory = open()
  const labelled = (team: string, since: number): Listed =>
    listedPod({ ...web, labels: { team }, since: minutes(since) })
  directory.change('lab', [is('uid-2', { ...labelled('blue', 20), addresses: [] } as Listed)], minutes(20))
  directory.change('lab', [is('uid-1', { ...labelled('red', 10), addresses: [] } as Listed)], minutes(21))
  directory.change('lab', [is('uid-3', { ...labelled('green', 30), addresses: [] } as Listed)], minutes(30))
  const at = (minute: number) => directory.workloadLabels('lab', 'shop', web.workload, minutes(minute)).team
  assert.deepEqual([at(15), at(25), at(30)], ['blue', 'blue', 'green'])
  assert.deepEqual(directory.workloadLabels('lab', 'shop', cart.workload, minutes(30)), {})
})

function backends(service: string, addresses: readonly string[], port: number): Listed {
  return { kind: 'backends', namespace: 'shop', service, addresses, ports: [{ port, protocol: TCP }] }
}

function serviceOf(name: string) {
  const ports = [{ port: 80, protocol: TCP }]
  return { kind: 'service', namespace: 'shop', name, addresses: [] as string[], ports, routing: 'null' } as const
}
