import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { s3Error } from '../../aws-api/s3.ts'
import { plainRows } from './plain-rows.ts'
import { BUCKET, before, keyOf, minutes, NOON, Reading, textOf } from './reading.ts'

const bytesOf = (reading: Reading) =>
  reading.server.batches.flatMap(plainRows).reduce((sum, { bytes }) => sum + bytes, 0)
const isGet = ({ path }: { path: string }) => path.split('/').length > 2 && path.endsWith('.gz')
const isList = ({ path }: { path: string }) => !isGet({ path })
const keysDone = ({ server }: Reading) => server.done.map(id => id.slice(`s3://${BUCKET}/`.length, id.lastIndexOf('#')))

test('a range of the past: every object once, the oldest first, under its key and etag', async () => {
  await using reading = await Reading.begin(2)
  const keys = [60, 30, 5].map(ago => keyOf(before(minutes(ago))))
  for (const key of keys.toReversed()) reading.s3.put(key, gzipSync(textOf(3)))
  reading.s3.put(keyOf(before(minutes(600))), gzipSync(textOf(3)))
  await reading.import(before(minutes(120)), NOON)
  deepEqual(keysDone(reading), keys)
  match(reading.server.done[0] ?? '', /^s3:\/\/flow-logs\/AWSLogs\/.*\.log\.gz#[0-9a-f]{32}$/)
  equal(bytesOf(reading), 90)
  deepEqual([reading.totals.objectsRead, reading.totals.recordsRead], [3, 9])
})

test('all layouts, accounts and regions below the prefix are found', async () => {
  await using reading = await Reading.begin(3)
  const plain = keyOf(before(minutes(10)))
  const keys = [
    plain,
    keyOf(before(minutes(10)), { region: 'eu-west-1' }),
    keyOf(before(minutes(10)), { account: '210987654321' }),
    plain.replace(/2026\/11\/20\//, '2026/11/20/11/').replace('fl-0123abcd', 'fl-0456'),
    plain.replace(
      'AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/11/20/',
      'AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2026/month=11/day=20/hour=11/',
    ),
  ]
  for (const key of keys) reading.s3.put(key, gzipSync(textOf(1)))
  reading.s3.put('AWSLogs/123456789012/elasticloadbalancing/us-east-1/2026/11/20/other.log.gz', 'no flow log')
  await reading.import(before(minutes(60)), NOON)
  deepEqual(keysDone(reading).sort(), [...keys].sort())
})

test('a tail reads the look-back at its first start, then what comes, also what comes late', async () => {
  await using reading = await Reading.begin()
  const [old, recent, late, later] = [600, 20, 40, -5].map(ago => keyOf(before(minutes(ago))))
  for (const key of [old, recent]) reading.s3.put(key ?? '', gzipSync(textOf(1)))
  const listings: (() => void)[] = [
    () => {},
    () => reading.s3.put(late ?? '', gzipSync(textOf(1))),
    () => reading.s3.put(later ?? '', gzipSync(textOf(1))),
    () => {},
    () => reading.stopping.abort(),
  ]
  const { clock } = reading
  const wait = clock.wait
  Object.assign(clock, {
    wait: async (ms: number) => {
      await wait(ms)
      listings.shift()?.()
    },
  })
  await reading.reader({}).run(reading.stopping.signal)
  deepEqual(keysDone(reading), [recent, late, later])
  equal(bytesOf(reading), 30)
})

test('after a stop a tail goes on where the last reader was, however long ago, and reads nothing twice', async () => {
  await using reading = await Reading.begin()
  const keys = [600, 595, 300, 20].map(ago => keyOf(before(minutes(ago))))
  for (const key of keys.slice(0, 1)) reading.s3.put(key, gzipSync(textOf(1)))
  await reading.import(before(minutes(700)), NOON)
  for (const key of keys.slice(1)) reading.s3.put(key, gzipSync(textOf(1)))
  const { clock } = reading
  Object.assign(clock, { wait: async () => reading.stopping.abort() })
  await reading.reader({}).run(reading.stopping.signal)
  deepEqual(keysDone(reading), keys)
})

test('what the server has of an object is passed over', async () => {
  await using reading = await Reading.begin()
  const key = keyOf(before(minutes(10)))
  reading.s3.put(key, gzipSync(textOf(5)))
  const { etag } = reading.s3.objects.get(key) ?? {}
  reading.server.ledger.set(`s3://${BUCKET}/${key}#${etag}`, { records: 3, isDone: false })
  await reading.import(before(minutes(60)), NOON)
  deepEqual(
    reading.server.batches.map(({ records }) => records),
    [{ from: 3, to: 5, isLast: true }],
  )
})

test('an answer that got lost: the batch is sent again, and changes nothing', async () => {
  await using reading = await Reading.begin()
  reading.s3.put(keyOf(before(minutes(10))), gzipSync(textOf(5)))
  const lost = reading.server
  lost.instead.push(({ path }) => (path.endsWith('/batches') ? { status: 503, body: 'lost' } : undefined))
  await reading.import(before(minutes(60)), NOON)
  equal(bytesOf(reading), 50)
  equal(reading.totals.recordsRead, 5)
  equal(reading.clock.waits.length, 1)
})

test('while another reader holds the lease this one waits and reads nothing', async () => {
  await using reading = await Reading.begin()
  reading.s3.put(keyOf(before(minutes(10))), gzipSync(textOf(5)))
  reading.server.holder = 'another'
  const { clock } = reading
  const wait = clock.wait
  Object.assign(clock, {
    wait: async (ms: number) => {
      await wait(ms)
      if (clock.waits.length === 3) reading.server.holder = undefined
      equal(reading.s3.http.seen.length, 0)
    },
  })
  await reading.import(before(minutes(60)), NOON)
  equal(reading.totals.troubles.get('lease held by another'), 3)
  equal(bytesOf(reading), 50)
})

test('an import that takes over does not wait', async () => {
  await using reading = await Reading.begin()
  reading.s3.put(keyOf(before(minutes(10))), gzipSync(textOf(5)))
  reading.server.holder = 'another'
  const range = { mode: 'import', from: before(minutes(60)), to: NOON, takesOver: true } as const
  await reading.reader(range).run(reading.stopping.signal)
  deepEqual([bytesOf(reading), reading.totals.troubles.get('lease held by another')], [50, 0])
})

test('a lease that runs out while an object is read is renewed on the way', async () => {
  await using reading = await Reading.begin()
  const lines = 30_000
  reading.s3.put(keyOf(before(minutes(10))), gzipSync(textOf(lines)))
  reading.server.expiresInMs = 1_000
  reading.clock.stepMs = 400
  const reader = reading.reader({ mode: 'import', from: before(minutes(60)), to: NOON })
  await reader.run(reading.stopping.signal)
  equal(bytesOf(reading), lines * 10)
  equal(reading.server.reports.length > 2, true)
})

const faults: readonly [name: string, make: (reading: Reading, key: string) => void, reason: string, tries: number][] =
  [
    ['gzip that ends too early', ({ s3 }, key) => s3.put(key, gzipSync(textOf(500)).subarray(0, -20)), 'truncated', 3],
    [
      'bytes that are broken',
      ({ s3 }, key) => s3.put(key, Buffer.from(gzipSync(textOf(500)).fill(7, 40, 60))),
      'corrupt',
      3,
    ],
    ['a body cut in its middle', ({ s3, clock: _ }, key) => cutBodies(s3, key), 'truncated', 3],
    [
      'fields nobody can count from',
      ({ s3 }, key) => s3.put(key, gzipSync('version bytes\n2 3\n')),
      'unknown format',
      1,
    ],
    [
      'a transit gateway’s flow log',
      ({ s3 }, key) => s3.put(key, gzipSync('version resource-type tgw-id\n')),
      'transit gateway',
      1,
    ],
    ['no header line', ({ s3 }, key) => s3.put(key, gzipSync('2 123 eni-1 10.0.0.1\n')), 'unknown format', 1],
    ['no right to read it', ({ s3 }, key) => deny(s3, key), 'access denied', 3],
  ]
for (const [name, make, reason, tries] of faults)
  test(`${name}: tried ${tries} times, then set aside and counted as ${reason}; the others are read`, async () => {
    await using reading = await Reading.begin()
    const bad = keyOf(before(minutes(30)))
    make(reading, bad)
    reading.s3.put(keyOf(before(minutes(20))), gzipSync(textOf(2)))
    await reading.import(before(minutes(60)), NOON)
    equal(reading.server.done.length, 1)
    equal(reading.totals.setAside.get(reason as never), 1)
    equal(reading.s3.http.seen.filter(({ path }) => path.endsWith(bad)).length, tries)
    deepEqual(
      reading.server.ledger.get([...reading.server.ledger.keys()].find(id => id.includes(bad)) ?? '')?.isDone,
      undefined,
    )
    if (tries > 1) equal(reading.clock.at - NOON, 60_000 + 120_000)
  })

function cutBodies(s3: Reading['s3'], key: string): void {
  s3.put(key, gzipSync(textOf(5_000)))
  s3.http.fail({ kind: 'cut' }, 3, ({ path }) => path.endsWith(key))
}
function deny(s3: Reading['s3'], key: string): void {
  s3.put(key, gzipSync(textOf(1)))
  const reply = s3Error(403, 'AccessDenied', 'User is not authorized to perform: kms:Decrypt')
  s3.http.fail({ kind: 'reply', reply }, 3, ({ path }) => path.endsWith(key))
}

test('an object that vanishes between listing and reading is set aside after its tries', async () => {
  await using reading = await Reading.begin()
  const key = keyOf(before(minutes(30)))
  reading.s3.put(key, gzipSync(textOf(2)))
  const { arrived, release } = reading.s3.http.hold(isGet)
  const running = reading.import(before(minutes(60)), NOON)
  await arrived
  reading.s3.objects.delete(key)
  release()
  await running
  deepEqual([reading.server.done.length, reading.totals.setAside.get('vanished')], [0, 1])
})

test('throttling and expired credentials are nobody’s fault: patience, then all is read', async () => {
  await using reading = await Reading.begin()
  reading.s3.put(keyOf(before(minutes(30))), gzipSync(textOf(2)))
  const slow = s3Error(503, 'SlowDown', 'Please reduce your request rate.')
  const expired = s3Error(400, 'ExpiredToken', 'The provided token has expired.')
  reading.s3.http.fail({ kind: 'reply', reply: slow }, 2, isList)
  reading.s3.http.fail({ kind: 'reply', reply: expired }, 1, isList)
  reading.s3.http.fail({ kind: 'reply', reply: slow }, 6, isGet)
  reading.s3.http.fail({ kind: 'reset' }, 2, isGet)
  await reading.import(before(minutes(60)), NOON)
  equal(bytesOf(reading), 20)
  equal(
    [...reading.totals.setAside.values()].every(count => count === 0),
    true,
  )
  equal((reading.totals.troubles.get('AWS') ?? 0) >= 4, true)
})

test('the same object under two keys is two objects: only AWS’s own duplicates have one key', async () => {
  await using reading = await Reading.begin()
  const key = keyOf(before(minutes(30)))
  reading.s3.put(key, gzipSync(textOf(2)))
  await reading.import(before(minutes(60)), NOON)
  await reading.import(before(minutes(60)), NOON)
  deepEqual(keysDone(reading), [key])
})

test('what a format lacks is said with the next renewal of the lease', async () => {
  await using reading = await Reading.begin()
  reading.s3.put(keyOf(before(minutes(30))), gzipSync(textOf(2)))
  await reading.import(before(minutes(60)), NOON)
  const report = reading.totals.report({ version: '0.1.0', process: 'reader-1', mode: 'import' }, 0)
  deepEqual(
    report.flowLogs.map(({ id, place }) => [id, place]),
    [['fl-0123abcd', 's3://flow-logs/']],
  )
  equal(
    report.flowLogs[0]?.missing.some(({ field }) => field === 'flow-direction'),
    true,
  )
  equal(report.newestRecord, 60_000)
})
