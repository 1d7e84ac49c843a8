import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { TestBatch, TestRow } from './batches.ts'
import { Stage } from './stage.ts'

// 100 Gbit/s (the default) are 12.5 GB/s each way. A window of 10 s may hold 20 s of both ways: 500 GB.
const GB = 1e9
const LINE_10_S = 125 * GB
// Pods of the town: a1 in zone a, b1 in zone b, one a node.
const [A1, B1] = ['10.244.1.10', '10.244.3.10']
const [NODE_A1, NODE_B1] = ['10.20.0.1', '10.20.0.3']

const row = (bytes: number, more: Partial<TestRow> = {}): TestRow => ({
  initiator: A1,
  responder: B1,
  port: 8080,
  connections: 1,
  bytes: [bytes, 0],
  ...more,
})
const FIRST = { from: 0, to: 10, node: 'a1' }

const batches: [why: string, batches: TestBatch[], aside: number][] = [
  ['a card that is full both ways for the whole window', [{ ...FIRST, rows: [row(LINE_10_S), row(LINE_10_S)] }], 0],
  ['ten times its line rate', [{ ...FIRST, rows: [row(10 * LINE_10_S)] }], 10 * LINE_10_S],
  ['the same as witness', [{ ...FIRST, node: 'b1', rows: [row(10 * LINE_10_S, { role: 'witness' })] }], 10 * LINE_10_S],
  [
    'the same in many rows',
    [{ ...FIRST, rows: Array.from({ length: 100 }, (_, port) => row(LINE_10_S / 10, { port })) }],
    10 * LINE_10_S,
  ],
  [
    'an hour of a full card in one catch-up',
    [{ ...FIRST, to: 3_600, kind: 'catch-up', rows: [row(360 * LINE_10_S)] }],
    0,
  ],
  ['what stays on the node', [{ ...FIRST, rows: [row(10 * LINE_10_S, { responder: NODE_A1 })] }], 0],
  [
    'a full card of tunnels, inside and outside',
    [
      {
        ...FIRST,
        rows: [row(3 * LINE_10_S), row(3 * LINE_10_S, { initiator: NODE_A1, responder: NODE_B1, role: 'tunnel' })],
      },
    ],
    0,
  ],
  [
    'a claim that is cut into many batches of one minute: what fits is taken, the rest is not',
    Array.from({ length: 12 }, () => ({ ...FIRST, rows: [row(400 * GB)] })),
    // 70 s of both ways are 1,750 GB: four batches of 400 GB fit.
    8 * 400 * GB,
  ],
]
for (const [why, offers, aside] of batches)
  test(`${aside === 0 ? 'counts' : 'is set aside'}: ${why}`, async () => {
    await using stage = await new Stage().start()
    for (const offer of offers) equal((await stage.offer(offer)).ok, true)
    await stage.seal(61)
    const { bytes } = stage.ingest.counts()
    equal(bytes.setAside['above line rate'], aside)
    const others =
      bytes.primary + bytes.promoted + bytes.overhead + bytes.superseded + bytes.auditOnly + bytes.insideTunnels
    equal(bytes.received, others + aside, 'every byte ends in exactly one place')
    equal(stage.total()[0], bytes.primary + bytes.promoted + bytes.overhead)
  })

for (const restarted of [false, true])
  test(`a node that lies is not believed, the other end's count stands in${restarted ? ', also after a crash' : ''}`, async () => {
    await using stage = await new Stage().start()
    await stage.offer({ from: 0, to: 60, node: 'a1', rows: [row(100 * LINE_10_S)] })
    await stage.offer({ from: 0, to: 60, node: 'b1', rows: [row(1_000, { role: 'witness' })] })
    deepEqual(stage.total(), [0, 0])
    deepEqual(
      stage.ingest.agents().map(agent => [agent.node, agent.aboveLineRateBytes]),
      [
        ['a1', 100 * LINE_10_S],
        ['b1', 0],
      ],
    )
    if (restarted) await stage.start()
    await stage.seal(1)
    deepEqual(stage.total(), [1_000, 0])
  })

test('a window of which one part claims too much is no coverage, whichever part comes last', async () => {
  await using stage = await new Stage().start()
  const part = (index: number, bytes: number) =>
    stage.offer({ from: 0, to: 60, node: 'a1', sequence: 1, part: { index, of: 2 }, rows: [row(bytes)] })
  await part(0, 100 * LINE_10_S)
  await part(1, 10)
  await stage.offer({ from: 0, to: 60, node: 'b1', rows: [row(1_000, { role: 'witness' })] })
  await stage.seal(1)
  deepEqual(stage.total(), [1_000, 0])
})

test('what comes late is held to the line rate too', async () => {
  await using stage = await new Stage().start()
  await stage.seal(2)
  await stage.offer({ ...FIRST, rows: [row(10 * LINE_10_S)] })
  deepEqual(stage.total(), [0, 0])
  equal(stage.ingest.counts().bytes.setAside['above line rate'], 10 * LINE_10_S)
})
