import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { importHelp, readImportSettings } from './config.ts'
import { endSignal, readerProcess, stderrLog } from './process.ts'
import { progressLine, progressOf, resultLines, resultOf } from './progress.ts'

/** On a terminal the line is written over; elsewhere a log would fill up with it. */
const TERMINAL_EVERY_MS = 250
const LINES_EVERY_MS = 10_000

/**
 * `weir import`: reads a range of the past and ends. Returns the exit code: 0 all was read, 1 objects were set aside or it
 * was stopped, 2 bad settings. Started again it goes on where it was: the server knows what it has.
 */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(`${importHelp()}\n`)
    return 0
  }
  const read = readImportSettings(argv)
  if (!read.ok) {
    for (const problem of read.problems) process.stderr.write(`weir import: ${problem}\n`)
    return 2
  }
  const { settings } = read
  const signal = endSignal()
  const { from = epochMs(0), to = now(), takeOver: takesOver } = settings
  const range = { mode: 'import', from, to, takesOver } as const
  const startedAt = now()
  let shownAt = 0
  const isTerminal = process.stderr.isTTY && !settings.json
  const made = readerProcess(settings, range, {
    log: stderrLog(),
    signal,
    onProgress() {
      if (now() - shownAt < (isTerminal ? TERMINAL_EVERY_MS : LINES_EVERY_MS)) return
      shownAt = now()
      show()
    },
  })
  function show(): void {
    const progress = progressOf(made.totals, made.reader.backlog, now() - startedAt)
    const line = settings.json ? JSON.stringify({ progress }) : progressLine(progress)
    // To the end of the line: what was longer before must go.
    process.stderr.write(isTerminal ? `\r${line}\x1b[K` : `${line}\n`)
  }
  try {
    await made.reader.run(signal)
    show()
    if (isTerminal) process.stderr.write('\n')
    const result = resultOf(made.totals)
    const isWhole = !signal.aborted && Object.keys(result.setAside).length === 0
    if (settings.json) process.stdout.write(`${JSON.stringify({ isWhole, ...result })}\n`)
    else {
      for (const line of resultLines(result)) process.stdout.write(`${line}\n`)
      if (signal.aborted) process.stdout.write('stopped before the end: start it again to go on\n')
    }
    return isWhole ? 0 : 1
  } finally {
    made.close()
  }
}

const now = (): EpochMs => epochMs(Date.now())
