import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { flowLogOf } from '../../../../server/ingest/flow-logs/overlap.ts'
import { Stage, sum } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

test('the name of an object says whose it is', () => {
  const key = '123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log.gz'
  equal(flowLogOf(`s3://logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/${key}#etag`), 'fl-1234abcd')
  equal(flowLogOf('logs:///aws/vpc/flow/eni-1-all#2018-06-20T11'), 'logs:///aws/vpc/flow/')
  equal(flowLogOf('s3://logs/renamed/one.log.gz#etag'), 's3://logs/')
})

/** Several flow logs of one interface hold the same records; nobody may say which is of what. */
const row: LogRow = { by: 'eni-1', from: '10.244.1.10', to: '10.244.3.10', bytes: 100 }
let files = 0
const fileOf = (flowLog: string): string => `s3://logs/1_vpcflowlogs_r_${flowLog}_t${files++}_h#e`
const hourOf = (group: string): string => `logs://${group}/eni-1-all#2023-11-14T${10 + (files++ % 14)}`

/** Brings rows of objects, one after the other; a number is a restart. @returns counted, evidence (since the last start) */
async function counted(stage: Stage, ...objects: readonly (readonly [object: string, ...rows: LogRow[]])[]) {
  const reader = new TestReader(stage)
  const flowLogs = [
    { id: 'fl-a', place: 's3://logs', missing: [] },
    { id: 'fl-b', place: 's3://logs', missing: [] },
    { id: 'fl-c', place: 's3://logs', missing: [{ field: 'az-id', lost: 'zones' }] },
  ]
  for (const [object, ...rows] of objects) {
    reader.takeLease({ flowLogs })
    const answer = await reader.offer({ object, rows })
    if (!answer.ok) throw new Error(answer.refusal.detail)
  }
  return [sum(stage.store.facts, 'bytesToResponder'), stage.ingest.flowLogs.state().bytes.evidence]
}

async function sealed(minutes = 60): Promise<Stage> {
  const stage = await new Stage().start()
  await stage.seal(minutes)
  return stage
}

const two: [why: string, one: string, other: string][] = [
  ['in the same bucket', fileOf('fl-a'), fileOf('fl-b')],
  ['in two log groups', hourOf('one'), hourOf('other')],
  ['in a bucket and a log group', fileOf('fl-a'), hourOf('one')],
]
for (const [why, one, other] of two)
  test(`two flow logs ${why}: an interface's records count once, the others are evidence`, async () => {
    await using stage = await sealed()
    deepEqual(await counted(stage, [one, row], [other, row]), [100, 100])
  })

test('the same after a restart between them', async () => {
  await using stage = await sealed()
  await counted(stage, [fileOf('fl-a'), row])
  await stage.start()
  deepEqual(await counted(stage, [fileOf('fl-b'), row]), [100, 100])
})

test('the same in an import of what is long past', async () => {
  await using stage = await sealed()
  const past = { ...row, at: -30 * 1440 }
  deepEqual(await counted(stage, [fileOf('fl-a'), past], [fileOf('fl-b'), past]), [100, 100])
})

test('files of one flow log add up, also where the other’s came in between', async () => {
  await using stage = await sealed()
  const second = { ...row, bytes: 7 }
  deepEqual(
    await counted(stage, [fileOf('fl-a'), row], [fileOf('fl-b'), row, second], [fileOf('fl-a'), second]),
    [107, 107],
  )
})

test('when the one has ended the other goes on', async () => {
  await using stage = await sealed()
  const later = { ...row, at: 30, bytes: 7 }
  deepEqual(await counted(stage, [fileOf('fl-a'), row], [fileOf('fl-b'), row, later]), [107, 100])
})

test('each interface has its own', async () => {
  await using stage = await sealed()
  const other: LogRow = { ...row, by: 'eni-2', from: '10.244.2.10', bytes: 7 }
  deepEqual(
    await counted(stage, [fileOf('fl-a'), row], [fileOf('fl-b'), row, other], [fileOf('fl-a'), other]),
    [107, 107],
  )
})

test('the one whose format tells more is waited for once it was there, and not for ever', async () => {
  await using stage = await sealed(120)
  const at = (minute: number, bytes: number): LogRow => ({ ...row, at: minute, bytes })
  const rows = [at(0, 1), at(10, 10), at(20, 100), at(40, 1_000)]
  deepEqual(await counted(stage, [fileOf('fl-a'), at(0, 1)], [fileOf('fl-c'), ...rows]), [1_001, 111])
  // It was only late.
  deepEqual(await counted(stage, [fileOf('fl-a'), at(10, 10), at(20, 100)]), [1_111, 111])
})

test('what an agent watched is compared with one flow log, not with the sum of two', async () => {
  await using stage = await new Stage().start()
  new TestReader(stage).takeLease()
  await stage.offer({
    node: 'a1',
    from: 0,
    to: 60,
    rows: [{ initiator: row.from, responder: row.to, bytes: [100, 0] }],
  })
  await stage.seal(2)
  await counted(stage, [fileOf('fl-a'), row], [fileOf('fl-b'), row])
  deepEqual(sumOfAudits(stage), 100)
})

const sumOfAudits = (stage: Stage): number =>
  stage.store.audits.reduce((total, { flowLogBytes }) => total + flowLogBytes, 0)
