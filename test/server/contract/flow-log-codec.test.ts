import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeFlowLogBatch,
  encodeFlowLogBatch,
  flowLogColumnNames,
  flowLogColumns,
  sliceFlowLogRows,
} from '@weir/contract/flow-log-codec.ts'
import type { FlowLogBatch } from '@weir/contract/flow-log-wire.ts'
import { numbers } from './numbers.ts'

const header = {
  version: 2,
  cluster: 'lab',
  lease: 'l-1',
  object: 's3://logs/AWSLogs/1/vpcflowlogs/x.log.gz#etag',
  records: { from: 0, to: 12, isLast: true },
  skipped: { 'no data': 2, rejected: 1 },
  interfaces: [{ id: 'eni-1', vpc: 'vpc-1', zoneId: 'use1-az1' }],
  addresses: ['10.0.1.5', '10.0.2.7', '2001:db8::1'],
  nextHops: [{ id: 'eni-2', type: 'nat_gateway' }, {}],
  count: 1,
}

/** One row's columns, written by hand from the layout in flow-log-codec.ts; doubles are IEEE 754, lowest byte first. */
const columnBytes = {
  minute: 'f8bcc101 00000000', // 29,474,040
  interface: '00000000 00000000',
  source: '00000000 00000000',
  destination: '01000000 00000000',
  packetSource: '00000000 00000000',
  packetDestination: '02000000 00000000',
  direction: '01 00000000000000', // egress
  initiator: '02 00000000000000', // destination
  port: '5000 000000000000', // 80
  protocol: '06 00000000000000', // TCP
  path: '01 00000000000000',
  nextHop: 'ffffffff 00000000', // none
  bytes: '0000000000408f40', // 1000
  packets: '0000000000001440', // 5
  flows: '03000000 00000000',
}
const wantedRow = {
  ...{ minute: 29_474_040, interface: 0, source: 0, destination: 1, packetSource: 0, packetDestination: 2 },
  ...{ direction: 1, initiator: 2, port: 80, protocol: 6, path: 1, nextHop: 0xffffffff },
  ...{ bytes: 1_000, packets: 5, flows: 3 },
}

/** A body by hand: "WFLO", header length, header padded with blanks, columns. */
function body(head: object = header, columns: { [name: string]: string } = columnBytes): Uint8Array {
  const text = JSON.stringify(head)
  const padded = text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(padded.length)
  const hex = Object.values(columns).join('').replaceAll(' ', '')
  return new Uint8Array(Buffer.concat([Buffer.from('WFLO'), length, Buffer.from(padded), Buffer.from(hex, 'hex')]))
}

function decoded(bytes: Uint8Array): FlowLogBatch {
  const result = decodeFlowLogBatch(bytes)
  assert.ok(result.ok, result.ok ? '' : result.detail)
  return result.batch
}

function refusal(bytes: Uint8Array): string {
  const result = decodeFlowLogBatch(bytes)
  return result.ok ? '' : result.detail
}

test('bytes written by hand are read', () => {
  const { rows, ...rest } = decoded(body())
  const { count, ...wanted } = header
  assert.deepEqual(rest, wanted)
  assert.equal(rows.count, count)
  assert.deepEqual(Object.fromEntries(flowLogColumnNames.map(name => [name, rows[name][0]])), wantedRow)
})

test('what is written is what was written by hand, but for the order of the header’s keys', () => {
  const written = encodeFlowLogBatch(decoded(body()))
  const parts = (bytes: Uint8Array) => {
    const columnsAt = 8 + new DataView(bytes.buffer).getUint32(4, true)
    const text = Buffer.from(bytes.subarray(8, columnsAt)).toString()
    return [Buffer.from(bytes.subarray(0, 8)), JSON.parse(text), Buffer.from(bytes.subarray(columnsAt))]
  }
  assert.deepEqual(parts(written), parts(body()))
})

test('columns stand in the order of the layout', () => assert.deepEqual(flowLogColumnNames, Object.keys(columnBytes)))

test('a slice is the same memory, and is written as if it were whole', () => {
  const rows = flowLogColumns(4)
  rows.nextHop.fill(0xffffffff)
  rows.bytes.set([1, 2, 3, 4])
  const batch = decoded(body())
  assert.deepEqual(
    [...decoded(encodeFlowLogBatch({ ...batch, rows: sliceFlowLogRows(rows, 1, 2) })).rows.bytes],
    [2, 3],
  )
})

test('a batch without rows is a batch: its records are done with', () => {
  assert.equal(decoded(body({ ...header, count: 0 }, {})).rows.count, 0)
})

const refused: [why: string, bytes: Uint8Array, detail: RegExp][] = [
  [
    'an agent’s batch',
    new Uint8Array(Buffer.from('WEIR0000')),
    /^body does not begin with "WFLO": not a flow-log batch/,
  ],
  ['nothing', new Uint8Array(0), /^body of 0 bytes is shorter than a flow-log batch's first 8/],
  ['a body that ends in a column', body().subarray(0, -8), /^body ends within column flows: 1 rows announced/],
  ['another version', body({ ...header, version: 3 }), /^wire version 3 is not among 1..2: upgrade the older end/],
]
const headers: [why: string, change: object, detail: RegExp][] = [
  ['a cluster that is no name', { cluster: 'a b' }, /^header.cluster is "a b", expected a name$/],
  ['no lease', { lease: undefined }, /^header.lease is undefined/],
  ['an object without a name', { object: '' }, /^header.object/],
  ['an object with an endless name', { object: 'x'.repeat(1_301) }, /^header.object/],
  ['records that run backwards', { records: { from: 2, to: 1, isLast: false } }, /^header.records/],
  ['records without an end', { records: { from: 0, to: 1 } }, /^header.records/],
  ['a negative count of skipped records', { skipped: { rejected: -1 } }, /^header.skipped/],
  ['an interface without an id', { interfaces: [{ vpc: 'vpc-1' }] }, /^header.interfaces\[0\] is {"vpc":"vpc-1"}/],
  ['an interface whose zone is a number', { interfaces: [{ id: 'eni-1', zoneId: 1 }] }, /^header.interfaces\[0\]/],
  ['a next hop that is a text', { nextHops: ['eni-1'] }, /^header.nextHops\[0\] is "eni-1"/],
  ['an address that is none', { addresses: ['10.0.0.256'] }, /^header.addresses\[0\] is "10.0.0.256", expected an IP/],
  ['an address in another form', { addresses: ['2001:DB8::1'] }, /^header.addresses\[0\]/],
  ['more rows than a batch may have', { count: 25_001 }, /^header.count is 25001, expected 0 to 25000 rows$/],
]
const rows: [why: string, columns: { [name: string]: string }, detail: RegExp][] = [
  [
    'an interface beyond the table',
    { interface: '01000000 00000000' },
    /^row 0: interface 1 is outside its table of 1$/,
  ],
  ['a source beyond the addresses', { source: '03000000 00000000' }, /^row 0: source 3/],
  ['no destination', { destination: 'ffffffff 00000000' }, /^row 0: destination/],
  ['a packet’s source beyond them', { packetSource: '03000000 00000000' }, /^row 0: packetSource/],
  ['a packet’s destination beyond them', { packetDestination: '03000000 00000000' }, /^row 0: packetDestination/],
  ['a fourth direction', { direction: '03 00000000000000' }, /^row 0: direction 3 is not below 3$/],
  ['a fourth initiator', { initiator: '03 00000000000000' }, /^row 0: initiator 3/],
  ['a next hop beyond the table', { nextHop: '02000000 00000000' }, /^row 0: nextHop 2 is outside its table of 2$/],
  ['half a byte', { bytes: '000000000000e03f' }, /^row 0: bytes 0.5 is not a whole number of bytes$/],
  [
    'packets that are no number',
    { packets: '000000000000f87f' },
    /^row 0: packets NaN is not a whole number of packets$/,
  ],
]
for (const [why, bytes, detail] of [
  ...refused,
  ...headers.map(([why, change, detail]) => [why, body({ ...header, ...change }), detail] as const),
  ...rows.map(([why, columns, detail]) => [why, body(header, { ...columnBytes, ...columns }), detail] as const),
])
  test(`${why} is refused`, () => assert.match(refusal(bytes), detail))

test('whatever bytes come, nothing is thrown and no row out of range is let in', () => {
  const random = numbers(44)
  const below = (limit: number): number => Math.floor(random() * limit)
  const seed = body()
  const columnsAt = 8 + new DataView(seed.buffer).getUint32(4, true)
  let taken = 0
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from(seed)
    const at = random() < 0.3 ? below(bytes.length) : columnsAt + below(bytes.length - columnsAt)
    bytes[at] = below(256)
    const result = decodeFlowLogBatch(random() < 0.1 ? bytes.subarray(0, below(bytes.length)) : bytes)
    if (!result.ok) continue
    taken++
    const { rows: all, addresses, interfaces, nextHops } = result.batch
    for (const name of ['source', 'destination', 'packetSource', 'packetDestination'] as const)
      assert.ok((all[name][0] ?? 0) < addresses.length)
    assert.ok((all.interface[0] ?? 0) < interfaces.length)
    assert.ok(all.nextHop[0] === 0xffffffff || (all.nextHop[0] ?? 0) < nextHops.length)
    assert.ok((all.direction[0] ?? 9) <= 2 && (all.initiator[0] ?? 9) <= 2)
    assert.ok(Number.isSafeInteger(all.bytes[0]) && Number.isSafeInteger(all.packets[0]))
  }
  assert.ok(taken > 1_000, `only ${taken} changed batches were still batches: the test has gone blind`)
})
