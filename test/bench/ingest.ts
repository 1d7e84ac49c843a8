/**
 * `npm run bench:ingest`: how much one server process takes on one core, through HTTP into the embedded store with an
 * fsync before each answer; and how long questions take while it takes a tenth of that.
 *
 *   --seconds 30   how long to load
 *   --profile DIR  write a CPU profile of the server there
 *   --only LIST    of: load, questions
 *   --json         the last line is one object with all figures and bars
 *
 * Exit 1 when a bar is missed.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bar, barText } from './ingest/bars.ts'
import { loadPhase } from './ingest/load-phase.ts'
import { questionsPhase } from './ingest/questions-phase.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    profile: { type: 'string' },
    only: { type: 'string', default: 'load,questions' },
    json: { type: 'boolean', default: false },
  },
})

// The load has one core, the server the other: what is measured is the server.
execFileSync('taskset', ['-a', '-cp', '1', String(process.pid)], { stdio: 'ignore' })

const phases = { load: loadPhase, questions: questionsPhase }
const bars: Bar[] = []
const figures: { [phase: string]: unknown } = {}
for (const [name, phase] of Object.entries(phases)) {
  if (!values.only.split(',').includes(name)) continue
  const folder = mkdtempSync(join(tmpdir(), `weir-bench-${name}-`))
  try {
    const result = await phase({ folder, seconds: Number(values.seconds), profile: values.profile, say })
    figures[name] = result.figures
    bars.push(...result.bars)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
for (const bar of bars) say(barText(bar))
const met = bars.every(bar => bar.met)
if (values.json) console.log(JSON.stringify({ figures, bars, met }))
process.exitCode = met ? 0 : 1

function say(line: string): void {
  console.log(line)
}
