/**
 * `npm run bench:verdicts`: does the 95 % interval of a verdict hold the truth in 95 of 100 cases? Made-up Services, whose
 * truth is known because their law is (test/bench/verdicts), are judged by the readings of server/rollouts/evaluate.
 *
 *   --services 10000 of each row; at least 2,000. Of rows without a bar 2,000 do
 *   --seed 1         other Services; without it the clock chooses, and what it chose is printed
 *   --json           the last line is one object with all figures and bars
 *
 * Exit 1 when a bar is missed: where a verdict is given, the interval holds the truth in 94 to 96 %, and fewer than 3 % of
 * those whose share did not fall are called reduced. That is asked of every row of the settled reading, and of the early
 * one over all its rows; rows of other laws have no bar.
 */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Cell } from './verdicts/cell.ts'
import { oddLaws } from './verdicts/odd-laws.ts'
import type { Part } from './verdicts/program-cells.ts'
import { addScores, type Score } from './verdicts/score.ts'

const COVERED = { from: 0.94, to: 0.96 }
const FALSE_REDUCED = 0.03
const FEWEST = 2000
/** Services of one message to a worker. */
const PART = 250

const { values } = parseArgs({
  options: { services: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' } },
})
const services = Number(values.services ?? 10_000)
const seed = Number(values.seed ?? Date.now() % 1e9)
if (!Number.isInteger(services) || services < FEWEST)
  throw new RangeError(`--services ${values.services}: 2000 or more`)
if (!Number.isInteger(seed)) throw new RangeError(`--seed ${values.seed}: a whole number`)

const days = [7, 14, 28]
const cells: readonly Cell[] = [
  ...[0.5, 0.9].flatMap(phi => days.map(side => ({ kind: 'settled', phi, days: side }) as const)),
  ...[60, 120, 240].map(minutes => ({ kind: 'early', minutes, dayEarlier: true }) as const),
  { kind: 'early', minutes: 60, dayEarlier: false },
  ...oddLaws.flatMap(law => [7, 28].map(side => ({ kind: 'settled, other laws', law, days: side }) as const)),
]
const scores = await runAll(cells)
process.stdout.write(`seed ${seed}, ${services} Services a row, ${FEWEST} of those without a bar\n`)
const scoreOf = (kind: Cell['kind']) => addScores(scores.filter((_, i) => cells[i]?.kind === kind))
const rows = [
  ...cells.map((cell, i) => rowOf(nameOf(cell), cell.kind === 'settled', scores[i] ?? addScores([]))),
  rowOf('settled, all', true, scoreOf('settled')),
  rowOf('early, all', true, scoreOf('early')),
]
for (const row of rows) process.stdout.write(`${textOf(row)}\n`)
const missed = rows.filter(({ bar, ok }) => bar && !ok)
for (const { name } of missed) process.stdout.write(`bar missed: ${name}\n`)
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ seed, services, bars: { covered: COVERED, falseReduced: FALSE_REDUCED }, rows })}\n`,
  )
process.exitCode = missed.length > 0 ? 1 : 0

/** Every cell in parts, each with a seed of its own; whichever worker is free takes the next. */
async function runAll(all: readonly Cell[]): Promise<readonly Score[]> {
  const parts: Part[] = all.flatMap((cell, number) => {
    const many = cell.kind === 'settled, other laws' ? FEWEST : services
    return Array.from({ length: Math.ceil(many / PART) }, (_, i) => ({
      number,
      cell,
      services: Math.min(PART, many - i * PART),
      seed: (seed * 100_003 + number * 1009 + i) >>> 0,
    }))
  })
  const found: Score[][] = all.map(() => [])
  const queue = parts[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const worker = new Worker(new URL('./verdicts/program-cells.ts', import.meta.url))
      for (const part of queue) {
        const answer = once(worker, 'message') // rejects when the worker fails
        worker.postMessage(part)
        const [{ number, score }] = (await answer) as [{ number: number; score: Score }]
        found[number]?.push(score)
      }
      await worker.terminate()
    }),
  )
  return found.map(addScores)
}

function rowOf(name: string, bar: boolean, score: Score) {
  const covered = score.covered / score.given
  const falseReduced = score.calledReduced / score.notReduced
  return {
    name,
    bar,
    services: score.services,
    ok: covered >= COVERED.from && covered <= COVERED.to && falseReduced < FALSE_REDUCED,
    covered,
    standardError: Math.sqrt((covered * (1 - covered)) / score.given),
    falseReduced,
    falseReducedUnchanged: score.unchangedCalledReduced / score.unchanged,
    cutsFound: score.cutFound / score.cut,
    meanHalfWidthPoints: score.halfWidths / score.given,
    notEnoughData: 1 - score.given / score.services,
  }
}

function nameOf(cell: Cell): string {
  switch (cell.kind) {
    case 'settled':
      return `settled, φ ${cell.phi}, ${cell.days} days a side`
    case 'settled, other laws':
      return `${cell.law}, ${cell.days} days`
    case 'early':
      return `early, ${cell.minutes} minutes${cell.dayEarlier ? '' : ', no day before'}`
  }
}

function textOf(row: ReturnType<typeof rowOf>): string {
  const percent = (part: number) => (Number.isNaN(part) ? 'of none' : `${(part * 100).toFixed(1)} %`)
  return [
    row.name.padEnd(60),
    `held ${percent(row.covered)} ± ${(row.standardError * 196).toFixed(1)}`,
    `false reduced ${percent(row.falseReduced)} (unchanged ${percent(row.falseReducedUnchanged)})`,
    `cuts of 10 points found ${percent(row.cutsFound)}`,
    `± ${row.meanHalfWidthPoints.toFixed(1)} points`,
    `not enough data ${percent(row.notEnoughData)}`,
    row.bar ? (row.ok ? 'ok' : 'MISSED') : 'no bar',
  ].join('  ')
}
