import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readParquet } from '../../../agent/vpcflow/read-parquet.ts'
import { Duck, quoted } from '../../duckdb.ts'
import { random } from '../../random.ts'
import { type NaiveRecord, naiveSums, sumsOf } from './naive.ts'
import { batchesOf, type PlainRow, plainRows } from './plain-rows.ts'

const FIELDS = [
  ...['version', 'interface-id', 'srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr', 'srcport', 'dstport', 'protocol'],
  ...[
    'packets',
    'bytes',
    'start',
    'end',
    'action',
    'log-status',
    'tcp-flags',
    'az-id',
    'flow-direction',
    'traffic-path',
  ],
]

function randomRecords(seed: number, count: number): NaiveRecord[] {
  const next = random(seed)
  const pick = (below: number): number => Math.floor(next() * below)
  const one = (...values: readonly string[]): string => values[pick(values.length)] ?? '-'
  const address = () =>
    one(`10.0.${pick(3)}.${pick(40)}`, `10.0.${pick(3)}.${pick(40)}`, `2001:db8::${(1 + pick(30)).toString(16)}`)
  const port = () => String(one('80', '443', '50051', '0') === '80' ? 80 : [443, 50_051, 0, 30_000 + pick(6)][pick(4)])
  return Array.from({ length: count }, () => {
    const start = 1_616_729_280 + pick(400)
    const status = one('OK', 'OK', 'OK', 'OK', 'NODATA', 'SKIPDATA')
    const isOk = status === 'OK'
    const zone = pick(3)
    return {
      version: '5',
      'interface-id': `eni-${zone}${pick(4)}`,
      srcaddr: isOk ? address() : '-',
      dstaddr: isOk && next() < 0.98 ? address() : '-',
      'pkt-srcaddr': isOk && next() < 0.9 ? address() : '-',
      'pkt-dstaddr': isOk && next() < 0.9 ? address() : '-',
      srcport: isOk ? port() : '-',
      dstport: isOk ? port() : '-',
      protocol: isOk ? one('6', '6', '17', '1') : '-',
      packets: isOk ? String(1 + pick(1000)) : '-',
      bytes: isOk ? String(pick(2) * pick(2 ** 31) + pick(90_000)) : '-',
      start: String(start),
      end: String(start + pick(5) * pick(150)),
      action: isOk ? one('ACCEPT', 'ACCEPT', 'ACCEPT', 'REJECT') : '-',
      'log-status': status,
      'tcp-flags': one('-', '0', '2', '3', '18', '19', '1'),
      'az-id': `use1-az${zone}`,
      'flow-direction': one('egress', 'ingress', '-'),
      'traffic-path': one('-', '1', '8'),
    }
  })
}

function shuffled(fields: readonly string[], next: () => number): string[] {
  const left = [...fields]
  return fields.map(() => left.splice(Math.floor(next() * left.length), 1)[0] ?? '')
}

async function fromParquet(duck: Duck, folder: string, text: string): Promise<PlainRow[]> {
  const [lines, parquet] = [join(folder, 'lines'), join(folder, 'parquet')]
  writeFileSync(lines, text)
  const numbers = ['srcport', 'dstport', 'protocol', 'packets', 'bytes', 'start', 'end', 'tcp-flags', 'traffic-path']
  const columns = FIELDS.map(field => {
    const value = numbers.includes(field) ? `"${field}"::bigint` : `"${field}"`
    return `${value} AS "${field.replaceAll('-', '_')}"`
  })
  const csv = `read_csv(${quoted(lines)}, delim=' ', header=true, nullstr='-', all_varchar=true)`
  await duck.run(
    `COPY (SELECT ${columns.join(', ')} FROM ${csv}) TO ${quoted(parquet)} (FORMAT parquet, CODEC 'gzip', ROW_GROUP_SIZE 2048)`,
  )
  const bytes = readFileSync(parquet)
  const read = async (from: number, to: number) => bytes.subarray(from, to)
  const rows: PlainRow[] = []
  for await (const batch of readParquet({ size: bytes.length, read }, { committed: 0, onFormat: () => {} }))
    rows.push(...plainRows(batch))
  return rows
}

test('random objects: text, Parquet and a naive reading give the same sums, whatever the order of fields', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-random-'))
  await using duck = await Duck.open()
  try {
    for (let seed = 1; seed <= 5; seed++) {
      const records = randomRecords(seed, 2_500)
      const fields = shuffled(FIELDS, random(seed))
      const text = [fields, ...records.map(record => fields.map(field => record[field]))]
        .map(line => line.join(' '))
        .join('\n')
      const expected = naiveSums(records)
      const lines = sumsOf((await batchesOf(text, { chunk: 1_000 * seed })).flatMap(plainRows))
      deepEqual(new Map([...lines].sort()), new Map([...expected].sort()))
      deepEqual(new Map([...sumsOf(await fromParquet(duck, folder, text))].sort()), new Map([...lines].sort()))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('whatever is cut off, the sums of all batches are the bytes of all records', async () => {
  const records = randomRecords(99, 20_000)
  const text = [FIELDS, ...records.map(record => FIELDS.map(field => record[field]))]
    .map(line => line.join(' '))
    .join('\n')
  const whole = await batchesOf(text, { chunk: 65_536 })
  const bytes = (of: typeof whole) => of.flatMap(plainRows).reduce((sum, row) => sum + row.bytes, 0)
  const total = bytes(whole)
  for (const { records: part } of whole) {
    const rest = await batchesOf(text, { chunk: 65_536, committed: part.to })
    const before = whole.filter(batch => batch.records.to <= part.to)
    equal(bytes(before) + bytes(rest), total)
  }
})
