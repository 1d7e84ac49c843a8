import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { parseCidr } from '@weir/contract/addresses.ts'
import type { DirectoryUpdate } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { AgentDirectory } from '../../../agent/directory/directory.ts'
import type { Bound } from '../../../agent/sources/flow-source.ts'
import { at, nodeLabel, podLabel, serviceEntry, update } from './labels.ts'

interface Given {
  readonly directory: AgentDirectory
  /** Connections that are opened now, and are the first of their row. */
  now(): Bound
}

function given(first: Partial<DirectoryUpdate> = {}): Given {
  let bound: Bound = { binding: 0, since: at(0) }
  const directory = new AgentDirectory('node-a', (binding, since) => {
    bound = { binding, since }
  })
  directory.restore(undefined, at(0))
  directory.apply(update({ reset: true, ...first }), at(1))
  return { directory, now: () => bound }
}

test('a connection keeps the label its address had when it was first seen', () => {
  const { directory, now } = given({ labels: [podLabel(1, '10.1.1.10')] })
  const before = now()
  directory.apply(update({ labels: [podLabel(1, '10.1.1.10', { to: at(60) })] }), at(61))
  directory.apply(update({ labels: [podLabel(2, '10.1.1.10', { from: at(70) })] }), at(71))
  equal(directory.labelOf('10.1.1.10', 0, before), 1)
  equal(directory.labelOf('10.1.1.10', 0, now()), 2)
})

test('an address that moves within a second, by a clock ahead of ours, is bound to who has it now', () => {
  const { directory, now } = given({ labels: [podLabel(1, '10.1.1.10')] })
  const moved = at(60.4)
  const labels = [podLabel(1, '10.1.1.10', { to: moved }), podLabel(2, '10.1.1.10', { from: moved })]
  directory.apply(update({ labels, watermark: at(60.5) }), at(59))
  equal(directory.labelOf('10.1.1.10', 0, now()), 2)
})

test('a label that ends raises the binding; one that begins does not', () => {
  const { directory, now } = given({ labels: [podLabel(1, '10.1.1.10')] })
  const before = now()
  directory.apply(update({ labels: [podLabel(2, '10.1.1.11', { from: at(5) })] }), at(6))
  deepEqual(now(), before)
  directory.apply(update({ labels: [podLabel(1, '10.1.1.10', { to: at(60) })] }), at(61))
  equal(now().binding > before.binding, true)
})

test('connections to an address that changed hands before anybody asked: each goes to whom it was opened to', () => {
  const raised: [binding: number, from: EpochMs][] = []
  const directory = new AgentDirectory('node-a', (...raise) => raised.push(raise))
  directory.restore(undefined, at(0))
  const [asked] = raised.splice(0)
  directory.learn(
    [podLabel(2, '10.1.1.10', { from: at(60.4) }), podLabel(1, '10.1.1.10', { to: at(60.4) })],
    [],
    at(70),
  )
  const rowBegunAt = (seconds: number): Bound => ({ binding: asked?.[0] ?? 0, since: at(seconds) })
  equal(directory.labelOf('10.1.1.10', 0, rowBegunAt(50)), 1)
  equal(directory.labelOf('10.1.1.10', 0, rowBegunAt(65)), 2)
  // Also what is opened from the change on and joins no row of before.
  const [change] = raised
  equal(change?.[1], at(60.4))
  equal(directory.labelOf('10.1.1.10', 0, { binding: change?.[0] ?? 0, since: at(0) }), 2)
})

test('a pod that came after the binding is found all the same: nobody else had its address', () => {
  const { directory, now } = given()
  directory.apply(update({ labels: [podLabel(2, '10.1.1.11', { from: at(50) })] }), at(51))
  equal(directory.labelOf('10.1.1.11', 0, now()), 2)
})

test('a label told again as it was raises nothing', () => {
  const { directory, now } = given({ labels: [podLabel(1, '10.1.1.10')] })
  const before = now()
  directory.learn([podLabel(1, '10.1.1.10')], [], at(10))
  deepEqual(now(), before)
})

test('a label the server takes back is forgotten, and connections are bound anew', () => {
  const { directory, now } = given({ labels: [podLabel(1, '10.1.1.10')] })
  const before = now()
  directory.learn([], [1], at(10))
  equal(directory.labelOf('10.1.1.10', 0, now()), undefined)
  equal(now().binding > before.binding, true)
})

test('connections are of the routing generation in force when they were first seen', () => {
  const { directory, now } = given({ services: [serviceEntry(7)] })
  const before = now()
  const generations = [
    { generation: 1, from: at(-3600) },
    { generation: 2, from: at(30) },
  ]
  directory.apply(update({ services: [serviceEntry(7, { generations })] }), at(31))
  equal(directory.serviceAt('10.96.0.7', 80, 6, before)?.generation, 1)
  equal(directory.serviceAt('10.96.0.7', 80, 6, now())?.generation, 2)
})

test('a Service is found by address, port and protocol, all three', () => {
  const { directory, now } = given({ services: [serviceEntry(7)] })
  deepEqual(directory.serviceAt('10.96.0.7', 80, 6, now()), { id: 7, port: 80, generation: 1 })
  equal(directory.serviceAt('10.96.0.7', 81, 6, now()), undefined)
  equal(directory.serviceAt('10.96.0.7', 80, 17, now()), undefined)
})

test('a nodePort is one on any node, and nothing on other addresses', () => {
  const labels = [nodeLabel(90, '10.20.2.1', 'node-b')]
  const { directory, now } = given({ services: [serviceEntry(7)], labels, nodeAddresses: ['10.20.1.1'] })
  deepEqual(directory.serviceAtNodePort('10.20.2.1', 30_007, 6, now()), { id: 7, port: 80, generation: 1 })
  deepEqual(directory.serviceAtNodePort('10.20.1.1', 30_007, 6, now()), { id: 7, port: 80, generation: 1 })
  equal(directory.serviceAtNodePort('10.1.1.10', 30_007, 6, now()), undefined)
})

test('an address that went from one Service to another answers for each in its time', () => {
  const { directory, now } = given({ services: [serviceEntry(7)] })
  const before = now()
  const next = serviceEntry(8, { addresses: ['10.96.0.7'], generations: [{ generation: 5, from: at(40) }] })
  directory.apply(update({ services: [serviceEntry(7, { to: at(40) }), next] }), at(41))
  equal(directory.serviceAt('10.96.0.7', 80, 6, before)?.id, 7)
  equal(directory.serviceAt('10.96.0.7', 80, 6, now())?.id, 8)
})

test('what is here: the node’s addresses, its pods, and ranges of its routes until a label says otherwise', () => {
  const elsewhere = podLabel(3, '10.1.1.77', { node: 'node-b' })
  const { directory, now } = given({ labels: [podLabel(1, '10.9.9.9'), elsewhere], nodeAddresses: ['10.20.1.1'] })
  const range = parseCidr('10.1.1.0/24')
  directory.observeOwn({ node: ['10.244.1.1'], podRanges: range === undefined ? [] : [range] })
  const owner = (address: string) => directory.ownerOf(address, now())
  deepEqual(['10.20.1.1', '10.244.1.1', '10.9.9.9', '10.1.1.5', '10.1.1.77', '10.8.8.8'].map(owner), [
    'node',
    'node',
    'pod',
    'pod',
    'elsewhere',
    'elsewhere',
  ])
})

test('an address of this node that nobody listed carries the node’s label', () => {
  const { directory, now } = given({ labels: [nodeLabel(90, '10.20.1.1', 'node-a')] })
  directory.observeOwn({ node: ['10.244.1.1'], podRanges: [] })
  equal(directory.labelOf('10.244.1.1', 0, now()), 90)
})

test('a hostNetwork pod is told from its node by its port', () => {
  const exporter = podLabel(5, '10.20.1.1', { port: 9100 })
  const { directory, now } = given({ labels: [nodeLabel(90, '10.20.1.1', 'node-a'), exporter] })
  equal(directory.labelOf('10.20.1.1', 9100, now()), 5)
  equal(directory.labelOf('10.20.1.1', 22, now()), 90)
  equal(directory.declares('10.20.1.1', 9100, 6, now()), true)
})

test('a port of another node is left to the server until it was asked which pods share its address', () => {
  const { directory, now } = given({ labels: [nodeLabel(90, '10.20.2.1', 'node-b')] })
  deepEqual([directory.isOpen('10.20.2.1'), directory.labelOf('10.20.2.1', 9100, now())], [true, undefined])
  equal(directory.labelOf('10.20.2.1', 0, now()), 90)
  const exporter = podLabel(5, '10.20.2.1', { port: 9100, node: 'node-b' })
  directory.learn([nodeLabel(90, '10.20.2.1', 'node-b'), exporter], [], at(5))
  directory.answered(['10.20.2.1'])
  deepEqual(
    [
      directory.isOpen('10.20.2.1'),
      directory.labelOf('10.20.2.1', 9100, now()),
      directory.labelOf('10.20.2.1', 22, now()),
    ],
    [false, 5, 90],
  )
})

test('ports are declared by pods, Services and node ports', () => {
  const declaredPorts = [{ label: 1, port: 8080, protocol: 6 }]
  const { directory, now } = given({
    labels: [podLabel(1, '10.1.1.10'), nodeLabel(90, '10.20.2.1', 'node-b')],
    services: [serviceEntry(7)],
    declaredPorts,
  })
  const declares = (address: string, port: number, protocol = 6) => directory.declares(address, port, protocol, now())
  deepEqual([declares('10.1.1.10', 8080), declares('10.96.0.7', 80), declares('10.20.2.1', 30_007)], [true, true, true])
  deepEqual(
    [declares('10.1.1.10', 8080, 17), declares('10.1.1.10', 9090), declares('10.1.1.11', 8080)],
    [false, false, false],
  )
})

test('a public range that is a subnet of ours is not the internet', () => {
  const { directory } = given({
    subnets: [{ id: 's', cidr: '198.51.100.0/24', zone: { region: 'eu', name: 'eu-1a' } }],
  })
  deepEqual(
    ['198.51.100.7', '192.0.2.1', '10.0.0.1'].map(address => directory.isInternet(address)),
    [false, true, false],
  )
})

test('a restart without a server still labels what it knew', () => {
  const { directory } = given({
    labels: [podLabel(1, '10.1.1.10')],
    services: [serviceEntry(7)],
    nodeAddresses: ['10.20.1.1'],
    cursor: 'c9',
  })
  let bound: Bound = { binding: 0, since: at(0) }
  const restarted = new AgentDirectory('node-a', (binding, since) => {
    bound = { binding, since }
  })
  restarted.restore(JSON.parse(JSON.stringify(directory.state())), at(600))
  equal(restarted.cursor, 'c9')
  equal(restarted.labelOf('10.1.1.10', 0, bound), 1)
  equal(restarted.serviceAt('10.96.0.7', 80, 6, bound)?.id, 7)
  equal(restarted.ownerOf('10.20.1.1', bound), 'node')
})

test('a reset forgets what was known before', () => {
  const { directory, now } = given({ labels: [podLabel(1, '10.1.1.10')] })
  const before = now()
  directory.apply(update({ reset: true, labels: [podLabel(2, '10.1.1.11')] }), at(30))
  equal(directory.labelOf('10.1.1.10', 0, now()), undefined)
  equal(directory.labelOf('10.1.1.11', 0, now()), 2)
  equal(now().binding > before.binding, true)
})

test('labels that ended long ago leave the memory', () => {
  const { directory, now } = given({ labels: [podLabel(1, '10.1.1.10', { to: at(10) }), podLabel(2, '10.1.1.11')] })
  directory.apply(update({ labels: [podLabel(2, '10.1.1.11', { to: at(7200) })] }), at(7200))
  equal(directory.hasLabel('10.1.1.10'), false)
  equal(directory.labelOf('10.1.1.11', 0, now()), undefined)
})
