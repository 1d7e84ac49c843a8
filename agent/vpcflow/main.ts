import type { Part } from '@weir/contract/parts.ts'
import { type FlowLogSettings, flowLogHelp, readFlowLogSettings } from './config.ts'
import { endSignal, type ReaderProcess, readerProcess, stderrLog } from './process.ts'

/** `weir flow-logs`: runs until SIGTERM or SIGINT. Returns the exit code: 0 ended, 1 failed, 2 bad settings. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(`${flowLogHelp()}\n`)
    return 0
  }
  const read = readFlowLogSettings(argv)
  if (!read.ok) {
    for (const problem of read.problems) process.stderr.write(`weir flow-logs: ${problem}\n`)
    return 2
  }
  const { settings } = read
  const log = stderrLog()
  const signal = endSignal()
  const made = readerProcess(
    settings,
    {
      mode: 'tail',
      lookBackMs: settings.lookBackMinutes * 60_000,
      catchUpMs: settings.catchUpHours * 3_600_000,
      pollMs: settings.pollMs,
    },
    { log, signal },
  )
  const metrics = await metricsPart(settings, made)
  try {
    await metrics?.start()
    await made.reader.run(signal)
    log.info('reader of flow logs ended')
    return 0
  } catch (error) {
    log.warn('reader of flow logs failed', { error: error instanceof Error ? error.message : String(error) })
    return 1
  } finally {
    await metrics?.stop()
    made.close()
  }
}

async function metricsPart({ metricsListen }: FlowLogSettings, made: ReaderProcess): Promise<Part | undefined> {
  if (metricsListen === undefined) return undefined
  const { readerMetrics } = await import('./metrics.ts')
  return readerMetrics(metricsListen, () => {
    const { user, system } = process.cpuUsage()
    return {
      totals: made.totals,
      backlog: made.reader.backlog,
      holdsLease: made.reader.holdsLease,
      bytesMoved: made.server.bytesMoved,
      cpuMs: (user + system) / 1000,
    }
  })
}
