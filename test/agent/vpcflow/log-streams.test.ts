import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { EC2Client } from '@aws-sdk/client-ec2'
import { FlowLogFacts } from '../../../agent/vpcflow/flow-log-facts.ts'
import type { Format } from '../../../agent/vpcflow/format.ts'
import { DEFAULT_FORMAT, readLogFormat } from '../../../agent/vpcflow/format.ts'
import { LogStreams } from '../../../agent/vpcflow/log-streams.ts'
import { inOrder } from '../../../agent/vpcflow/stream-hours.ts'
import { FakeEc2 } from '../../aws-api/ec2.ts'
import { LogsApi, logsError } from '../../aws-api/logs.ts'
import { plainRows } from './plain-rows.ts'
import { before, minutes, NOON, Reading } from './reading.ts'

const aws = { region: 'us-east-1', credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }, maxAttempts: 2 }
const GROUP = '/vpc/flow-logs'
const read = readLogFormat(DEFAULT_FORMAT)
const format = read.ok ? read.format : undefined

/** A record that began so long before noon and came in `lag` later. */
const event = (ago: number, bytes: number, lag = minutes(6)) => ({
  timestamp: NOON - ago,
  ingestionTime: NOON - ago + lag,
  message: `2 123456789010 eni-1 10.0.0.1 10.0.0.2 40000 80 6 1 ${bytes} ${(NOON - ago) / 1000} ${(NOON - ago) / 1000 + 50} ACCEPT OK`,
})

const streamsOf = (logs: LogsApi, reading: Reading, known: () => Format | undefined = () => format) =>
  new LogStreams({
    client: new CloudWatchLogsClient({ ...aws, endpoint: logs.http.url }),
    group: GROUP,
    format: known,
    now: reading.clock.now,
  })
const bytesOf = (reading: Reading) => reading.server.batches.flatMap(plainRows).map(({ bytes }) => bytes)

test('hours of streams are objects: paged, each once, with the lines’ own format', async () => {
  await using reading = await Reading.begin()
  await using logs = await LogsApi.listen(2)
  for (const [stream, first] of [
    ['eni-1-all', 1],
    ['eni-2-all', 10],
    ['eni-3-all', 100],
  ] as const)
    logs.put(stream, ...[300, 299, 298, 240].map((ago, i) => event(minutes(ago), first * (i + 1))))
  const objects = streamsOf(logs, reading)
  await reading
    .reader({ mode: 'import', from: before(minutes(400)), to: NOON }, { objects })
    .run(reading.stopping.signal)
  deepEqual(
    bytesOf(reading).sort((a, b) => a - b),
    [1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400],
  )
  match(reading.server.done[0] ?? '', /^logs:\/\/\/vpc\/flow-logs\/eni-\d-all#2026-11-20T07$/)
  deepEqual(
    reading.totals.flowLogs.map(({ place }) => place),
    ['logs:///vpc/flow-logs/'],
  )
  objects.close()
})

test('an hour that goes on is read again, and only what came since is sent, also when it is older', async () => {
  await using reading = await Reading.begin()
  await using logs = await LogsApi.listen()
  logs.put('eni-1-all', event(minutes(30), 1), event(minutes(20), 2), event(minutes(3), 99, minutes(2.5)))
  const objects = streamsOf(logs, reading)
  const { clock } = reading
  const wait = clock.wait
  let isLate = false
  Object.assign(clock, {
    wait: async (ms: number) => {
      await wait(ms)
      if (clock.at > NOON + minutes(10) && !isLate) {
        isLate = true
        logs.put('eni-1-all', { ...event(minutes(25), 4), ingestionTime: clock.at })
      }
      if (clock.at > NOON + minutes(200)) reading.stopping.abort()
    },
  })
  await reading.reader({}, { objects }).run(reading.stopping.signal)
  deepEqual(bytesOf(reading), [1, 2, 99, 4])
  deepEqual(
    reading.server.batches.map(({ records: { from, to, isLast } }) => [from, to, isLast]).filter(([, to]) => to !== 0),
    [
      [0, 2, false],
      [2, 3, false],
      [3, 4, false],
      [4, 4, true],
    ],
  )
  objects.close()
})

test('events are in the order they came in, whatever order they are told in; the youngest wait', () => {
  const events = [event(9, 1, 5), event(8, 2, 5), event(8, 3, 4), event(8, 4, 4)]
  const order = (of: typeof events, isWhole: boolean) => inOrder(of, isWhole, NOON).map(({ message }) => message)
  deepEqual(order(events.toReversed(), true), order(events, true))
  deepEqual(order(events, false), [])
})

test('the format comes from EC2; without it nothing is guessed, and all else goes on', async () => {
  await using reading = await Reading.begin()
  await using logs = await LogsApi.listen()
  await using ec2 = await FakeEc2.listen()
  const logFormat = DEFAULT_FORMAT.replace(/\S+/g, field => `\${${field}}`)
  ec2.world.flowLogs = [
    { flowLogId: 'fl-1', resourceId: 'vpc-1', logGroupName: GROUP, logFormat },
    { flowLogId: 'fl-3', resourceId: 'subnet-1', logGroupName: GROUP, logFormat },
    { flowLogId: 'fl-2', resourceId: 'tgw-1', logGroupName: 'other', logFormat: 'version tgw-id' },
  ]
  logs.put('eni-1-all', event(minutes(300), 7))
  const log = { info: () => {}, warn: (line: string) => reading.logged.push(line) }
  const facts = new FlowLogFacts(new EC2Client({ ...aws, endpoint: ec2.server.url }), log, reading.clock.now)
  const objects = streamsOf(logs, reading, () => facts.formatOf(GROUP))
  const { clock } = reading
  const { wait } = clock
  Object.assign(clock, {
    wait: async (ms: number) => {
      await wait(ms)
      await facts.refresh(reading.stopping.signal)
    },
  })
  await reading
    .reader({ mode: 'import', from: before(minutes(400)), to: NOON }, { objects })
    .run(reading.stopping.signal)
  deepEqual(bytesOf(reading), [7])
  equal(reading.totals.troubles.get('AWS'), 1)
  equal(facts.resourceOf('fl-1'), 'vpc-1')
  deepEqual(
    reading.logged.filter(line => line.includes('a flow log') || line.includes('several flow logs')),
    [
      'a flow log cannot be read',
      'several flow logs share a log group: an interface that two of them log counts twice',
    ],
  )
  objects.close()
  facts.close()
})

test('throttling and a stream that is gone', async () => {
  await using reading = await Reading.begin()
  await using logs = await LogsApi.listen()
  logs.put('eni-1-all', event(minutes(300), 1))
  logs.put('eni-2-all', event(minutes(300), 2))
  const isEvents = ({ headers }: { headers: { [name: string]: unknown } }) =>
    headers['x-amz-target'] === 'Logs_20140328.GetLogEvents'
  const throttled = logsError('ThrottlingException', 'Rate exceeded')
  logs.http.fail({ kind: 'reply', reply: throttled }, 3, isEvents)
  const gone = logsError('ResourceNotFoundException', 'The specified log stream does not exist.')
  logs.http.fail({ kind: 'reply', reply: gone }, 1_000, ({ body }) => body.includes('eni-2-all'))
  const objects = streamsOf(logs, reading)
  await reading
    .reader({ mode: 'import', from: before(minutes(400)), to: NOON }, { objects })
    .run(reading.stopping.signal)
  deepEqual(bytesOf(reading), [1])
  equal((reading.totals.setAside.get('vanished') ?? 0) > 0, true)
  objects.close()
})
