import type { AgentRow } from '@weir/contract/queries.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { formatBytes, formatCount } from '../../words/bytes.ts'
import { formatShare } from '../../words/shares.ts'
import { formatDuration } from '../../words/times.ts'

const counted = ({ report }: AgentRow): number => report.entries - report.entriesWithoutCounters
const lostOf = ({ report }: AgentRow): number => Object.values(report.losses).reduce((sum, count) => sum + count, 0)

/** `asOf`: the server's clock when it answered, so that ages do not depend on the browser's. */
export function agentColumns(asOf: number): readonly TableColumn<AgentRow>[] {
  return [
    {
      id: 'node',
      label: 'Node',
      means: 'The node that the agent watches',
      text: ({ node }) => node,
      cell: ({ node, cluster, zone, identity }) => (
        <>
          <bdi>{node}</bdi>
          <span className="under">
            {zone ?? 'zone not known'} · {cluster}
            {identity === 'asserted' && ' · identity asserted'}
          </span>
        </>
      ),
      order: ({ node }) => node,
    },
    {
      id: 'state',
      label: 'State',
      means: 'live: within three windows. late: behind. silent: nothing for longer than minutes wait to be sealed',
      text: ({ state }) => state,
      cell: ({ state }) => <span className={`state ${state}`}>{state}</span>,
      order: ({ state }) => ['silent', 'late', 'live'].indexOf(state) * -1,
    },
    {
      id: 'behind',
      label: 'Newest data',
      means: 'How long ago its newest window ended',
      isNumber: true,
      text: ({ lastWindowTo }) => `${formatDuration(asOf - lastWindowTo)} ago`,
      order: ({ lastWindowTo }) => asOf - lastWindowTo,
      csv: ({ lastWindowTo }) => new Date(lastWindowTo).toISOString(),
    },
    {
      id: 'counters',
      label: 'With counters',
      means: 'Live connections with counters, of all. Those opened before accounting was switched on have none',
      isNumber: true,
      text: row => formatShare(counted(row), row.report.entries),
      cell: row => (
        <>
          {formatShare(counted(row), row.report.entries)}
          <span className="under">of {formatCount(row.report.entries)}</span>
        </>
      ),
      order: row => (row.report.entries === 0 ? Number.NaN : -counted(row) / row.report.entries),
    },
    {
      id: 'table',
      label: 'Table full',
      means: 'How much of the kernel’s connection table is used; when it is full the node drops connections',
      isNumber: true,
      text: ({ report }) => formatShare(report.entries, report.tableMax),
      order: ({ report }) => report.entries / report.tableMax,
    },
    {
      id: 'kernel',
      label: 'Kernel',
      means: 'Accounting, events and timestamps of conntrack: without them there are gaps',
      text: ({ report }) => kernelWords(report),
    },
    {
      id: 'spool',
      label: 'Waiting',
      means: 'Windows on the node’s disk that the server has not taken yet',
      isNumber: true,
      text: ({ report }) =>
        report.spoolWindows === 0 ? '0' : `${report.spoolWindows} (${formatBytes(report.spoolBytes)})`,
      order: ({ report }) => report.spoolWindows,
      csv: ({ report }) => report.spoolWindows,
    },
    {
      id: 'dump',
      label: 'Dump',
      unit: 'ms',
      means: 'How long the newest look at the connection table took',
      isNumber: true,
      text: ({ report }) => report.dumpMs.toFixed(0),
      order: ({ report }) => report.dumpMs,
      csv: ({ report }) => report.dumpMs,
    },
    {
      id: 'memory',
      label: 'Memory',
      means: 'Resident memory of the agent',
      isNumber: true,
      text: ({ report }) => formatBytes(report.rssBytes),
      order: ({ report }) => report.rssBytes,
      csv: ({ report }) => report.rssBytes,
    },
    {
      id: 'clock',
      label: 'Clock off by',
      unit: 'ms',
      means: 'How far the node’s clock is from the server’s; windows are moved by it',
      isNumber: true,
      text: ({ clockOffsetMs }) => formatCount(Math.round(clockOffsetMs)),
      order: ({ clockOffsetMs }) => Math.abs(clockOffsetMs),
      csv: ({ clockOffsetMs }) => clockOffsetMs,
    },
    {
      id: 'lost',
      label: 'Lost',
      means: 'What this agent counted as lost or not countable since it started, by name',
      isNumber: true,
      text: row => formatCount(lostOf(row)),
      cell: row => (
        <>
          {formatCount(lostOf(row))}
          {Object.entries(row.report.losses).map(([name, count]) => (
            <span key={name} className="under">
              {name} {formatCount(count)}
            </span>
          ))}
          {row.aboveLineRateBytes > 0 && (
            <span className="under">{formatBytes(row.aboveLineRateBytes)} above its card’s rate, set aside</span>
          )}
        </>
      ),
      order: lostOf,
      csv: lostOf,
    },
    {
      id: 'version',
      label: 'Version',
      means: 'Of the agent',
      text: ({ report }) => report.agentVersion,
      order: ({ report }) => report.agentVersion,
    },
  ]
}

function kernelWords({ mode, accounting, events, timestamps }: AgentRow['report']): string {
  const off = Object.entries({ accounting, events, timestamps }).filter(([, state]) => state !== 'on')
  return off.length === 0 ? mode : `${mode}; ${off.map(([name, state]) => `${name} ${state}`).join(', ')}`
}
