import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { FactRow } from '../memory-store.ts'
import { Stage } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

/** One gibibyte from pod A to pod B, through the part's own door: what crosses is counted once, whoever logged it. */
const GIB = 2 ** 30
const [POD_A, POD_B, NODE_A] = ['10.244.1.10', '10.244.3.10', '10.20.0.1']
const [ENI_A, ENI_B] = ['eni-a', 'eni-b']
const zonesOf = (a: string, b: string) => [
  { id: ENI_A, region: 'lab-1', zoneId: a },
  { id: ENI_B, region: 'lab-1', zoneId: b },
]
const sent: LogRow = { by: ENI_A, from: POD_A, to: POD_B, direction: 'egress', bytes: GIB }
const received: LogRow = { by: ENI_B, from: POD_A, to: POD_B, direction: 'ingress', bytes: GIB }

async function counted(rows: readonly LogRow[], zones = zonesOf('lab1-az1', 'lab1-az2')) {
  await using stage = await new Stage().start()
  await stage.seal(2)
  const reader = new TestReader(stage)
  await reader.bring(rows, zones)
  const { bytes } = stage.ingest.flowLogs.state()
  return { facts: stage.store.facts, bytes, total: stage.total()[0] + stage.total()[1] }
}

const ends = ({ series }: FactRow) => [series.initiator.name, series.responder.name, series.basis]

test('both interfaces logged: the bytes cross once, and the receiver’s record is evidence', async () => {
  const { facts, total, bytes } = await counted([sent, received])
  equal(total, GIB)
  deepEqual(facts.map(ends), [['app-a1', 'app-b1', 'flow log']])
  deepEqual([bytes.rows, bytes.received, bytes.counted, bytes.evidence], [2, 2 * GIB, GIB, GIB])
})

test('both logged, the receiver’s record first: the sender’s adds nothing', async () => {
  await using stage = await new Stage().start()
  await stage.seal(2)
  const reader = new TestReader(stage)
  await reader.bring([received])
  await reader.bring([sent])
  deepEqual(stage.total(), [GIB, 0])
  equal(stage.ingest.flowLogs.state().bytes.superseded, GIB)
})

test('only the sender’s interface logged: its record counts', async () => equal((await counted([sent])).total, GIB))

test('only the receiver’s interface logged: its record counts', async () =>
  equal((await counted([received])).total, GIB))

test('an interface with secondary addresses logs its primary one: the packet’s addresses are the pods', async () => {
  const { facts } = await counted([{ ...sent, from: NODE_A, packet: [POD_A, POD_B] }])
  deepEqual(facts.map(ends), [['app-a1', 'app-b1', 'flow log']])
})

test('records without flows and refused ones bring no bytes', async () => {
  await using stage = await new Stage().start()
  await stage.seal(2)
  const reader = new TestReader(stage)
  reader.takeLease()
  const answer = await reader.offer({ rows: [], records: [0, 3] })
  deepEqual(answer, { ok: true, value: { records: 3, duplicate: false } })
  deepEqual(stage.total(), [0, 0])
})

test('an address that no directory knows lies where the record says', async () => {
  const [one, other] = ['10.99.0.1', '10.99.0.2']
  const { facts } = await counted([
    { by: ENI_A, from: one, to: other, next: { id: ENI_B, zoneId: 'lab1-az2' }, bytes: 5 },
  ])
  const [fact] = facts
  deepEqual([fact?.series.initiator.zone, fact?.series.responder.zone], ['lab-1|||lab1-az1', 'lab-1|||lab1-az2'])
})

test('the responder is who answers, whichever way the bytes go', async () => {
  const { facts } = await counted([{ ...sent, initiator: 'destination', port: 8080 }])
  const [fact] = facts
  deepEqual([fact?.series.initiator.name, fact?.series.responder.name], ['app-b1', 'app-a1'])
  deepEqual([fact?.bytesToInitiator, fact?.wireToInitiator, fact?.connections], [GIB, GIB, 0])
})
