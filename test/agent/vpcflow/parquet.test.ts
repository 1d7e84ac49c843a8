import { deepEqual, equal, rejects } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ObjectBatch } from '../../../agent/vpcflow/batch.ts'
import { readParquet } from '../../../agent/vpcflow/read-parquet.ts'
import { Duck, quoted } from '../../duckdb.ts'
import { plainRows } from './plain-rows.ts'

// DuckDB writes all files of this test.
let duck: Duck
const folder = mkdtempSync(join(tmpdir(), 'weir-parquet-'))
before(async () => {
  duck = await Duck.open()
})
after(async () => {
  await duck[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

let files = 0
/** Bytes of a Parquet file with what the query gives. */
async function written(query: string, options = "codec 'gzip'"): Promise<Buffer> {
  const path = join(folder, `${++files}.parquet`)
  await duck.run(`COPY (${query}) TO ${quoted(path)} (FORMAT parquet, ${options})`)
  return readFileSync(path)
}

async function batchesOf(bytes: Uint8Array, committed = 0): Promise<ObjectBatch[]> {
  const read = async (from: number, to: number) => bytes.subarray(from, to)
  const batches: ObjectBatch[] = []
  for await (const batch of readParquet({ size: bytes.length, read }, { committed, onFormat: () => {} }))
    batches.push(batch)
  return batches
}
const rowsOf = async (bytes: Uint8Array) => (await batchesOf(bytes)).flatMap(plainRows)
const skippedOf = async (bytes: Uint8Array) => (await batchesOf(bytes)).map(({ skipped }) => skipped)

/** A record by AWS's column names and types (Athena's DDL for VPC flow logs), as SQL; parts may be replaced. */
function record(more: { readonly [column: string]: string } = {}): string {
  const columns = {
    version: '5::integer',
    account_id: "'123456789012'",
    interface_id: "'eni-1'",
    srcaddr: "'10.0.0.71'",
    dstaddr: "'52.95.128.179'",
    srcport: '34210::integer',
    dstport: '80::integer',
    protocol: '6::bigint',
    packets: '7::bigint',
    bytes: '471::bigint',
    start: '1616729280::bigint',
    end: '1616729339::bigint',
    action: "'ACCEPT'",
    log_status: "'OK'",
    tcp_flags: '3::integer',
    pkt_srcaddr: "'10.0.0.72'",
    pkt_dstaddr: "'52.95.128.179'",
    az_id: "'use1-az1'",
    flow_direction: "'egress'",
    traffic_path: '8::integer',
    ...more,
  }
  return `SELECT ${Object.entries(columns)
    .map(([name, value]) => `${value} AS "${name}"`)
    .join(', ')}`
}
const expected = {
  minute: 26945488,
  interface: 'eni-1',
  zone: 'use1-az1',
  source: '10.0.0.71',
  destination: '52.95.128.179',
  packetSource: '10.0.0.72',
  packetDestination: '52.95.128.179',
  direction: 'egress',
  initiator: 'source',
  port: 80,
  protocol: 6,
  path: 8,
  nextHop: undefined,
  bytes: 471,
  packets: 7,
  flows: 1,
}

for (const codec of ['gzip', 'snappy', 'uncompressed', 'zstd', 'brotli'])
  test(`pages packed with ${codec}`, async () => {
    deepEqual(await rowsOf(await written(record(), `codec '${codec}'`)), [expected])
  })

test('version 2 pages and delta encodings', async () => {
  const query = `${record({ bytes: 'range::bigint', srcaddr: "'10.0.' || (range // 250) || '.' || (range % 250)" })} FROM range(5000)`
  const bytes = await written(query, "codec 'gzip', parquet_version v2, dictionary_size_limit 1")
  const rows = await rowsOf(bytes)
  equal(
    rows.reduce((sum, row) => sum + row.bytes, 0),
    (5000 * 4999) / 2,
  )
  equal(new Set(rows.map(({ source }) => source)).size, 5000)
})

const types: readonly [what: string, columns: { readonly [column: string]: string }][] = [
  [
    'numbers as bigint',
    { srcport: '34210::bigint', dstport: '80::bigint', tcp_flags: '3::bigint', traffic_path: '8::bigint' },
  ],
  [
    'numbers as int32',
    { protocol: '6::integer', packets: '7::integer', bytes: '471::integer', start: '1616729280::integer' },
  ],
  [
    'numbers as double',
    { protocol: '6::double', bytes: '471::double', tcp_flags: '3::float', traffic_path: '8::double' },
  ],
  [
    'numbers as text',
    {
      srcport: "'34210'",
      dstport: "'80'",
      protocol: "'6'",
      bytes: "'471'",
      packets: "'7'",
      tcp_flags: "'3'",
      traffic_path: "'8'",
    },
  ],
  ['an account as number', { account_id: '123456789012::bigint' }],
  ['unsigned and small', { srcport: '34210::uinteger', protocol: '6::utinyint', traffic_path: '8::smallint' }],
]
for (const [what, columns] of types)
  test(`the same record with ${what}`, async () => {
    const [batch] = await batchesOf(await written(record(columns)))
    deepEqual(batch && plainRows(batch), [expected])
    equal(batch?.interfaces[0]?.account, '123456789012')
  })

const special: readonly [what: string, columns: { readonly [column: string]: string }, reason: string][] = [
  [
    'NODATA, dashes',
    { log_status: "'NODATA'", srcaddr: "'-'", dstaddr: "'-'", bytes: 'NULL::bigint', action: "'-'" },
    'no data',
  ],
  [
    'SKIPDATA, nulls',
    { log_status: "'SKIPDATA'", srcaddr: 'NULL::varchar', bytes: 'NULL::bigint', protocol: 'NULL::bigint' },
    'skipped by AWS',
  ],
  ['REJECT', { action: "'REJECT'" }, 'rejected'],
  ['below zero', { bytes: '-1::bigint' }, 'malformed'],
  ['half a byte', { bytes: '1.5::double' }, 'malformed'],
  ['words for a number', { bytes: "'many'" }, 'malformed'],
  ['no address at all', { srcaddr: "'-'", pkt_srcaddr: "'-'" }, 'no addresses'],
]
for (const [what, columns, reason] of special)
  test(`${what}: counted as ${reason}`, async () => {
    deepEqual(await skippedOf(await written(record(columns))), [{ [reason]: 1 }])
  })

test('nulls between values, over pages and row groups, and a dash where there is no path', async () => {
  const query = `${record({
    traffic_path: 'CASE WHEN range % 3 = 0 THEN NULL ELSE 1::integer END',
    flow_direction: "CASE WHEN range % 3 = 0 THEN 'ingress' WHEN range % 3 = 1 THEN 'egress' ELSE NULL END",
  })} FROM range(9000)`
  const rows = await rowsOf(await written(query, "codec 'gzip', row_group_size 2048"))
  const seen = rows.map(({ path, direction, flows }) => ({ path, direction, flows }))
  deepEqual(
    seen.sort((a, b) => a.direction.localeCompare(b.direction)),
    [
      { path: 1, direction: 'egress', flows: 3000 },
      { path: 0, direction: 'ingress', flows: 3000 },
      { path: 1, direction: 'unknown', flows: 3000 },
    ],
  )
})

test('rows that are committed are passed over, whole row groups without being read', async () => {
  const bytes = await written(
    `${record({ bytes: 'range::bigint' })} FROM range(9000)`,
    "codec 'gzip', row_group_size 2048",
  )
  const [batch] = await batchesOf(bytes, 8_999)
  deepEqual(
    [batch?.records, batch && plainRows(batch).map(row => row.bytes)],
    [{ from: 8999, to: 9000, isLast: true }, [8999]],
  )
})

test('what is cut, broken or of another kind is said, and never throws anything else', async () => {
  const bytes = await written(`${record({ bytes: 'range::bigint' })} FROM range(3000)`)
  await rejects(batchesOf(bytes.subarray(0, -10)), { name: 'ReadFault', reason: 'truncated' })
  await rejects(batchesOf(bytes.subarray(0, 6)), { name: 'ReadFault', reason: 'truncated' })
  await rejects(batchesOf(await written('SELECT 1 AS version, 2 AS bytes')), {
    name: 'ReadFault',
    reason: 'unknown format',
  })
  await rejects(batchesOf(await written("SELECT 'tgw-1' AS tgw_id, 2 AS bytes")), {
    name: 'ReadFault',
    reason: 'transit gateway',
  })
  const nested = await written(record({ srcaddr: "['10.0.0.1']" }))
  await rejects(batchesOf(nested), { name: 'ReadFault', reason: 'unknown format' })
  for (let at = 4; at < bytes.length - 8; at += 37) {
    const broken = Buffer.from(bytes)
    broken[at] = (broken[at] ?? 0) ^ 0x5a
    await batchesOf(broken).catch(error => equal(error.name, 'ReadFault', `byte ${at}: ${error.stack}`))
  }
})
