import type { AgentReport } from '@weir/contract/agent-wire.ts'
import { type EpochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { AgentDirectory } from './directory/directory.ts'
import type { OwnAddresses } from './directory/own-addresses.ts'
import type { Hop } from './flows/hops.ts'
import { labelledRows, windowHops } from './flows/window-rows.ts'
import type { Losses } from './losses.ts'
import type { FlowSink, ObservedWindow, SourceStats } from './sources/flow-source.ts'
import type { Spool } from './uplink/spool.ts'

export interface WindowSinkOptions {
  readonly directory: AgentDirectory
  /** Asks the server for labels; resolves soon, true when it told some. */
  readonly ask: (addresses: ReadonlySet<string>) => Promise<boolean>
  readonly ownAddresses: () => OwnAddresses
  readonly spool: Pick<Spool, 'append'>
  readonly losses: Losses
  readonly report: (stats: SourceStats) => AgentReport
  readonly saveDirectory: () => Promise<void>
  readonly now: () => EpochMs
  /** Told after every window that became durable. */
  readonly onSpooled: (stats: SourceStats) => void
  readonly onFatal: (error: Error) => void
}

/** From the source's window to a durable batch: the agent's road, in its order. */
export function windowSink(options: WindowSinkOptions): FlowSink {
  const { directory, ask, ownAddresses, spool, losses, report, saveDirectory, now, onSpooled, onFatal } = options
  let savedAt = now()
  let skipped = 0
  return {
    async onWindow(observed: ObservedWindow) {
      const { from, to, kind, stats, checkpoint } = observed
      directory.observeOwn(ownAddresses())
      const before = windowHops(observed.rows, directory)
      const told = await ask(openEnds(before.hops, directory))
      // An answer may say that an address is a pod of this node: what is here decides over hops.
      const { hops, loopback, unresolvedMidStream } = told ? windowHops(observed.rows, directory) : before
      // The source skips 127.0.0.0/8 and ::1 itself; what only the directory shows to be local is added here.
      skipped += loopback
      losses.set('loopback skipped', skipped + stats.loopbackTotal)
      losses.add('unresolved mid-stream', unresolvedMidStream)
      noteLosses(losses, stats)
      const rows = labelledRows(hops, directory)
      await spool.append({ window: { from, to, kind }, rows, report: report(stats) }, checkpoint)
      onSpooled(stats)
      if (now() - savedAt < MINUTE_MS) return
      savedAt = now()
      await saveDirectory()
    },
    onFatal,
  }
}

/** Ends that a question could tell more about. */
function openEnds(hops: readonly Hop[], directory: AgentDirectory): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { initiator, responder } of hops) {
    if (!directory.hasLabel(initiator)) found.add(initiator)
    if (directory.isOpen(responder)) found.add(responder)
  }
  return found
}

function noteLosses(losses: Losses, stats: SourceStats): void {
  losses.set('kernel events lost', stats.lostEventsTotal)
  losses.set('event overruns', stats.overrunsTotal)
  losses.set('tails lost', stats.lostTailTotal)
  losses.set('without final counters', stats.withoutFinalCountersTotal)
  losses.set('malformed netlink messages', stats.malformedTotal)
}
