import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { StorageError } from '../../../../server/store/flow-store.ts'
import { Stage } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

const row: LogRow = { by: 'eni-a', from: '10.244.1.10', to: '10.244.3.10', bytes: 100 }
const codeOf = (answer: { ok: true } | { ok: false; refusal: { code: string } }) =>
  answer.ok ? 'ok' : answer.refusal.code

async function stage(): Promise<Stage> {
  const one = await new Stage().start()
  await one.seal(3)
  return one
}

test('one reader at a time has the lease; the other is told when it may be free', async () => {
  await using open = await stage()
  const [first, second] = [new TestReader(open, 'first'), new TestReader(open, 'second')]
  equal(codeOf(first.takeLease()), 'ok')
  const refused = second.takeLease()
  deepEqual(refused, {
    ok: false,
    refusal: {
      code: 'lease held',
      detail: 'another reader has the lease for 60 s, if it does not renew it',
      retryAfterS: 60,
    },
  })
  open.now += 59_000
  equal(codeOf(first.takeLease()), 'ok', 'renewed')
  open.now += 59_000
  equal(codeOf(second.takeLease()), 'lease held')
  open.now += 1_000
  equal(codeOf(second.takeLease()), 'ok', 'taken over')
  equal(codeOf(await first.offer({ rows: [row] })), 'lease lost')
  equal(codeOf(first.takeLease()), 'lease held')
  equal(codeOf(await second.offer({ rows: [row] })), 'ok')
})

test('an import may take over from a tail, which waits then, and not from another import', async () => {
  await using open = await stage()
  const [tail, first, second] = ['tail', 'first', 'second'].map(name => new TestReader(open, name))
  if (tail === undefined || first === undefined || second === undefined) throw new Error('nobody')
  tail.takeLease()
  equal(codeOf(first.takeLease({ mode: 'import' })), 'lease held', 'not asked to')
  equal(codeOf(first.takeLease({ mode: 'tail' }, true)), 'lease held', 'no import')
  equal(codeOf(first.takeLease({ mode: 'import' }, true)), 'ok')
  equal(codeOf(await tail.offer({ rows: [row] })), 'lease lost')
  equal(codeOf(tail.takeLease()), 'lease held')
  equal(codeOf(second.takeLease({ mode: 'import' }, true)), 'lease held')
  equal(codeOf(first.takeLease({ mode: 'import' }, true)), 'ok', 'renewed')
  equal(codeOf(await first.offer({ rows: [row] })), 'ok')
})

test('an object read by one reader and again by the next counts once', async () => {
  await using open = await stage()
  const [first, second] = [new TestReader(open, 'first'), new TestReader(open, 'second')]
  first.takeLease()
  equal(codeOf(await first.offer({ rows: [row], records: [0, 10], isLast: false })), 'ok')
  open.now += 61_000
  second.takeLease()
  deepEqual(await second.offer({ rows: [row], records: [0, 10], isLast: false }), {
    ok: true,
    value: { records: 10, duplicate: true },
  })
  equal(codeOf(await second.offer({ rows: [row], records: [5, 15] })), 'read again', 'begins within what is committed')
  equal(codeOf(await second.offer({ rows: [row], records: [11, 15] })), 'read again', 'begins past it')
  equal(codeOf(await second.offer({ rows: [row], records: [10, 15] })), 'ok')
  deepEqual(open.total(), [200, 0])
  deepEqual(await second.offer({ rows: [row], records: [15, 20] }), {
    ok: true,
    value: { records: 15, duplicate: true },
  })
})

test('after a restart anybody may take the lease, and the object goes on where it was', async () => {
  await using open = await stage()
  const [first, second] = [new TestReader(open, 'first'), new TestReader(open, 'second')]
  first.takeLease()
  equal(codeOf(await first.offer({ rows: [row], records: [0, 10], isLast: false })), 'ok')
  await open.start()
  equal(codeOf(await first.offer({ rows: [row], records: [10, 20] })), 'lease lost')
  equal(codeOf(second.takeLease()), 'ok')
  const question = JSON.stringify({ lease: second.lease, objects: ['s3://logs/one.log.gz#1', 'unknown'] })
  const { desk } = open.ingest.flowLogs
  deepEqual(await desk.objects(question, open.ingest.sealedUntil() ?? never()), {
    ok: true,
    value: {
      objects: [
        { records: 10, isDone: false },
        { records: 0, isDone: false },
      ],
    },
  })
  equal(codeOf(await second.offer({ rows: [row], records: [10, 20] })), 'ok')
  deepEqual(open.total(), [200, 0])
})

test('the same batch offered twice at once counts once', async () => {
  await using open = await stage()
  const reader = new TestReader(open)
  reader.takeLease()
  const answers = await Promise.all([reader.offer({ rows: [row] }), reader.offer({ rows: [row] })])
  deepEqual(
    answers.map(answer => answer.ok && answer.value),
    [
      { records: 1, duplicate: false },
      { records: 1, duplicate: true },
    ],
  )
  deepEqual(open.total(), [100, 0])
})

test('that an object is done may be said after its last record was committed', async () => {
  await using open = await stage()
  const reader = new TestReader(open)
  reader.takeLease()
  equal(codeOf(await reader.offer({ rows: [row], records: [0, 5], isLast: false })), 'ok')
  equal(codeOf(await reader.offer({ rows: [row], records: [0, 5], isLast: true })), 'ok')
  deepEqual(open.total(), [100, 0])
  deepEqual(await open.store.objects(['s3://logs/one.log.gz#1']), [
    { object: 's3://logs/one.log.gz#1', records: 5, isDone: true },
  ])
})

test('minutes that agents may still report wait, and what is refused can come again', async () => {
  await using open = await new Stage().start()
  const reader = new TestReader(open)
  reader.takeLease()
  await open.offer({ node: 'a1', from: 0, to: 30, rows: [] })
  equal(codeOf(await reader.offer({ rows: [row] })), 'not decided')
  deepEqual(open.total(), [0, 0])
  await open.seal(1)
  reader.takeLease()
  equal(codeOf(await reader.offer({ rows: [row] })), 'ok')
  const { batches } = open.ingest.flowLogs.state()
  deepEqual([batches.counted, batches['not decided']], [1, 1])
})

test('where no agent ever reported, the past is counted at once', async () => {
  await using open = await new Stage().start()
  open.now += 60 * MINUTE_MS
  const reader = new TestReader(open)
  reader.takeLease()
  equal(codeOf(await reader.offer({ rows: [row, { ...row, at: -30 * 1440 }] })), 'ok')
  deepEqual(open.total(), [200, 0])
  equal(codeOf(await reader.offer({ object: 'young', rows: [{ ...row, at: 55 }] })), 'not decided')
})

test('when the disk is full the reader keeps its batch', async () => {
  await using open = await stage()
  const reader = new TestReader(open)
  reader.takeLease()
  equal(
    codeOf(await reader.offer({ object: 's3://logs/what it waits for is sealed', rows: [{ ...row, bytes: 0 }] })),
    'ok',
  )
  open.store.failure = new StorageError('disk full', 'the disk is full')
  equal(codeOf(await reader.offer({ rows: [row] })), 'storage')
  deepEqual(open.total(), [0, 0])
  equal(codeOf(await reader.offer({ rows: [row] })), 'ok')
  deepEqual(open.total(), [100, 0])
})

function never(): never {
  throw new Error('nothing is sealed')
}
