import type { AuditAnswer, AuditFigures } from '@weir/contract/audit-queries.ts'
import type { AgentRow, AgentsAnswer, CoverageAnswer } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { demoSums, totalsOf } from './demo-sums.ts'
import { demoZones } from './demo-traffic.ts'
import type { DemoWorld } from './demo-world.ts'
import type { RangeQuestion } from './feed.ts'

const HOUR_MS = 3_600_000
const nodes = Array.from({ length: 9 }, (_, i) => ({
  name: `ip-10-0-${(i % 3) + 1}-${17 + 8 * i}.ec2.internal`,
  zone: demoZones[i % 3] ?? null,
}))

export function demoAgents(world: DemoWorld): AgentsAnswer {
  const late = world.scene === 'stale' ? 95_000 : 0
  const lastWindowTo = epochMs(Math.floor((world.clock() - late) / 10_000) * 10_000)
  return {
    asOf: epochMs(world.clock()),
    agents: world.isEmpty ? [] : nodes.map((node, i) => agentRow(node, i, lastWindowTo, late > 0)),
    withoutAgent: world.isEmpty ? nodes.map(({ name }) => name) : [],
  }
}

function agentRow(
  node: (typeof nodes)[number],
  i: number,
  lastWindowTo: AgentRow['lastWindowTo'],
  isLate: boolean,
): AgentRow {
  return {
    cluster: 'demo',
    node: node.name,
    zone: node.zone,
    state: isLate ? 'late' : 'live',
    lastWindowTo,
    lastHeardAt: epochMs(lastWindowTo + 400),
    clockOffsetMs: i === 4 ? 180 : 3,
    identity: 'proven',
    aboveLineRateBytes: 0,
    report: {
      agentVersion: 'demo',
      process: `demo-${i}`,
      startedAt: epochMs(lastWindowTo - 26 * HOUR_MS),
      mode: 'conntrack',
      accounting: 'on',
      events: 'on',
      timestamps: i === 7 ? 'off' : 'on',
      mtu: 9001,
      entries: 1900 + 310 * i,
      tableMax: 262_144,
      entriesWithoutCounters: i === 2 ? 1338 : 0,
      dumpMs: 7 + i,
      dumpCpuMs: 5 + i,
      dumpEveryMs: 5000,
      spoolBytes: 0,
      spoolWindows: 0,
      rssBytes: 71_303_168 + 1_048_576 * i,
      cpuMsTotal: 310_000 + 9000 * i,
      uplinkBytesTotal: 61_000_000,
      labelBytesTotal: 2_400_000,
      losses: i === 2 ? { 'without final counters': 41 } : {},
    },
  }
}

export function demoCoverage(world: DemoWorld, { range }: RangeQuestion): CoverageAnswer {
  const total = totalsOf(demoSums(world.streams, range.from, range.to))
  const { coverage, scope, sealedUntil } = world.provenance(range.from, range.to, total)
  const isAll = scope === 'all'
  return {
    ...coverage,
    range,
    scope,
    sealedUntil,
    unplaced:
      total.byCrossing.unknown.bytes > 0 ? [{ reason: 'never listed', bytes: total.byCrossing.unknown.bytes }] : [],
    severalServices: { bytes: 0, responders: [], more: 0 },
    givenAway: isAll ? [] : null,
    lost: isAll ? (world.isEmpty ? [] : [{ name: 'without final counters', count: 41 }]) : null,
  }
}

/** The demo has no flow logs; two nodes' worth of them are made up so that the page has something to show. */
export function demoAudit(world: DemoWorld, { range }: RangeQuestion): AuditAnswer {
  const newest = Math.floor(Math.min(range.to, world.clock()) / HOUR_MS) * HOUR_MS - HOUR_MS
  const rows = world.isEmpty
    ? []
    : nodes.slice(0, 2).map(({ name }, i) => ({
        cluster: 'demo',
        node: name,
        hour: epochMs(newest),
        ...figures(57 - i, 52_000_000_000, 0.004 + 0.001 * i),
      }))
  const flowLogBytes = rows.reduce((sum, row) => sum + row.flowLogBytes, 0)
  const agentBytes = rows.reduce((sum, row) => sum + row.agentBytes, 0)
  return {
    range,
    rows,
    hidden: 0,
    total: rows.length === 0 ? noFigures : figures(113, flowLogBytes, 1 - agentBytes / flowLogBytes),
  }
}

const figures = (minutes: number, flowLogBytes: number, missing: number): AuditFigures => ({
  minutes,
  agentBytes: Math.round(flowLogBytes * (1 - missing)),
  agentWireBytes: Math.round(flowLogBytes * 1.0008),
  flowLogBytes,
  ratio: 1 - missing,
  wireRatio: 1.0008,
  witnessRatio: 0.9996,
})
const noFigures: AuditFigures = {
  minutes: 0,
  agentBytes: 0,
  agentWireBytes: 0,
  flowLogBytes: 0,
  ratio: null,
  wireRatio: null,
  witnessRatio: null,
}
