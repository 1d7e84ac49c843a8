import { mkdir } from 'node:fs/promises'
import { type Part, runUntil } from '@weir/contract/parts.ts'
import { collectWithHeap } from './collector.ts'
import { readServerSettings, type ServerSettings, serverHelp } from './config.ts'
import { createLog } from './log.ts'
import { createServerParts } from './parts.ts'

/** Below the 30 s that Kubernetes gives a pod. */
const STOP_WITHIN_MS = 20_000

/**
 * `weir server`: reads the settings, runs until SIGTERM or SIGINT (or until the store breaks).
 * Resolves with the exit code: 0 stopped, 1 failed, 2 bad settings.
 */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(`${serverHelp()}\n`)
    return 0
  }
  const read = readServerSettings(argv)
  if (!read.ok) {
    process.stderr.write(`${read.problems.map(problem => `weir server: ${problem}`).join('\n')}\n`)
    return 2
  }
  return run(read.settings)
}

async function run(settings: ServerSettings): Promise<number> {
  collectWithHeap()
  const log = createLog(line => process.stdout.write(line), Date.now)
  const { promise: end, resolve: stop, reject: fail } = Promise.withResolvers<string>()
  const onSignal = (signal: string) => stop(signal)
  process.once('SIGTERM', onSignal)
  process.once('SIGINT', onSignal)
  const stopping = (why: unknown) => {
    log('info', 'server', 'stopping', { why: String(why) })
    // A part that hangs must not keep a broken server alive: the supervisor starts a new one.
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  }
  void end.then(stopping, stopping)
  try {
    await mkdir(settings.dataDir, { recursive: true })
    const parts: readonly Part[] = await createServerParts(settings, log, fail)
    await runUntil(end, parts, line => log('error', 'server', line))
    return 0
  } catch (error) {
    log('error', 'server', error instanceof Error ? error.message : String(error))
    return 1
  } finally {
    process.removeListener('SIGTERM', onSignal)
    process.removeListener('SIGINT', onSignal)
  }
}
