import type { AgentReport } from '@weir/contract/agent-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { AgentState } from '../../../server/ingest/feed.ts'

export const aReport = (more: Partial<AgentReport> = {}): AgentReport => ({
  agentVersion: '0.0.0',
  process: 'p',
  startedAt: epochMs(0),
  mode: 'dump+events',
  accounting: 'on',
  events: 'on',
  timestamps: 'on',
  mtu: 1500,
  entries: 100,
  tableMax: 262_144,
  entriesWithoutCounters: 0,
  dumpMs: 1,
  dumpCpuMs: 1,
  dumpEveryMs: 5_000,
  spoolBytes: 0,
  spoolWindows: 0,
  rssBytes: 1,
  cpuMsTotal: 1,
  uplinkBytesTotal: 1,
  labelBytesTotal: 1,
  losses: {},
  ...more,
})

/** An agent that reported up to `at`, a moment ago. */
export const anAgent = (node: string, at: number, more: Partial<AgentState> = {}): AgentState => ({
  cluster: 'main',
  node,
  identity: 'proven',
  lastWindowTo: epochMs(at),
  lastHeardAt: epochMs(at),
  clockOffsetMs: 0,
  clockIsWrong: false,
  aboveLineRateBytes: 0,
  report: aReport(),
  losses: {},
  ...more,
})
