import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import type { TestBatch } from '../batches.ts'
import { Stage, T0 } from '../stage.ts'
import { zoneOf } from '../test-town.ts'
import { type LogRow, TestReader } from './reader.ts'

/** Agents' rows with a label id that the server does not know: they have no address by which a flow log could meet them. */
const [POD_A1, POD_A2, POD_B2, NLB] = ['10.244.1.10', '10.244.2.10', '10.244.4.10', '10.20.9.2']
const NOBODYS = 9_999
const PART = { from: 0, to: 30 }

const told = (initiator: string | number, responder: string | number, bytes: number): TestBatch => ({
  ...{ ...PART, node: 'a1' },
  rows: [{ initiator, responder, bytes: [bytes, 0] }],
})
const logged: LogRow = { by: 'eni-a1', from: POD_A1, to: POD_B2, bytes: 500 }

/** What counts in the end, and what of the flow log was set off. */
async function counted(batch: TestBatch, rows: readonly LogRow[], order: 'agent first' | 'flow log first') {
  await using stage = await new Stage().start()
  const reader = new TestReader(stage)
  if (order === 'agent first') await stage.offer(batch)
  await stage.seal(2)
  await reader.bring(rows)
  await stage.start()
  if (order === 'flow log first') await stage.offer(batch)
  const [up, down] = stage.total()
  return up + down
}

const stories: [why: string, batch: TestBatch, rows: LogRow[], want: number][] = [
  ['the receiver is unknown', told(POD_A1, NOBODYS, 500), [logged], 500],
  ['the sender is unknown', told(NOBODYS, POD_B2, 500), [logged], 500],
  ['both are unknown', told(NOBODYS, NOBODYS, 500), [logged], 500],
  ['the flow log saw more', told(POD_A1, NOBODYS, 500), [{ ...logged, bytes: 700 }], 700],
  ['the agent saw more', told(POD_A1, NOBODYS, 900), [logged], 900],
  ['the flow log saw several pairs', told(POD_A1, NOBODYS, 500), [logged, { ...logged, to: POD_A2, bytes: 300 }], 800],
]
for (const [why, batch, rows, want] of stories)
  for (const order of ['agent first', 'flow log first'] as const)
    test(`${why}, ${order}: no byte counts twice, and none is lost`, async () =>
      equal(await counted(batch, rows, order), want))

test('the receiver’s agent told the same bytes: its witness is not promoted beside them', async () => {
  await using stage = await new Stage().start()
  await stage.offer(told(POD_A1, NOBODYS, 500))
  const witness = { initiator: POD_A1, responder: POD_B2, role: 'witness', bytes: [600, 0] } as const
  await stage.offer({ from: 0, to: 60, node: 'b2', rows: [witness] })
  await stage.seal(2)
  deepEqual(stage.total(), [600, 0])
})

test('the same where the sender comes late', async () => {
  await using stage = await new Stage().start()
  const witness = { initiator: POD_A1, responder: POD_B2, role: 'witness', bytes: [600, 0] } as const
  await stage.offer({ from: 0, to: 60, node: 'b2', rows: [witness] })
  await stage.seal(2)
  await stage.offer(told(POD_A1, NOBODYS, 500))
  await stage.offer(told(POD_A1, POD_B2, 90))
  deepEqual(stage.total(), [600, 0])
})

test('a pair that both know is compared by itself, whatever else is unknown', async () => {
  await using stage = await new Stage().start()
  const { rows } = told(POD_A1, NOBODYS, 500)
  const known = { initiator: POD_A1, responder: POD_B2, bytes: [200, 0] } as const
  await stage.offer({ ...PART, node: 'a1', rows: [...rows, known] })
  await stage.seal(2)
  await new TestReader(stage).bring([{ ...logged, bytes: 200 }])
  deepEqual(stage.total(), [700, 0])
})

test('late agents tell of pairs that flow logs had told: what those counted is no longer set off against the unknown', async () => {
  await using stage = await new Stage().start()
  await stage.seal(2)
  await new TestReader(stage).bring([logged])
  await stage.offer({ ...told(POD_A1, POD_B2, 500), sequence: 1 })
  await stage.offer({ ...told(POD_A1, NOBODYS, 80), sequence: 2 })
  deepEqual(stage.total(), [580, 0])
})

test('a load balancer that a watching node dialled by a label nobody knows', async () => {
  await using stage = new Stage()
  const peer = { kind: 'aws', thing: 'network load balancer', id: 'nlb' } as const
  stage.town.add({ address: NLB, peer, zone: zoneOf('b') })
  await stage.start()
  await stage.offer({ ...told(POD_A1, NOBODYS, 500), to: 60 })
  await stage.seal(2)
  await new TestReader(stage).bring(
    [{ by: 'eni-nlb', from: POD_A1, to: NLB, direction: 'ingress', bytes: 500 }],
    [{ id: 'eni-nlb', type: 'network_load_balancer' }],
  )
  deepEqual(stage.total(), [500, 0])
})

test('after the directory has lost its journal nobody knows whose the addresses were: what agents may have watched is set aside', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ from: 0, to: 60, node: 'a1', rows: [{ initiator: POD_A1, responder: POD_B2, bytes: [500, 0] }] })
  await stage.seal(2)
  stage.town.labels.length = 0
  stage.town.knownFrom = epochMs(T0 + 60_000)
  await stage.start()
  await new TestReader(stage).bring([logged])
  const { setAside } = stage.ingest.flowLogs.state().bytes
  deepEqual([stage.total(), setAside['node not known']], [[500, 0], 500])
})

test('what no agent can know is not set off against them', async () => {
  await using stage = await new Stage().start()
  await stage.offer(told(POD_A1, NOBODYS, 500))
  await stage.seal(2)
  await new TestReader(stage).bring(
    [{ by: 'eni-nat', from: POD_A1, to: '10.20.9.1', direction: 'ingress', bytes: 300 }],
    [{ id: 'eni-nat', type: 'nat_gateway' }],
  )
  deepEqual(stage.total(), [800, 0])
})
