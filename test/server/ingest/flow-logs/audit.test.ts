import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { wireOf } from '../batches.ts'
import { M0, Stage } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

/** What a node's agent and its interfaces say of the same minute, side by side. */
const [POD_A1, POD_A2, POD_B1, INTERNET] = ['10.244.1.10', '10.244.2.10', '10.244.3.10', '203.0.113.5']

/** A stage with a reader, on which a1 and b1 watch minute 0. */
async function watched(): Promise<{ stage: Stage; reader: TestReader }> {
  const stage = await new Stage().start()
  const reader = new TestReader(stage)
  reader.takeLease()
  const ends = { initiator: POD_A1, responder: POD_B1 }
  await stage.offer({
    ...{ node: 'a1', from: 0, to: 60 },
    rows: [
      { ...ends, bytes: [100, 900] },
      { initiator: INTERNET, responder: POD_A1, role: 'witness', bytes: [7, 0] },
      // Within the node: no interface sees it.
      { initiator: '10.20.0.1', responder: POD_A1, bytes: [5_000, 0] },
    ],
  })
  await stage.offer({ node: 'b1', from: 0, to: 60, rows: [{ ...ends, role: 'witness', bytes: [99, 901] }] })
  await stage.offer({ node: 'a2', from: 0, to: 30, rows: [{ initiator: POD_A2, responder: POD_B1, bytes: [3, 0] }] })
  await stage.seal(2)
  return { stage, reader }
}

test('a node that watched is compared by what went through its card; one that did not is not', async () => {
  const { stage, reader } = await watched()
  await using _ = stage
  const seen: LogRow[] = [
    { by: 'eni-a', from: POD_A1, to: POD_B1, direction: 'egress', bytes: 101 },
    { by: 'eni-a', from: POD_B1, to: POD_A1, direction: 'ingress', bytes: 902 },
    { by: 'eni-a', from: INTERNET, to: POD_A1, direction: 'ingress', bytes: 7 },
    { by: 'eni-a2', from: POD_A2, to: POD_B1, direction: 'egress', bytes: 3 },
    { by: 'eni-a', from: POD_A1, to: POD_B1, direction: 'egress', at: 1, bytes: 50 },
  ]
  await reader.bring(seen)
  const of = (node: string) => stage.store.audits.filter(one => one.node === node)
  const nothing = { agentBytes: 0, agentWireBytes: 0, flowLogBytes: 0, smallerBytes: 0, largerBytes: 0 }
  const minute = { cluster: 'lab', minute: M0, ...nothing }
  deepEqual(of('a1'), [
    {
      ...{ ...minute, node: 'a1', agentBytes: 1_007, agentWireBytes: wireOf(100) + wireOf(900) + wireOf(7) },
      ...{ smallerBytes: 999, largerBytes: 1_001 },
    },
    { ...minute, node: 'a1', flowLogBytes: 1_010 },
  ])
  deepEqual(of('a2'), [])
})

test('where nobody reads flow logs, nothing is kept for them', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ node: 'a1', from: 0, to: 60, rows: [{ initiator: POD_A1, responder: POD_B1, bytes: [1, 2] }] })
  await stage.seal(2)
  deepEqual(stage.store.audits, [])
})

test('after a restart it goes on', async () => {
  const { stage, reader } = await watched()
  await using _ = stage
  await reader.bring([{ by: 'eni-a', from: POD_A1, to: POD_B1, bytes: 1 }])
  await stage.offer({ node: 'a1', from: 120, to: 180, rows: [{ initiator: POD_A1, responder: POD_B1, bytes: [1, 2] }] })
  await stage.start()
  await stage.seal(4)
  deepEqual(
    stage.store.audits.filter(({ minute }) => minute === M0 + 2).map(({ node, agentBytes }) => [node, agentBytes]),
    [['a1', 3]],
  )
})
