import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { MappedInterface } from '../../../../server/directory/vpc-map.ts'
import type { Interfaces } from '../../../../server/ingest/flow-logs/loggers.ts'
import type { TestBatch } from '../batches.ts'
import { Stage } from '../stage.ts'
import { zoneOf } from '../test-town.ts'
import { type LogRow, TestReader } from './reader.ts'

/** Formats without pkt-srcaddr and pkt-dstaddr, and the outside of tunnels: a node is named where agents name its pods. */
const [NODE_A1, NODE_B1, POD_A1, POD_B1, POD_B2] = [
  '10.20.0.1',
  '10.20.0.3',
  '10.244.1.10',
  '10.244.3.10',
  '10.244.4.10',
]
/** The own address of a1's second interface: no node's by what Kubernetes says. */
const SECOND = '10.20.7.7'
const MINUTE = { from: 0, to: 60 }

const missing = [{ field: 'pkt-srcaddr', lost: 'pods are told from their node only by it' }]
const report = { flowLogs: [{ id: 'fl-1', place: 's3://logs', missing }] }
const ofAgent = (bytes: number): TestBatch => ({
  ...{ ...MINUTE, node: 'a1' },
  rows: [
    { initiator: POD_A1, responder: POD_B2, port: 80, bytes: [bytes, 0] },
    { initiator: POD_A1, responder: POD_B1, port: 81, bytes: [7, 0] },
  ],
})
const sent: LogRow = { by: 'eni-a', from: NODE_A1, to: POD_B2, bytes: 900 }
let objects = 0

async function bring(stage: Stage, ...rows: LogRow[]): Promise<void> {
  const reader = new TestReader(stage)
  reader.takeLease(report)
  await reader.offer({ object: `s3://logs/1_vpcflowlogs_r_fl-1_t${objects++}_h`, rows })
}

async function inOrder(batch: TestBatch, rows: readonly LogRow[], order: string, map?: Interfaces): Promise<Stage> {
  const stage = new Stage()
  stage.interfaces = map
  await stage.start()
  if (order === 'agent first') await stage.offer(batch)
  await stage.seal(2)
  await bring(stage, ...rows)
  if (order === 'agent first') return stage
  await stage.start()
  await stage.offer(batch)
  return stage
}

const stories: [why: string, agent: number, rows: LogRow[], want: number][] = [
  ['both saw the same', 900, [sent], 907],
  ['the flow log saw more', 400, [sent], 907],
  ['the agent saw more', 1_000, [sent], 1_007],
  [
    'both interfaces logged it',
    900,
    [sent, { by: 'eni-b', from: POD_A1, to: '10.20.0.4', direction: 'ingress', bytes: 900 }],
    907,
  ],
]
for (const [why, agent, rows, want] of stories)
  for (const order of ['agent late', 'agent first in part'])
    test(`a format that names nodes: ${why}, ${order}`, async () => {
      const batch = ofAgent(agent)
      const isPart = order !== 'agent late'
      await using stage = await inOrder(isPart ? { ...batch, to: 30 } : batch, rows, isPart ? 'agent first' : order)
      equal(stage.total()[0], want)
    })

const second: MappedInterface = {
  ...{ id: 'eni-2', vpc: 'vpc-1', subnet: 'subnet-a', zone: zoneOf('a'), addresses: [SECOND], prefixes: [] },
  owner: { kind: 'instance', id: 'i-a1' },
}
const map: Interfaces = {
  interfaceOf: id => (id === 'eni-2' ? second : undefined),
  isLogged: () => undefined,
  interfacesOf: () => [{ ...second, id: 'eni-1', addresses: [NODE_A1] }, second],
}
const ofSecond: LogRow = { ...sent, by: 'eni-2', from: SECOND }

test('a node’s further interface is the node, by the VPC’s map: what its agent watched is evidence', async () => {
  await using stage = await inOrder(ofAgent(900), [ofSecond], 'agent first', map)
  const { evidence } = stage.ingest.flowLogs.state().bytes
  deepEqual([stage.total()[0], evidence], [907, 900])
})

test('the same beside an agent that comes late', async () => {
  await using stage = await inOrder(ofAgent(900), [ofSecond], 'agent late', map)
  equal(stage.total()[0], 907)
})

test('without the map nobody knows whose interface it is: set aside', async () => {
  await using stage = await inOrder(ofAgent(900), [ofSecond], 'agent first')
  const { setAside } = stage.ingest.flowLogs.state().bytes
  deepEqual([stage.total()[0], setAside['node not known']], [907, 900])
})

test('where no agent ever told anything, it counts', async () => {
  await using stage = await new Stage().start()
  await stage.seal(2)
  await bring(stage, ofSecond)
  equal(stage.total()[0], 900)
})

test('the outside of a tunnel is what its inside is: counted once beside late agents', async () => {
  await using stage = await new Stage().start()
  await stage.seal(2)
  await new TestReader(stage).bring([{ by: 'eni-a', from: NODE_A1, to: NODE_B1, protocol: 17, port: 8472, bytes: 900 }])
  await stage.offer({ ...MINUTE, node: 'a1', rows: [{ initiator: POD_A1, responder: POD_B1, bytes: [850, 0] }] })
  equal(stage.total()[0], 900)
})

test('the same where an agent that watched a part came first: inside and overhead are what the tunnel carried', async () => {
  await using stage = await new Stage().start()
  const ends = { initiator: NODE_A1, responder: NODE_B1, protocol: 17, port: 8472 }
  await stage.offer({
    ...{ from: 0, to: 30, node: 'a1' },
    rows: [
      { initiator: POD_A1, responder: POD_B1, bytes: [450, 0] },
      { ...ends, role: 'tunnel', bytes: [500, 0] },
    ],
  })
  await stage.seal(2)
  await new TestReader(stage).bring([{ by: 'eni-a', from: NODE_A1, to: NODE_B1, protocol: 17, port: 8472, bytes: 900 }])
  equal(stage.total()[0], 900)
})
