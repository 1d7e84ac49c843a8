import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { FarGateway } from '../../../server/directory/far-gateway.ts'
import type { MappedInterface } from '../../../server/directory/vpc-map.ts'
import { TestReader } from './flow-logs/reader.ts'
import { Stage } from './stage.ts'
import { zoneOf } from './test-town.ts'

/** Pods of a1 and a2 reach the internet through a NAT gateway in zone b, but for what a gateway endpoint takes. */
const [POD_A1, POD_A2, POD_B1, NAT] = ['10.244.1.10', '10.244.2.10', '10.244.3.10', '10.20.9.1']
const [INTERNET, SERVICE] = ['203.0.113.5', '52.217.4.4']
const gateway: FarGateway = {
  ...{ id: 'nat-b', vpc: 'vpc-1', zone: zoneOf('b'), interface: 'eni-nat', address: NAT },
  isPassedTo: to => to === INTERNET,
}
const nat: MappedInterface = {
  ...{ id: 'eni-nat', vpc: 'vpc-1', subnet: 'subnet-b', zone: zoneOf('b'), addresses: [NAT], prefixes: [] },
  owner: { kind: 'thing', thing: 'NAT gateway', id: 'nat-b' },
}
const toInternet = { initiator: POD_A1, responder: INTERNET, port: 443, bytes: [100, 900], connections: 2 } as const

async function stage(isLogged = false): Promise<Stage> {
  const made = new Stage()
  made.farGatewayOf = address => (address === POD_A1 || address === POD_A2 ? gateway : undefined)
  made.interfaces = {
    interfaceOf: id => (id === 'eni-nat' ? nat : undefined),
    isLogged: name => isLogged && (name === 'eni-nat' || name === NAT),
    interfacesOf: () => [],
  }
  made.town.add({ address: NAT, peer: { kind: 'aws', thing: 'NAT gateway', id: 'nat-b' }, zone: zoneOf('b') })
  return made.start()
}

/** Bytes each way that count between a pod and the gateway, by basis. */
function natBytes({ store }: Stage): { readonly [basis: string]: readonly [number, number] } {
  const sums: { [basis: string]: [number, number] } = {}
  for (const { series, bytesToResponder, bytesToInitiator } of store.facts) {
    if (series.responder.name !== 'nat-b' && series.initiator.name !== 'nat-b') continue
    const [up, down] = sums[series.basis] ?? [0, 0]
    sums[series.basis] = [up + bytesToResponder, down + bytesToInitiator]
  }
  return sums
}

const own = {
  by: 'eni-nat',
  from: POD_A1,
  to: NAT,
  packet: [POD_A1, INTERNET],
  direction: 'ingress',
  bytes: 100,
} as const

test('what a pod exchanges with the internet also makes the hop to the gateway, under the pod’s name', async () => {
  await using at = await stage()
  await at.offer({ node: 'a1', from: 0, to: 60, rows: [toInternet] })
  deepEqual(
    at.store.facts.map(({ series, bytesToResponder, bytesToInitiator, connections }) => [
      ...[series.initiator.name, series.responder.name, series.responder.zone, series.basis],
      ...[bytesToResponder, bytesToInitiator, connections],
    ]),
    [
      ['app-a1', '', '', 'primary', 100, 900, 2],
      ['app-a1', 'nat-b', 'lab-1|000000000000|lab-1b|', 'route', 100, 900, 0],
    ],
  )
  equal(at.ingest.counts().bytes.primary, 1_000)
})

const without: [why: string, node: string, row: object][] = [
  ['what goes through a gateway endpoint', 'a1', { ...toInternet, responder: SERVICE }],
  ['what the internet began', 'a1', { ...toInternet, initiator: INTERNET, responder: POD_A1, role: 'witness' }],
  ['what stays inside', 'a1', { ...toInternet, responder: POD_B1 }],
  ['a pod that uses no such gateway', 'b1', { ...toInternet, initiator: POD_B1 }],
]
for (const [why, node, row] of without)
  test(`no hop to it: ${why}`, async () => {
    await using at = await stage()
    await at.offer({ node, from: 0, to: 60, rows: [{ ...toInternet, ...row }] })
    deepEqual(natBytes(at), {})
  })

test('a gateway whose flow log is read is left to its own records', async () => {
  await using at = await stage(true)
  await at.offer({ node: 'a1', from: 0, to: 60, rows: [toInternet] })
  await at.seal(2)
  await new TestReader(at).bring([own])
  deepEqual(natBytes(at), { 'flow log': [100, 0] })
})

test('a flow log of the gateway that comes later adds nothing to what routes told, also after a restart', async () => {
  await using at = await stage()
  await at.offer({ node: 'a1', from: 0, to: 60, rows: [toInternet] })
  await at.seal(2)
  await new TestReader(at).bring([own])
  await at.start()
  await new TestReader(at).bring([own])
  deepEqual(natBytes(at), { route: [100, 900] })
  equal(at.ingest.flowLogs.state().bytes.evidence, 100)
})

test('from then on its flow log tells the hop, and routes do not', async () => {
  await using at = await stage()
  await at.offer({ node: 'a1', from: 0, to: 60, rows: [toInternet] })
  await at.seal(2)
  await new TestReader(at).bring([own])
  await at.offer({ node: 'a1', from: 1200, to: 1260, rows: [toInternet] })
  await at.seal(22)
  await new TestReader(at).bring([{ ...own, at: 20, bytes: 101 }])
  deepEqual(natBytes(at), { route: [100, 900], 'flow log': [101, 0] })
})

test('a machine’s own record that names the gateway as its next hop: evidence where its agent told, counted where none did', async () => {
  await using at = await stage()
  await at.offer({ node: 'a1', from: 0, to: 60, rows: [toInternet] })
  await at.seal(2)
  const next = { id: 'eni-nat' }
  await new TestReader(at).bring([
    { by: 'eni-a1', from: POD_A1, to: INTERNET, direction: 'egress', next, bytes: 100 },
    { by: 'eni-a2', from: POD_A2, to: INTERNET, direction: 'egress', next, bytes: 7 },
  ])
  deepEqual(natBytes(at), { route: [100, 900], 'flow log': [7, 0] })
})

test('of a minute that is decided routes tell nothing more: a flow log may have', async () => {
  await using at = await stage()
  await at.offer({ node: 'b1', from: 0, to: 60, rows: [] })
  await at.seal(2)
  await at.offer({ node: 'a1', from: 0, to: 60, rows: [toInternet] })
  deepEqual([natBytes(at), at.total()], [{}, [100, 900]])
})

test('a batch above the line rate makes no hop', async () => {
  await using at = await stage()
  await at.offer({ node: 'a1', from: 0, to: 1, rows: [{ ...toInternet, bytes: [1e12, 0] }] })
  deepEqual(natBytes(at), {})
})
