import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_FORMAT } from '../../../agent/vpcflow/format.ts'
import { batchesOf, plainRows, rowsOf } from './plain-rows.ts'

// Lines are AWS's own (VPC user guide, "Flow log record examples"), double spaces included.
const V5 =
  'version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id instance-id ' +
  'interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr ' +
  'pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status'
const minuteOf = (seconds: number) => Math.floor(seconds / 60)

test('version 2, the default format: SSH of one minute, cut at the minute’s end', async () => {
  const rows = await rowsOf(
    DEFAULT_FORMAT,
    '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK',
  )
  // 10 of the 60 seconds lie before 1418530020, which is a whole minute.
  const both = {
    interface: 'eni-1235b8ca123456789',
    zone: undefined,
    source: '172.31.16.139',
    destination: '172.31.16.21',
    packetSource: '172.31.16.139',
    packetDestination: '172.31.16.21',
    direction: 'unknown',
    initiator: 'source',
    port: 22,
    protocol: 6,
    path: 0,
    nextHop: undefined,
  }
  deepEqual(rows, [
    { minute: minuteOf(1418530010), ...both, bytes: 708, packets: 3, flows: 1 },
    { minute: minuteOf(1418530070), ...both, bytes: 3541, packets: 17, flows: 0 },
  ])
})

test('version 2 over IPv6: addresses come out in canonical text', async () => {
  const rows = await rowsOf(
    DEFAULT_FORMAT,
    '2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 2001:db8:1234:a102:0:0:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK',
  )
  deepEqual(
    [rows[0]?.source, rows[0]?.destination, rows.reduce((sum, { bytes }) => sum + bytes, 0)],
    ['2001:db8:1234:a100:8d6e:3477:df66:f105', '2001:db8:1234:a102::34cf:4071', 8855],
  )
})

test('version 5: an answer of S3 and the question before it, seen by one instance', async () => {
  const rows = await rowsOf(
    V5,
    '5 52.95.128.179 10.0.0.71 80 34210 6 1616729292 1616729349 IPv4 14 15044 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 19 52.95.128.179 10.0.0.71 S3 - - ingress OK',
    '5 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 IPv4 7 471 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 8 egress OK',
  )
  const seen = rows.map(({ zone, direction, initiator, port, path, flows }) => [
    zone,
    direction,
    initiator,
    port,
    path,
    flows,
  ])
  deepEqual(seen, [
    ['apse2-az3', 'ingress', 'destination', 80, 0, 1],
    ['apse2-az3', 'ingress', 'destination', 80, 0, 0],
    ['apse2-az3', 'egress', 'source', 80, 8, 1],
    ['apse2-az3', 'egress', 'source', 80, 8, 0],
  ])
  const sums = [rows.slice(0, 2), rows.slice(2)].map(two => two.reduce((sum, { bytes }) => sum + bytes, 0))
  deepEqual(sums, [15_044, 471])
})

const NAT = 'instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes start end'
test('a NAT gateway’s interface: what it saw on both sides, and whose packets they were', async () => {
  const rows = await rowsOf(
    NAT,
    '- eni-1235b8ca123456789 10.0.1.5   10.0.0.220  10.0.1.5    203.0.113.5     100 60 60',
    '- eni-1235b8ca123456789 10.0.0.220 203.0.113.5 10.0.0.220  203.0.113.5     100 60 60',
    '- eni-1235b8ca123456789 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220      900 60 60',
    '- eni-1235b8ca123456789 10.0.0.220 10.0.1.5    203.0.113.5 10.0.1.5        900 60 60',
  )
  deepEqual(
    rows.map(({ source, destination, packetSource, packetDestination }) => [
      source,
      destination,
      packetSource,
      packetDestination,
    ]),
    [
      ['10.0.1.5', '10.0.0.220', '10.0.1.5', '203.0.113.5'],
      ['10.0.0.220', '203.0.113.5', '10.0.0.220', '203.0.113.5'],
      ['203.0.113.5', '10.0.0.220', '203.0.113.5', '10.0.0.220'],
      ['10.0.0.220', '10.0.1.5', '203.0.113.5', '10.0.1.5'],
    ],
  )
})

test('version 11: the other interface of the hop, and a regional NAT gateway by its own id', async () => {
  const rows = await rowsOf(
    `${V5} resource-id interface-type next-hop-interface-id next-hop-az-id next-hop-vpc-id next-hop-interface-type`,
    '11 10.0.0.71 10.0.9.9 34210 80 6 1616729280 1616729339 IPv4 7 471 123456789012 vpc-1 subnet-1 - eni-1 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 1 egress OK - - eni-nat apse2-az1 vpc-1 nat_gateway',
    '11 10.0.9.9 52.95.128.179 2000 80 6 1616729280 1616729339 IPv4 7 471 123456789012 vpc-1 - - - ap-southeast-2 apse2-az1 - - ACCEPT 3 10.0.9.9 52.95.128.179 - S3 8 egress OK nat-0123 regional_nat_gateway - - - -',
    '11 10.0.9.9 52.95.128.179 2000 80 6 1616729280 1616729339 IPv4 7 471 123456789012 vpc-1 - - - ap-southeast-2 apse2-az2 - - ACCEPT 3 10.0.9.9 52.95.128.179 - S3 8 egress OK nat-0123 regional_nat_gateway - apse2-az3 - -',
  )
  deepEqual(
    rows.map(({ interface: id, zone, nextHop }) => [id, zone, nextHop]),
    [
      ['eni-1', 'apse2-az3', { id: 'eni-nat', vpc: 'vpc-1', zoneId: 'apse2-az1', type: 'nat_gateway' }],
      ['nat-0123', 'apse2-az1', undefined],
      ['nat-0123', 'apse2-az2', { zoneId: 'apse2-az3' }],
    ],
  )
})

test('a pod’s secondary address is in pkt-dstaddr, its node’s in dstaddr; ten minutes are spread over ten', async () => {
  const rows = await rowsOf(
    'interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end',
    'eni-1 10.0.5.5 10.0.1.10 10.0.5.5 10.0.1.77 40000 8080 6 100 1000003 600 1200',
  )
  equal(rows.length, 10)
  deepEqual([rows[0]?.destination, rows[0]?.packetDestination], ['10.0.1.10', '10.0.1.77'])
  equal(
    rows.reduce((sum, { bytes }) => sum + bytes, 0),
    1_000_003,
  )
  equal(
    rows.every(({ bytes }) => bytes === 100_000 || bytes === 100_001),
    true,
  )
})

const special: readonly [line: string, reason: string][] = [
  ['2 1 eni-1 - - - - - - - 1431280876 1431280934 - NODATA', 'no data'],
  ['2 1 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA', 'skipped by AWS'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK', 'rejected'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 49761 3389 6 20 - 1418530010 1418530070 REJECT OK', 'rejected'],
  ['2 1 eni-1 - - - - - - - 1431280876 1431280934 - OK', 'no addresses'],
  ['2 1 eni-1 172.31.9.69 - 49761 3389 6 20 4249 1418530010 1418530070 ACCEPT OK', 'no addresses'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 49761 3389 6 20 - 1418530010 1418530070 ACCEPT OK', 'malformed'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 49761 3389 6 20 4e9 1418530010 1418530070 ACCEPT OK', 'malformed'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 70000 3389 6 20 4249 1418530010 1418530070 ACCEPT OK', 'malformed'],
  ['2 1 eni-1 172.31.9.690 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 ACCEPT OK', 'malformed'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530070 1418530010 ACCEPT OK', 'malformed'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418930070 ACCEPT OK', 'malformed'],
  ['2 1 eni-1 172.31.9.69 172.31.9.12 49761 3389 6 20 42', 'malformed'],
  ['2 1 eni-1 1.1.1.1 2.2.2.2 1 2 6 20 4249 1418530010 1418530070 ACCEPT OK more', 'malformed'],
]
for (const [line, reason] of special)
  test(`counted as ${reason}, without bytes: ${line}`, async () => {
    const [batch] = await batchesOf(`${DEFAULT_FORMAT}\n${line}\n`)
    deepEqual(
      [batch?.rows.count, batch?.skipped, batch?.records],
      [0, { [reason]: 1 }, { from: 0, to: 1, isLast: true }],
    )
  })

const opened: readonly [flags: string, ports: string, initiator: string, port: number][] = [
  ['2', '40000 80', 'source', 80],
  ['2', '80 40000', 'source', 40_000],
  ['18', '80 40000', 'destination', 80],
  ['19', '50051 40000', 'destination', 50_051],
  ['3', '40000 50051', 'source', 50_051],
  ['0', '40000 80', 'source', 80],
  ['1', '443 51000', 'destination', 443],
  ['-', '443 51000', 'destination', 443],
  ['0', '45000 51000', 'unknown', 0],
  ['0', '123 123', 'unknown', 123],
  ['0', '0 0', 'unknown', 0],
]
for (const [flags, ports, initiator, port] of opened)
  test(`tcp-flags ${flags}, ports ${ports}: opened by ${initiator}, port ${port}`, async () => {
    const [row] = await rowsOf(
      'interface-id srcaddr dstaddr srcport dstport protocol tcp-flags bytes start end',
      `eni-1 10.0.0.1 10.0.0.2 ${ports} 6 ${flags} 10 60 60`,
    )
    deepEqual([row?.initiator, row?.port], [initiator, port])
  })

test('a header in the middle changes the format; neither header is a record', async () => {
  const text = `interface-id srcaddr dstaddr bytes start end\neni-1 10.0.0.1 10.0.0.2 7 60 60\nstart end bytes pkt-dstaddr pkt-srcaddr interface-id\n60 60 8 10.0.0.9 10.0.0.8 eni-2\n`
  const [batch] = await batchesOf(text)
  deepEqual(batch?.records, { from: 0, to: 2, isLast: true })
  deepEqual(batch && plainRows(batch).map(row => [row.interface, row.source, row.packetDestination, row.bytes]), [
    ['eni-1', '10.0.0.1', '10.0.0.2', 7],
    ['eni-2', '10.0.0.8', '10.0.0.9', 8],
  ])
})

test('flows that differ in nothing but the ephemeral port are one row', async () => {
  const line = (port: number) => `eni-1 10.0.0.1 10.0.0.2 ${port} 80 6 10 60 119`
  const rows = await rowsOf(
    'interface-id srcaddr dstaddr srcport dstport protocol bytes start end',
    line(40_000),
    line(40_001),
  )
  deepEqual(
    rows.map(({ bytes, flows }) => [bytes, flows]),
    [[20, 2]],
  )
})

test('what is committed already is passed over, and the next batch begins there', async () => {
  const line = (bytes: number) => `eni-1 10.0.0.1 10.0.0.2 ${bytes} 60 60`
  const text = ['interface-id srcaddr dstaddr bytes start end', line(1), line(2), line(4)].join('\n')
  const [batch] = await batchesOf(text, { committed: 2 })
  deepEqual(
    [batch?.records, batch && plainRows(batch).map(({ bytes }) => bytes)],
    [{ from: 2, to: 3, isLast: true }, [4]],
  )
})

test('an object of many rows is several batches of whole records, the same in every read', async () => {
  const lines = Array.from(
    { length: 30_000 },
    (_, i) => `eni-1 10.${i >> 16}.${(i >> 8) & 255}.${i & 255} 10.0.0.2 ${i} 60 60`,
  )
  const text = ['interface-id srcaddr dstaddr bytes start end', ...lines].join('\n')
  const read = async (chunk: number) => (await batchesOf(text, { chunk })).map(({ records }) => records)
  const batches = await read(1_000)
  deepEqual(
    batches.map(({ isLast }) => isLast),
    [false, false, true],
  )
  deepEqual(
    batches.map(({ from }) => from),
    [0, ...batches.slice(0, -1).map(({ to }) => to)],
  )
  deepEqual(await read(99_991), batches)
})
