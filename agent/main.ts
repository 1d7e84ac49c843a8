import { setFlagsFromString } from 'node:v8'
import type { AgentReport } from '@weir/contract/agent-wire.ts'
import { type Part, runUntil } from '@weir/contract/parts.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { type AgentSettings, agentHelp, readAgentSettings } from './config.ts'
import { DirectoryClient } from './directory/client.ts'
import { AgentDirectory } from './directory/directory.ts'
import { readOwnAddresses } from './directory/own-addresses.ts'
import { loadDirectory, saveDirectory } from './directory/state-file.ts'
import { type Log, lineLog } from './log.ts'
import { Losses } from './losses.ts'
import { defaultRouteMtu } from './mtu.ts'
import manifest from './package.json' with { type: 'json' }
import { sourcePart } from './source-part.ts'
import type { SourceStats } from './sources/flow-source.ts'
import { secretCredential, secretFileCredential } from './uplink/credential.ts'
import { ServerClient } from './uplink/http.ts'
import { Sender, type SendResult, sendResults } from './uplink/send.ts'
import { Spool } from './uplink/spool.ts'
import { windowSink } from './window-sink.ts'

/** How long the end waits for the server to take the last window. */
const STOP_GRACE_MS = 5_000
/** How long a first start waits for the directory before it looks at flows. */
const FIRST_DIRECTORY_MS = 3_000

// Not by an import, which reads every name of the module: `webcrypto` among them is 3 MB.
const { randomUUID } = process.getBuiltinModule('node:crypto')

/**
 * The agent is on every node and idle most of the time: its memory costs more than its speed. Together 5 MB less
 * resident at 20,000 entries, worker included, for a sixth more CPU: old memory is collected sooner.
 */
const FRUGAL = ['--optimize-for-size', '--no-maglev', '--max-semi-space-size=1']

/** `weir agent`: runs until SIGTERM or SIGINT. Returns the exit code: 0 ended, 1 failed, 2 bad settings. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    process.stdout.write(`${agentHelp()}\n`)
    return 0
  }
  for (const flag of FRUGAL) setFlagsFromString(flag)
  const log = lineLog(line => process.stderr.write(`${line}\n`), Date.now)
  const read = readAgentSettings(argv)
  if (!read.ok) {
    for (const problem of read.problems) process.stderr.write(`weir agent: ${problem}\n`)
    return 2
  }
  const end = Promise.withResolvers<void>()
  const signals = ['SIGTERM', 'SIGINT'] as const
  // Not `once`: a second signal while the last window is written must not end the process half way.
  for (const signal of signals) process.on(signal, () => end.resolve())
  try {
    const parts = await agentParts(read.settings, log, end.reject)
    await runUntil(end.promise, parts, line => log.warn(line))
    log.info('agent ended')
    return 0
  } catch (error) {
    log.warn('agent failed', { error: error instanceof Error ? error.message : String(error) })
    return 1
  }
}

/** The agent as a list, in the order it starts; it ends last first, so that the last window still finds all it needs. */
async function agentParts(
  settings: AgentSettings,
  log: Log,
  onFatal: (error: Error) => void,
): Promise<readonly Part[]> {
  const { node, cluster, spoolDir } = settings
  const now = (): EpochMs => epochMs(Date.now())
  const mtu = settings.mtu || defaultRouteMtu()
  const losses = new Losses()
  const credential =
    settings.secretFile === '' ? secretCredential(settings.secret) : secretFileCredential(settings.secretFile)
  const client = new ServerClient(settings.serverUrl, credential, {
    ca: settings.tlsCa,
    cert: settings.tlsCert,
    key: settings.tlsKey,
  })
  const results = new Map<SendResult, number>(sendResults.map(result => [result, 0]))
  let stats: SourceStats | undefined

  const spool = new Spool({
    folder: spoolDir,
    maxBytes: settings.spoolMaxBytes,
    cluster,
    node,
    losses,
    log,
    newEpoch: randomUUID,
  })
  const directory = new AgentDirectory(node, (binding, from) => source.bind(binding, from))
  const directoryClient = new DirectoryClient({
    client,
    directory,
    cluster,
    node,
    log,
    now,
    random: Math.random,
    firstAnswerMs: FIRST_DIRECTORY_MS,
  })
  const sender = new Sender({
    client,
    cluster,
    node,
    spool,
    onReceipt: ({ labels, drop }) => directory.learn(labels, drop, now()),
    onResult: result => results.set(result, (results.get(result) ?? 0) + 1),
    log,
    now,
    random: Math.random,
    graceMs: STOP_GRACE_MS,
  })
  const save = (): Promise<void> =>
    saveDirectory(spoolDir, directory.state()).catch(error =>
      log.warn('the directory could not be saved', { error: String(error) }),
    )
  const identity = { agentVersion: manifest.version, process: randomUUID(), startedAt: now(), mtu }
  const report = (of: SourceStats): AgentReport => ({
    ...identity,
    ...reported(of),
    spoolBytes: spool.bytes,
    spoolWindows: spool.windows,
    rssBytes: process.memoryUsage.rss(),
    cpuMsTotal: cpuMs(),
    uplinkBytesTotal: sender.bytesMoved,
    labelBytesTotal: directoryClient.bytesMoved,
    losses: losses.snapshot(),
  })
  const source = sourcePart({
    settings,
    mtu,
    resume: () => spool.resume(),
    log,
    sink: windowSink({
      directory,
      ask: addresses => directoryClient.ask(addresses),
      ownAddresses: readOwnAddresses,
      spool,
      losses,
      report,
      saveDirectory: save,
      now,
      onSpooled(seen) {
        stats = seen
        sender.wake()
      },
      onFatal,
    }),
  })
  const restoredDirectory: Part = {
    name: 'saved directory',
    async start() {
      directory.observeOwn(readOwnAddresses())
      directory.restore(await loadDirectory(spoolDir), now())
    },
    stop: save,
  }
  const connections: Part = { name: 'connections', start: async () => {}, stop: async () => client.close() }
  const parts: Part[] = [connections, spool, restoredDirectory, directoryClient, sender, source]
  if (settings.metricsListen === undefined) return parts
  const { agentMetrics } = await import('./metrics.ts')
  const readings = () => ({
    stats,
    spool,
    sender,
    directory,
    directoryClient,
    losses: losses.snapshot(),
    results,
    cpuMs: cpuMs(),
  })
  return [...parts, agentMetrics(settings.metricsListen, readings)]
}

/** CPU time of all threads, ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return Math.round((user + system) / 1000)
}

const reported = (stats: SourceStats) => ({
  mode: stats.mode,
  accounting: stats.accounting,
  events: stats.events,
  timestamps: stats.timestamps,
  entries: stats.entries,
  tableMax: stats.tableMax,
  entriesWithoutCounters: stats.entriesWithoutCounters,
  dumpMs: stats.dumpMs,
  dumpCpuMs: stats.dumpCpuMs,
  dumpEveryMs: stats.dumpEveryMs,
})
