import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { flowLogOf } from '../../../../server/ingest/flow-logs/overlap.ts'
import { Stage } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

test('the name of an object says whose it is', () => {
  const key = '123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log.gz'
  equal(flowLogOf(`s3://logs/AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/${key}#etag`), 'fl-1234abcd')
  equal(flowLogOf('logs:///aws/vpc/flow/eni-1-all#2018-06-20T11'), 'logs:///aws/vpc/flow/')
  equal(flowLogOf('s3://logs/renamed/one.log.gz#etag'), 's3://logs/')
})

/** An interface of subnet-1 in vpc-1; `logs` are the flow logs that are read, by what they are of. */
async function counted(logs: { readonly [id: string]: string | undefined }): Promise<[number, number]> {
  await using stage = await new Stage().start()
  await stage.seal(2)
  const reader = new TestReader(stage)
  reader.takeLease({
    flowLogs: Object.entries(logs).map(([id, resource]) => ({
      ...{ id, place: 's3://logs', missing: [] },
      ...(resource !== undefined && { resource }),
    })),
  })
  const rows: LogRow[] = [{ by: 'eni-1', from: '10.244.1.10', to: '10.244.3.10', bytes: 100 }]
  const interfaces = [{ id: 'eni-1', vpc: 'vpc-1', subnet: 'subnet-1' }]
  for (const id of Object.keys(logs))
    await reader.offer({ object: `s3://logs/1_vpcflowlogs_r_${id}_t_h`, rows, interfaces })
  return [stage.total()[0], stage.ingest.flowLogs.state().bytes.evidence]
}

const rows: [why: string, logs: { readonly [id: string]: string | undefined }, wanted: [number, number]][] = [
  ['of its subnet', { 'fl-1': 'subnet-1' }, [100, 0]],
  ['of its VPC and of its subnet', { 'fl-1': 'subnet-1', 'fl-2': 'vpc-1' }, [100, 100]],
  ['of its subnet and its own', { 'fl-1': 'eni-1', 'fl-2': 'subnet-1' }, [100, 100]],
  ['two of its VPC', { 'fl-1': 'vpc-1', 'fl-2': 'vpc-1' }, [100, 100]],
]
for (const [why, logs, wanted] of rows)
  test(`flow logs ${why}: an interface's records count once`, async () => deepEqual(await counted(logs), wanted))
