/**
 * `npm run bench:flowlogs`: what reading VPC flow logs costs on one core, from an object's bytes to batches, beside
 * `zcat | wc -l` and beside DuckDB (one thread) making the same sums of the same file: the same columns, bytes and
 * packets spread over the same minutes, grouped by the same key. Programs take turns; figures are medians of CPU time.
 *
 *   --records N   records of each object; the default makes 75 MB of gzip text, the most that AWS writes into one
 *   --rounds N    default 3
 *   --json        the last line is one object with all figures and bars
 *
 * Exit 1 when a bar is missed.
 */
import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { Duck } from '../duckdb.ts'
import { FIELDS, recordLines } from './flowlogs/records.ts'
import { copyToParquet } from './flowlogs/sql.ts'
import { atMost, type Bar, barText, short } from './ingest/bars.ts'

/** Of DuckDB's time for the same sums. */
const MOST_OF_DUCKDB = 1.5
/** Memory in the second half of an object beyond that in the first, MiB. */
const MOST_GROWTH_MIB = 32

interface Measured {
  readonly wallMs: number
  readonly cpuMs: number
  readonly records?: number
  readonly rows: number
  readonly bytes: number
  readonly packets: number
  readonly flows: number
  readonly grownMib?: number
  readonly peakMib?: number
}
const programs = ['zcat', 'text', 'text whole', 'text duckdb', 'parquet', 'parquet whole', 'parquet duckdb'] as const
type Program = (typeof programs)[number]

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '3100000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'weir-flowlogs-'))
try {
  process.exitCode = await bench(Number(values.records), Number(values.rounds))
} finally {
  rmSync(folder, { recursive: true })
}

async function bench(records: number, rounds: number): Promise<number> {
  const [text, parquet] = [join(folder, 'flow.log.gz'), join(folder, 'flow.log.parquet')]
  await pipeline(textOf(records), createGzip(), createWriteStream(text))
  await using duck = await Duck.open()
  await duck.run(copyToParquet(text, parquet))
  const sizes = { textMb: statSync(text).size / 1e6, parquetMb: statSync(parquet).size / 1e6 }
  console.log(`${records} records: ${short(sizes.textMb)} MB of gzip text, ${short(sizes.parquetMb)} MB of Parquet`)
  const found = new Map<Program, Measured[]>(programs.map(program => [program, []]))
  for (let round = 0; round < rounds; round++)
    for (const program of programs)
      found.get(program)?.push(run(program, program.startsWith('text') ? text : parquet, text))
  const of = (program: Program): Measured => median(found.get(program) ?? [])
  const disagreements = (['text', 'parquet'] as const).filter(
    kind => JSON.stringify(sumsOf(of(kind))) !== JSON.stringify(sumsOf(of(`${kind} duckdb`))),
  )
  const figures = {
    ...sizes,
    cores: availableParallelism(),
    ...Object.fromEntries(
      (['text', 'parquet'] as const).map(kind => [
        kind,
        {
          cpuOverZcat: of(kind).cpuMs / of('zcat').cpuMs,
          cpuOverDuckdb: of(kind).cpuMs / of(`${kind} duckdb`).cpuMs,
          wallOverDuckdb: of(kind).wallMs / of(`${kind} duckdb`).wallMs,
          cpuOverDuckdbWhole: of(kind).cpuMs / of(`${kind} whole`).cpuMs,
          recordsPerCpuSecond: (records / of(kind).cpuMs) * 1000,
          rowsPerRecord: of(kind).rows / records,
          peakMib: of(kind).peakMib,
        },
      ]),
    ),
  }
  const bars: readonly Bar[] = [
    ...(['text', 'parquet'] as const).flatMap(kind => [
      atMost(
        `${kind}, CPU over DuckDB’s for the same sums`,
        of(kind).cpuMs / of(`${kind} duckdb`).cpuMs,
        MOST_OF_DUCKDB,
        '×',
      ),
      atMost(`${kind}, memory grown in the second half`, of(kind).grownMib ?? 0, MOST_GROWTH_MIB, 'MiB'),
    ]),
    atMost('kinds whose sums are not DuckDB’s', disagreements.length, 0, ''),
  ]
  console.log(JSON.stringify(figures, null, 2))
  for (const bar of bars) console.log(barText(bar))
  if (values.json) console.log(JSON.stringify({ figures, bars }))
  return bars.every(({ met }) => met) ? 0 : 1
}

async function* textOf(records: number): AsyncGenerator<string> {
  yield `${FIELDS}\n`
  let lines = ''
  for (const line of recordLines(records)) {
    lines += `${line}\n`
    if (lines.length < 65_536) continue
    yield lines
    lines = ''
  }
  yield lines
}

/** One program alone on the first core. */
function run(program: Program, path: string, text: string): Measured {
  if (program === 'zcat') {
    const command = `TIMEFORMAT='%R %U %S'; { time zcat '${text}' | wc -l >/dev/null; } 2>&1`
    const times = execFileSync('taskset', ['-c', '0', 'bash', '-c', command], { encoding: 'utf8' })
    const [real = 0, user = 0, system = 0] = times.trim().split(/\s+/).map(Number)
    return { wallMs: real * 1000, cpuMs: (user + system) * 1000, rows: 0, bytes: 0, packets: 0, flows: 0 }
  }
  const [kind = '', other] = program.split(' ')
  const file = other === undefined ? 'program-reader.ts' : 'program-duckdb.ts'
  const script = fileURLToPath(new URL(`flowlogs/${file}`, import.meta.url))
  const asked = other === undefined ? [] : [kind, other === 'whole' ? 'whole' : 'sums']
  const output = execFileSync('taskset', ['-c', '0', process.execPath, script, path, ...asked], { encoding: 'utf8' })
  return JSON.parse(output)
}

function sumsOf({ bytes, packets, flows }: Measured) {
  return { bytes, packets, flows }
}

function median(all: readonly Measured[]): Measured {
  const middle = [...all].sort((a, b) => a.cpuMs - b.cpuMs)[all.length >> 1]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}
