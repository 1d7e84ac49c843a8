import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch, RowColumns } from '@weir/contract/agent-wire.ts'
import { columnNames, decodeBatch, encodeBatch, rowColumns, sliceRows } from '@weir/contract/batch-codec.ts'
import { checkHeader } from '@weir/contract/batch-header.ts'
import { numbers } from './numbers.ts'
import { sampleHeader } from './sample-header.ts'

/** One row's columns, written by hand from the layout in batch-codec.ts; doubles are IEEE 754, lowest byte first. */
const columnBytes = {
  initiator: '00000000 00000000', // end 0
  responder: '01000000 00000000', // end 1
  via: 'ffffffff 00000000', // none
  leg: '00 00000000000000', // direct
  role: '00 00000000000000', // primary
  dialled: '01 00000000000000', // cluster-ip
  service: '00000000 00000000', // service 0
  protocol: '06 00000000000000', // TCP
  port: '5000 000000000000', // 80
  generation: '02000000 00000000', // 2
  bytesToResponder: '0000000000408f40', // 1000
  bytesToInitiator: '0000000000709740', // 1500
  wireToResponder: '0000000000409040', // 1040
  wireToInitiator: '0000000000b09840', // 1580
  connections: '03000000 00000000', // 3
}

/** A body by hand: "WEIR", header length, header padded with blanks, columns. */
function body(header: object = sampleHeader, columns: { [name: string]: string } = columnBytes): Uint8Array {
  const text = JSON.stringify(header)
  const padded = text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(padded.length)
  const hex = Object.values(columns).join('').replaceAll(' ', '')
  return new Uint8Array(Buffer.concat([Buffer.from('WEIR'), length, Buffer.from(padded), Buffer.from(hex, 'hex')]))
}

const decode = (bytes: Uint8Array) => decodeBatch(bytes, checkHeader)

function decoded(bytes: Uint8Array): Batch {
  const result = decode(bytes)
  assert.ok(result.ok, result.ok ? '' : result.detail)
  return result.batch
}

const firstRow = (rows: RowColumns) => Object.fromEntries(columnNames.map(name => [name, rows[name][0]]))
const wantedRow = {
  ...{ initiator: 0, responder: 1, via: 0xffffffff, leg: 0, role: 0, dialled: 1, service: 0, protocol: 6, port: 80 },
  ...{
    generation: 2,
    bytesToResponder: 1_000,
    bytesToInitiator: 1_500,
    wireToResponder: 1_040,
    wireToInitiator: 1_580,
  },
  connections: 3,
}

test('bytes written by hand are read', () => {
  const { rows, ...rest } = decoded(body())
  const { count, ...header } = sampleHeader
  assert.deepEqual(rest, header)
  assert.equal(rows.count, count)
  assert.deepEqual(firstRow(rows), wantedRow)
})

test('what is written is what was written by hand, but for the order of the header’s keys', () => {
  const written = encodeBatch(decoded(body()))
  const parts = (bytes: Uint8Array) => {
    const columnsAt = 8 + new DataView(bytes.buffer).getUint32(4, true)
    const header = Buffer.from(bytes.subarray(8, columnsAt)).toString()
    return [Buffer.from(bytes.subarray(0, 8)), JSON.parse(header), Buffer.from(bytes.subarray(columnsAt))]
  }
  assert.deepEqual(parts(written), parts(body()))
})

test('columns stand in the order of the layout', () => assert.deepEqual(columnNames, Object.keys(columnBytes)))

for (const offset of [1, 3, 7])
  test(`a body that begins ${offset} bytes into its memory is read the same`, () => {
    const bytes = body()
    const memory = new Uint8Array(bytes.length + offset)
    memory.set(bytes, offset)
    assert.deepEqual(firstRow(decoded(memory.subarray(offset)).rows), wantedRow)
  })

test('a header with letters of two bytes keeps its length in bytes', () => {
  const batch = decoded(body())
  const report = { ...batch.report, agentVersion: 'größer' }
  assert.equal(decoded(encodeBatch({ ...batch, report })).report.agentVersion, 'größer')
})

test('a batch without rows is a batch: it says that the node was watched', () => {
  const batch = decoded(body())
  assert.equal(decoded(encodeBatch({ ...batch, rows: rowColumns(0) })).rows.count, 0)
})

test('a slice is the same memory, and is written as if it were whole', () => {
  const rows = rowColumns(5)
  rows.via.fill(0xffffffff)
  rows.bytesToResponder.set([1, 2, 3, 4, 5])
  const slice = sliceRows(rows, 2, 2)
  assert.deepEqual([slice.count, ...slice.bytesToResponder], [2, 3, 4])
  const { rows: read } = decoded(encodeBatch({ ...decoded(body()), rows: slice }))
  assert.deepEqual([...read.bytesToResponder], [3, 4])
})

const framing: [why: string, bytes: Uint8Array, detail: RegExp][] = [
  ['nothing', new Uint8Array(0), /^body of 0 bytes is shorter/],
  ['less than the first eight bytes', body().subarray(0, 7), /^body of 7 bytes is shorter/],
  ['another format', new Uint8Array(Buffer.from('PK\u0003\u0004 a zip file')), /does not begin with "WEIR"/],
  ['a header longer than the body', body().subarray(0, 16), /^header length \d+ does not fit a body of 16 bytes/],
  [
    'a header length that is no multiple of 8',
    Uint8Array.from(body(), (byte, i) => (i === 4 ? byte + 1 : byte)),
    /^header length/,
  ],
  [
    'a header that is no JSON',
    Uint8Array.from(body(), (byte, i) => (i === 8 ? 0x78 : byte)),
    /^header is not JSON in UTF-8/,
  ],
  [
    'a header that is no UTF-8',
    Uint8Array.from(body(), (byte, i) => (i === 12 ? 0xff : byte)),
    /^header is not JSON in UTF-8/,
  ],
  ['a body that ends in a column', body().subarray(0, -8), /^body ends within column connections: 1 rows announced/],
  ['a body that goes on', new Uint8Array([...body(), ...new Uint8Array(8)]), /^8 bytes after the last column/],
  ['fewer rows than announced', body({ ...sampleHeader, count: 2 }), /^body ends within column/],
  ['more rows than announced', body({ ...sampleHeader, count: 0 }), /^120 bytes after the last column/],
]
for (const [why, bytes, detail] of framing)
  test(`${why} is refused`, () => {
    const result = decode(bytes)
    assert.match(result.ok ? '' : result.detail, detail)
  })

const rows: [why: string, columns: { [name: string]: string }, detail: RegExp][] = [
  [
    'an initiator beyond the ends',
    { initiator: '02000000 00000000' },
    /^row 0: initiator 2 is outside its table of 2$/,
  ],
  ['no initiator', { initiator: 'ffffffff 00000000' }, /^row 0: initiator/],
  ['no responder', { responder: 'ffffffff 00000000' }, /^row 0: responder/],
  ['a service beyond the services', { service: '01000000 00000000' }, /^row 0: service 1/],
  ['a fourth leg', { leg: '03 00000000000000', via: '00000000 00000000' }, /^row 0: leg 3 is not below 3$/],
  ['a fifth role', { role: '04 00000000000000' }, /^row 0: role 4/],
  ['a fourth way to dial', { dialled: '03 00000000000000' }, /^row 0: dialled 3/],
  ['a direct leg with a node in between', { via: '00000000 00000000' }, /^row 0: a direct leg has no via/],
  ['a second leg without one', { leg: '02 00000000000000' }, /^row 0: a direct leg has no via, the others have one/],
  ['half a byte', { bytesToResponder: '000000000000e03f' }, /^row 0: bytesToResponder 0.5 is not a whole number/],
  ['a byte less than none', { bytesToInitiator: '000000000000f0bf' }, /^row 0: bytesToInitiator -1/],
  ['bytes that are no number', { wireToResponder: '000000000000f87f' }, /^row 0: wireToResponder NaN/],
  ['endless bytes', { wireToInitiator: '000000000000f07f' }, /^row 0: wireToInitiator Infinity/],
  ['more bytes than any row can have', { bytesToResponder: '0000000000002043' }, /^row 0: bytesToResponder/],
]
for (const [why, columns, detail] of rows)
  test(`${why} is refused`, () => {
    const result = decode(body(sampleHeader, { ...columnBytes, ...columns }))
    assert.match(result.ok ? '' : result.detail, detail)
  })

test('no service is allowed', () => {
  const without = body(sampleHeader, { ...columnBytes, service: 'ffffffff 00000000' })
  assert.equal(decoded(without).rows.service[0], 0xffffffff)
})

/** What must hold of every row that is let in, said anew. */
function assertInRange({ ends, services, rows: all }: Batch): void {
  for (let i = 0; i < all.count; i++) {
    const at = (name: (typeof columnNames)[number]): number => all[name][i] ?? Number.NaN
    assert.ok(at('initiator') < ends.length && at('responder') < ends.length)
    assert.ok(at('leg') === 0 ? at('via') === 0xffffffff : at('leg') <= 2 && at('via') < ends.length)
    assert.ok(at('service') === 0xffffffff || at('service') < services.length)
    assert.ok(at('role') <= 3 && at('dialled') <= 2)
    for (const name of ['bytesToResponder', 'bytesToInitiator', 'wireToResponder', 'wireToInitiator'] as const)
      assert.ok(Number.isSafeInteger(at(name)) && at(name) >= 0, `${name} ${at(name)}`)
  }
}

test('whatever bytes come, nothing is thrown and no row out of range is let in', () => {
  const random = numbers(42)
  const below = (limit: number): number => Math.floor(random() * limit)
  const batch = decoded(body())
  const many = rowColumns(20)
  many.via.fill(0xffffffff)
  many.responder.fill(1)
  const seeds = [body(), encodeBatch({ ...batch, rows: many })]
  let taken = 0
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from(seeds[i % 2] ?? [])
    // Half of the changes go to the columns, where a changed byte is still a batch.
    const columnsAt = 8 + new DataView(bytes.buffer).getUint32(4, true)
    for (let changes = 1 + below(4); changes > 0; changes--) {
      const at = random() < 0.5 ? below(bytes.length) : columnsAt + below(bytes.length - columnsAt)
      bytes[at] = random() < 0.5 ? below(256) : (bytes[at] ?? 0) ^ (1 << below(8))
    }
    const result = decode(random() < 0.1 ? bytes.subarray(0, below(bytes.length)) : bytes)
    if (!result.ok) continue
    taken++
    assertInRange(result.batch)
  }
  assert.ok(taken > 1_000, `only ${taken} changed batches were still batches: the test has gone blind`)
})

test('random bytes are no batch', () => {
  const random = numbers(43)
  for (let i = 0; i < 5_000; i++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 200) }, () => random() * 256)
    if (i % 2 === 0) bytes.set(Buffer.from('WEIR').subarray(0, bytes.length))
    assert.equal(decode(bytes).ok, false)
  }
})
