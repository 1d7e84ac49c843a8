import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { TestRow } from './batches.ts'
import { Stage } from './stage.ts'

const [A1, B1] = ['10.244.1.10', '10.244.3.10']
const [NODE_A1, NODE_B1] = ['10.20.0.1', '10.20.0.3']
const MINUTE = { from: 0, to: 60 }
const tunnel = (initiator: string, responder: string, bytes: number, role: TestRow['role'] = 'tunnel'): TestRow => ({
  initiator,
  responder,
  protocol: 17,
  port: 4789,
  role: role ?? 'tunnel',
  bytes: [bytes, 0], // VXLAN: each way is a flow of its own
})
const inner = (bytes: [number, number]): TestRow => ({ initiator: A1, responder: B1, port: 8080, bytes })

/** Basis, from node, to node, bytes each way. */
const outcome = (stage: Stage) =>
  stage.store.facts
    .filter(({ series }) => series.basis === 'overhead' || series.basis === 'outer')
    .map(({ series, bytesToResponder, bytesToInitiator }) => [
      series.basis,
      series.initiator.name,
      series.responder.name,
      bytesToResponder,
      bytesToInitiator,
    ])

const stories: [why: string, a1: TestRow[], b1: TestRow[], want: unknown[][]][] = [
  [
    'what a tunnel adds around the traffic inside it, each way',
    [inner([1_000, 5_000]), tunnel(NODE_A1, NODE_B1, 1_100)],
    [tunnel(NODE_B1, NODE_A1, 5_300)],
    [['overhead', 'a1', 'b1', 100, 300]],
  ],
  [
    'a tunnel with nothing seen inside counts as what it is',
    [tunnel(NODE_A1, NODE_B1, 1_100)],
    [],
    [['outer', 'a1', 'b1', 1_100, 0]],
  ],
  [
    'the receiver’s copy is the audit where the sender watched',
    [tunnel(NODE_A1, NODE_B1, 1_100)],
    [tunnel(NODE_A1, NODE_B1, 1_150, 'tunnel witness')],
    [['outer', 'a1', 'b1', 1_100, 0]],
  ],
  ['a tunnel smaller than its inside adds nothing', [inner([1_000, 0]), tunnel(NODE_A1, NODE_B1, 900)], [], []],
  [
    'traffic between the nodes themselves is not inside the tunnel',
    [{ initiator: NODE_A1, responder: NODE_B1, bytes: [700, 0] }, tunnel(NODE_A1, NODE_B1, 500)],
    [],
    [['outer', 'a1', 'b1', 500, 0]],
  ],
]
for (const [why, a1, b1, want] of stories)
  test(`tunnel: ${why}`, async () => {
    await using stage = await new Stage().start()
    await stage.offer({ ...MINUTE, node: 'a1', rows: a1 })
    await stage.offer({ ...MINUTE, node: 'b1', rows: b1 })
    await stage.seal(1)
    deepEqual(outcome(stage), want)
    const { bytes } = stage.ingest.counts()
    const known = bytes.primary + bytes.promoted + bytes.auditOnly + bytes.overhead + bytes.insideTunnels
    equal(bytes.received, known)
  })

test('a tunnel of a node without an agent counts by its receiver', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ ...MINUTE, node: 'b1', rows: [tunnel(NODE_A1, NODE_B1, 800, 'tunnel witness')] })
  await stage.seal(1)
  deepEqual(outcome(stage), [['outer', 'a1', 'b1', 800, 0]])
})

test('a tunnel that is late is set aside: its minute has been decided', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ ...MINUTE, node: 'b1', rows: [] })
  await stage.seal(1)
  await stage.offer({ ...MINUTE, node: 'a1', rows: [tunnel(NODE_A1, NODE_B1, 800)] })
  deepEqual(outcome(stage), [])
  equal(stage.ingest.counts().bytes.setAside['late tunnel'], 800)
})
