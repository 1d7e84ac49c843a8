import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { nodeAddresses, podAddresses } from '../addresses.ts'
import { nodeOf, podOf, podsBehind, serviceOf } from '../layout.ts'
import { shop } from '../shop.ts'
import { labPlan } from './plan.ts'
import { backendsFor, proxyRules } from './proxy-rules.ts'

const layout = shop(1500)
const plan = labPlan(layout, key => `lab-${key}`)
const step = (key: string) => plan.find(s => s.key === key)

test('there are three zones of two nodes, with pods behind each', () => {
  deepEqual(
    layout.zones.map(z => layout.nodes.filter(n => n.zone === z.name).length),
    [2, 2, 2],
  )
  for (const node of layout.nodes) ok(podsBehind(layout, node).length > 0, node.key)
})

test('no two machines share an address', () => {
  const all = [
    ...layout.nodes.map(n => nodeAddresses(layout, n)),
    ...layout.pods.filter(p => p.hostNetwork !== true).map(p => podAddresses(layout, p)),
    layout.outside,
  ].flatMap(a => [a.v4, ...(a.v6 === undefined ? [] : [a.v6])])
  equal(new Set(all).size, all.length)
})

test('a hostNetwork pod has the addresses of its node and no namespace', () => {
  const pod = podOf(layout, 'node-exporter-0')
  deepEqual(podAddresses(layout, pod), nodeAddresses(layout, nodeOf(layout, pod.node)))
  equal(step(pod.name), undefined)
})

test('names of interfaces fit into the 15 characters the kernel has for them', () => {
  for (const line of plan.flatMap(s => s.create))
    for (const [, name] of line.matchAll(/(?:add|name) (\S+)/g)) ok((name ?? '').length <= 15, line)
})

test('segmentation is off wherever a frame leaves for the middle link, bundling on wherever a node receives', () => {
  for (const pod of layout.pods.filter(p => p.hostNetwork !== true)) {
    equal(step(pod.name)?.offloads.eth0, 'tso off gso off', pod.name)
    equal(step(pod.node)?.offloads[pod.name], 'gro on', pod.name)
  }
  for (const node of layout.nodes) {
    equal(step(node.key)?.offloads.uplink, 'tso off gso off gro on', node.key)
    equal(step('switch')?.offloads[`sw-${node.key}`], 'tso off gso off', node.key)
  }
})

test('only nodes track connections', () => {
  for (const s of plan) {
    const isNode = layout.nodes.some(n => n.key === s.key)
    equal(/\b(ct|nat|masquerade)\b/.test(s.rules), isNode, s.key)
  }
})

test('the inner MTU of the overlay leaves room for the outer headers', () => {
  ok(step('render-0')?.create[0]?.includes('mtu 1450'))
  ok(step('web-0')?.create[0]?.includes('mtu 1500'))
})

test('a Service is balanced over the pods of its workload, in both families', () => {
  const rules = proxyRules(layout, nodeOf(layout, 'a1'))
  ok(rules.includes('ip daddr 10.96.0.13 tcp dport 80 dnat ip to numgen random mod 2 map { 0 : 10.244.22.'), rules)
  ok(rules.includes('ip6 daddr fd10:96::13 tcp dport 80 dnat ip6 to numgen random mod 2'), rules)
})

const preferences: [why: string, node: string, want: string[]][] = [
  ['PreferClose keeps to the zone of the caller', 'b1', ['search-0']],
  ['PreferClose uses all where the zone has none', 'a1', ['search-0', 'search-1']],
]
for (const [why, node, want] of preferences)
  test(why, () => {
    const close = { ...serviceOf(layout, 'search'), trafficDistribution: 'PreferClose' } as const
    deepEqual(
      backendsFor(layout, nodeOf(layout, node), close).map(p => p.name),
      want,
    )
  })
