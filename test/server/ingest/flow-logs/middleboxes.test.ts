import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { AwsThing } from '@weir/contract/peers.ts'
import type { MappedInterface } from '../../../../server/directory/vpc-map.ts'
import type { Interfaces } from '../../../../server/ingest/flow-logs/loggers.ts'
import { Stage } from '../stage.ts'
import { zoneOf } from '../test-town.ts'
import { type LogRow, TestReader } from './reader.ts'

/** Hops that conntrack does not know as such. Pods a1 and b1 have agents; the gateways lie in zone b. */
const [POD_A, POD_B, INTERNET] = ['10.244.1.10', '10.244.3.10', '203.0.113.5']
const [NAT, NLB, TGW] = ['10.20.9.1', '10.20.9.2', '10.20.9.3']

const mapped = (id: string, address: string, thing: AwsThing): MappedInterface => ({
  ...{ id, vpc: 'vpc-1', subnet: 'subnet-b', zone: zoneOf('b'), addresses: [address], prefixes: [] },
  owner: { kind: 'thing', thing, id: `${id}-owner` },
})
const boxes = [
  mapped('eni-nat', NAT, 'NAT gateway'),
  mapped('eni-nlb', NLB, 'network load balancer'),
  mapped('eni-tgw', TGW, 'transit gateway'),
]
/** `logged`: names of interfaces and addresses that flow logs are defined for. */
const mapOf = (logged: readonly string[]): Interfaces => ({
  interfaceOf: id => boxes.find(box => box.id === id),
  isLogged: name => logged.includes(name),
  interfacesOf: () => [],
})

/** A stage whose first minutes both agents watched; `rows` are what a1 reports of its own. */
async function watched(map?: Interfaces, rows: Parameters<Stage['offer']>[0]['rows'] = []): Promise<Stage> {
  const stage = new Stage()
  for (const box of boxes) {
    const peer = {
      kind: 'aws',
      thing: box.owner.kind === 'thing' ? box.owner.thing : 'NAT gateway',
      id: box.id,
    } as const
    stage.town.add({ address: box.addresses[0] ?? '', peer, zone: zoneOf('b') })
  }
  stage.interfaces = map
  await stage.start()
  await stage.offer({ node: 'a1', from: 0, to: 60, rows })
  await stage.offer({ node: 'b1', from: 0, to: 60, rows: [] })
  await stage.seal(2)
  return stage
}

async function counted(stage: Stage, rows: readonly LogRow[]) {
  const before = stage.store.facts.length
  await new TestReader(stage).bring(rows)
  return stage.store.facts
    .slice(before)
    .map(({ series, bytesToResponder, bytesToInitiator }) => [
      series.initiator.name,
      series.responder.name,
      bytesToResponder + bytesToInitiator,
    ])
}

const own = { by: 'eni-a1', from: POD_A, to: INTERNET, bytes: 900 } satisfies LogRow
const atNat: LogRow = {
  by: 'eni-nat',
  from: POD_A,
  to: NAT,
  packet: [POD_A, INTERNET],
  direction: 'ingress',
  bytes: 900,
}
const behindNat: LogRow = { by: 'eni-nat', from: NAT, to: INTERNET, direction: 'egress', bytes: 900 }
const back: LogRow = { by: 'eni-nat', from: NAT, to: POD_A, packet: [INTERNET, POD_A], direction: 'egress', bytes: 70 }

test('a NAT gateway’s own records count the hop to it and back, though the pod’s agent lives; the internet side is evidence', async () => {
  await using stage = await watched(mapOf(['eni-nat']))
  deepEqual(await counted(stage, [own, atNat, behindNat, { ...back, initiator: 'destination' }]), [
    ['app-a1', 'eni-nat', 900],
    ['app-a1', 'eni-nat', 70],
  ])
  const { bytes } = stage.ingest.flowLogs.state()
  deepEqual([bytes.received, bytes.counted, bytes.evidence], [2_770, 970, 1_800])
})

test('where the NAT gateway does not log, the pod’s record with its next hop tells the hop', async () => {
  await using stage = await watched(mapOf([]))
  deepEqual(await counted(stage, [{ ...own, next: { id: 'eni-nat' } }]), [['app-a1', 'eni-nat', 900]])
})

test('where it does, that record is the packet’s way to the internet: nothing is told twice', async () => {
  await using stage = await watched(mapOf(['eni-nat', POD_A]))
  deepEqual(await counted(stage, [{ ...own, next: { id: 'eni-nat' } }, atNat]), [['app-a1', 'eni-nat', 900]])
})

test('where no agent watches, the packet’s way and the hop to the gateway both count', async () => {
  await using stage = await watched(mapOf(['eni-nat']))
  const [from, next] = ['10.244.4.10', { id: 'eni-nat' }]
  deepEqual(
    await counted(stage, [
      { ...own, from, next },
      { ...atNat, from, packet: [from, INTERNET] },
    ]),
    [
      ['app-b2', '', 900],
      ['app-b2', 'eni-nat', 900],
    ],
  )
})

test('the type in the record tells a NAT gateway where there is no map', async () => {
  await using stage = await watched()
  await new TestReader(stage).bring(
    [{ ...atNat, by: 'eni-x', to: '10.20.9.99' }],
    [{ id: 'eni-x', type: 'nat_gateway', region: 'lab-1', zoneId: 'lab1-az2' }],
  )
  const [fact] = stage.store.facts
  deepEqual(fact?.series.responder, {
    ...{ kind: 'aws', namespace: '', name: 'eni-x', workloadKind: 'NAT gateway', zone: 'lab-1|||lab1-az2' },
  })
})

const toNlb: LogRow = { by: 'eni-nlb', from: POD_A, to: NLB, direction: 'ingress', port: 80, bytes: 500 }
const fromNlb: LogRow = { by: 'eni-nlb', from: NLB, to: POD_B, direction: 'egress', port: 8080, bytes: 500 }

test('a network load balancer’s hop to its target counts, though the target’s agent lives', async () => {
  await using stage = await watched(mapOf(['eni-nlb']))
  deepEqual(await counted(stage, [fromNlb]), [['eni-nlb', 'app-b1', 500]])
})

test('a pod that dials the load balancer: its agent has counted that very hop', async () => {
  await using stage = await watched(mapOf(['eni-nlb']), [
    { initiator: POD_A, responder: NLB, port: 80, bytes: [500, 0] },
  ])
  deepEqual(await counted(stage, [toNlb, fromNlb]), [['eni-nlb', 'app-b1', 500]])
  equal(stage.ingest.flowLogs.state().bytes.evidence, 500)
})

test('the same after a restart', async () => {
  await using stage = await watched(mapOf(['eni-nlb']), [
    { initiator: POD_A, responder: NLB, port: 80, bytes: [500, 0] },
  ])
  await stage.start()
  deepEqual(await counted(stage, [toNlb]), [])
})

test('a load balancer that the directory did not know then: whether its clients’ agents counted the hop cannot be told', async () => {
  await using stage = await new Stage().start()
  await stage.offer({
    node: 'a1',
    from: 0,
    to: 60,
    rows: [{ initiator: POD_A, responder: '10.9.9.9', bytes: [500, 0] }],
  })
  await stage.seal(2)
  await new TestReader(stage).bring(
    [{ ...toNlb, by: 'eni-x', to: '10.9.9.9' }],
    [{ id: 'eni-x', type: 'network_load_balancer' }],
  )
  deepEqual(stage.total(), [500, 0])
})

test('a transit gateway’s attachment logs the hop to it', async () => {
  await using stage = await watched(mapOf(['eni-tgw']))
  const row = { by: 'eni-tgw', from: POD_A, to: TGW, packet: [POD_A, '10.50.0.9'], direction: 'ingress' } as const
  deepEqual(await counted(stage, [{ ...row, bytes: 300 }]), [['app-a1', 'eni-tgw', 300]])
})

test('from one such gateway to the next, both logging: once', async () => {
  await using stage = await watched(mapOf(['eni-nlb', NLB, 'eni-nat', NAT]))
  const hop = { from: NLB, to: NAT, bytes: 40 }
  deepEqual(
    await counted(stage, [
      { ...hop, by: 'eni-nlb', direction: 'egress' },
      { ...hop, by: 'eni-nat', direction: 'ingress' },
    ]),
    [['eni-nlb', 'eni-nat', 40]],
  )
})

test('an application load balancer ends connections: its hops are ordinary', async () => {
  await using stage = await watched(mapOf(['10.20.9.7']))
  const peer = { kind: 'aws', thing: 'application load balancer', id: 'alb-1' } as const
  stage.town.add({ address: '10.20.9.7', peer, zone: zoneOf('b') })
  deepEqual(await counted(stage, [{ by: 'eni-alb', from: '10.20.9.7', to: POD_B, direction: 'egress', bytes: 10 }]), [])
  const toNobody = { by: 'eni-alb', from: '10.20.9.7', to: '10.244.4.10', direction: 'egress', bytes: 10 } as const
  deepEqual(await counted(stage, [toNobody]), [['alb-1', 'app-b2', 10]])
})

test('direction unknown: the interface’s own address tells, by the map', async () => {
  const eni: MappedInterface = {
    ...mapped('eni-b2', '10.20.0.4', 'other interface'),
    ...{ owner: { kind: 'instance', id: 'i-1' }, prefixes: ['10.244.4.0/28'] },
  }
  await using stage = await watched({
    interfaceOf: id => (id === 'eni-b2' ? eni : undefined),
    isLogged: () => true,
    interfacesOf: () => [],
  })
  const row = { by: 'eni-b2', from: '10.244.4.10', to: '10.244.2.10', direction: 'unknown', bytes: 5 } as const
  deepEqual(await counted(stage, [row, { ...row, from: row.to, to: row.from, bytes: 7 }]), [['app-b2', 'app-a2', 5]])
})

test('direction unknown: without a map, by the address that all rows of the interface have', async () => {
  await using stage = await watched()
  const row = { by: 'eni-b2', from: '10.244.4.10', to: '10.244.2.10', direction: 'unknown', bytes: 5 } as const
  deepEqual(await counted(stage, [row]), [], 'one row says nothing')
  equal(stage.ingest.flowLogs.state().bytes.setAside['direction unknown'], 5)
  deepEqual(await counted(stage, [row, { ...row, to: INTERNET, bytes: 7 }]), [
    ['app-b2', 'app-a2', 5],
    ['app-b2', '', 7],
  ])
})
