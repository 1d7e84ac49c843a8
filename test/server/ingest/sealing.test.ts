import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { StorageError } from '../../../server/store/flow-store.ts'
import { reportOf, type TestRow } from './batches.ts'
import { M0, Stage, T0 } from './stage.ts'

const [A1, B1] = ['10.244.1.10', '10.244.3.10']
const row: TestRow = { initiator: A1, responder: B1, port: 8080, bytes: [100, 900] }
const witness: TestRow = { ...row, role: 'witness' }
const minuteOf = (minute: number) => ({ from: minute * 60, to: minute * 60 + 60 })

test('with every agent past a minute it is sealed at once', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ ...minuteOf(0), node: 'a1', rows: [row] })
  await stage.offer({ ...minuteOf(0), node: 'b1', rows: [witness] })
  await stage.offer({ from: 60, to: 70, node: 'a1', rows: [] })
  await stage.ingest.sealNow()
  equal(stage.store.sealedUntil, M0 + 1)
})

test('an agent that is past it but misses an older batch is waited for', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ from: 0, to: 30, node: 'a1', sequence: 1, rows: [row] })
  await stage.offer({ from: 60, to: 90, node: 'a1', sequence: 3, rows: [row] })
  await stage.ingest.sealNow()
  equal(stage.store.sealedUntil, null)
  await stage.offer({ from: 30, to: 60, node: 'a1', sequence: 2, rows: [row] })
  await stage.ingest.sealNow()
  equal(stage.store.sealedUntil, M0 + 1)
})

test('a minute whose node sent its window in parts is covered when the last part is there', async () => {
  await using stage = await new Stage().start()
  const part = (index: number) => ({ ...minuteOf(0), node: 'a1', sequence: 1, part: { index, of: 2 }, rows: [row] })
  await stage.offer(part(1))
  await stage.ingest.sealNow()
  equal(stage.store.sealedUntil, null)
  await stage.offer(part(0))
  await stage.seal(1)
  deepEqual(
    stage.store.allDecisions().map(({ node, counted, primaryBytes }) => [node, counted, primaryBytes]),
    [['a1', 'primary', 2_000]],
  )
})

test('the decision of every node is in the ledger, and is told with what was promoted and how kernels agree', async () => {
  await using stage = await new Stage().start()
  const told: unknown[] = []
  stage.ingest.addListener({
    onSealed: ({ sealedUntil, facts, audit }) =>
      told.push([sealedUntil, facts.reduce((rows, { count }) => rows + count, 0), audit]),
  })
  await stage.offer({ ...minuteOf(0), node: 'a1', rows: [row] })
  await stage.offer({ ...minuteOf(0), node: 'b1', rows: [{ ...witness, bytes: [98, 910] }] })
  await stage.offer({ ...minuteOf(0), node: 'b1', rows: [{ ...witness, initiator: '10.244.2.10' }] })
  await stage.seal(1)
  deepEqual(
    stage.store.allDecisions().map(line => ({ ...line, cluster: undefined, minute: line.minute - M0 })),
    [
      { node: 'a1', counted: 'primary', primaryBytes: 1_000, witnessBytes: 1_008, promotedBytes: 0 },
      { node: 'b1', counted: 'primary', primaryBytes: 0, witnessBytes: 0, promotedBytes: 0 },
      { node: 'a2', counted: 'witness', primaryBytes: 0, witnessBytes: 1_000, promotedBytes: 1_000 },
    ].map(line => ({ ...line, cluster: undefined, minute: 0, supersededBytes: 0 })),
  )
  deepEqual(told, [[T0 + 60_000, 1, { smallerBytes: 998, largerBytes: 1_010 }]])
})

test('what is late is added to the ledger of its minute, also after a restart', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ ...minuteOf(0), node: 'b1', rows: [witness] })
  await stage.seal(1)
  await stage.start()
  await stage.offer({ from: 0, to: 30, node: 'a1', rows: [{ ...row, bytes: [60, 60] }] })
  await stage.start()
  await stage.offer({ from: 30, to: 60, node: 'a1', rows: [{ ...row, bytes: [60, 60] }] })
  const line = stage.store.allDecisions().find(({ node }) => node === 'a1')
  deepEqual(
    [line?.primaryBytes, line?.witnessBytes, line?.promotedBytes, line?.supersededBytes],
    [240, 1_000, 1_000, 220],
  )
  deepEqual(stage.total(), [120, 900])
})

test('after a restart windows are shifted as they were before it', async () => {
  await using stage = await new Stage().start()
  stage.now = T0 + 120_000
  const sentAt = stage.now - 90_000
  await stage.offer({ from: 0, to: 30, node: 'a1', rows: [row] }, { sentAt, aheadAtMost: -90_000 })
  await stage.start()
  await stage.offer({ from: 30, to: 60, node: 'a1', rows: [row] })
  deepEqual(
    stage.store.facts.map(({ minute }) => minute),
    [M0 + 1, M0 + 2],
  )
})

test('a late catch-up is set off wherever in its range something was promoted', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ ...minuteOf(0), node: 'b1', rows: [{ ...witness, bytes: [200, 0] }] })
  await stage.offer({ ...minuteOf(1), node: 'b1', rows: [] })
  await stage.seal(2)
  await stage.offer({ from: 0, to: 120, kind: 'catch-up', node: 'a1', rows: [{ ...row, bytes: [200, 0] }] })
  deepEqual(stage.total(), [200, 0])
})

test('a seal that cannot be stored changes nothing, and is tried again', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ ...minuteOf(0), node: 'b1', rows: [witness] })
  stage.store.failure = new StorageError('disk full', 'no room on /data')
  stage.logged = []
  stage.now += 20 * 60_000
  await stage.ingest.sealNow()
  equal(stage.ingest.counts().sealFailures, 1)
  deepEqual([stage.store.sealedUntil, stage.total()], [null, [0, 0]])
  await stage.seal(1)
  deepEqual(stage.total(), [100, 900])
})

test('batches of sealed minutes are no longer kept, those of open minutes and waiting catch-ups are', async () => {
  await using stage = await new Stage().start()
  await stage.offer({ ...minuteOf(0), node: 'a1', rows: [row] })
  await stage.offer({ from: 50, to: 70, node: 'a1', rows: [row] })
  await stage.offer({ from: 0, to: 100, kind: 'catch-up', node: 'b1', rows: [row] })
  await stage.seal(1)
  deepEqual(
    stage.store.pending.map(({ id }) => `${id.node} ${id.sequence}`),
    ['a1 2', 'b1 1'],
  )
})

test('an agent’s losses are added up over its restarts, and its state is the newest', async () => {
  await using stage = await new Stage().start()
  const report = (process: string, startedAt: number, lost: number) =>
    reportOf({ process, startedAt: epochMs(T0 + startedAt), losses: { 'tails lost': lost } })
  for (const [i, said] of [report('p1', 0, 3), report('p1', 0, 5), report('p2', 9, 2)].entries())
    await stage.offer({ from: i * 10, to: i * 10 + 10, node: 'a1', rows: [], report: said })
  const [agent] = stage.ingest.agents()
  deepEqual(agent?.losses, { 'tails lost': 7 })
  equal(agent?.lastWindowTo, T0 + 30_000)
  ok(agent.report.process === 'p2' && !agent.clockIsWrong)
})

test('what listeners are told of a batch is what was committed, placed for its window', async () => {
  await using stage = await new Stage().start()
  const told: unknown[] = []
  stage.ingest.addListener({
    onCounted: ({ node, facts, placedAt, batch }) =>
      told.push([
        node,
        facts.count,
        facts.bytesToResponder[0],
        batch.ends.map((_, i) => placedAt(i)?.node),
        batch.rows.count,
      ]),
  })
  await stage.offer({ ...minuteOf(0), node: 'a1', rows: [row, { ...witness, initiator: B1, responder: A1 }] })
  deepEqual(told, [['a1', 1, 100, ['a1', 'b1'], 2]])
})
