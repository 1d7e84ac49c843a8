import type { CoverageKind, CoveragePart, CoverageSummary, TimeRange } from '@weir/contract/queries.ts'
import { MINUTE_MS, minuteOf } from '@weir/contract/units.ts'
import type { AgentState } from '../ingest/feed.ts'
import { agentState, type CoverageFacts } from './coverage-facts.ts'
import { gapSentences } from './gaps.ts'

export function summarise(facts: CoverageFacts, range: TimeRange): CoverageSummary {
  const parts = [
    nodesReporting(facts),
    connectionsWithCounters(facts.agents),
    part('bytes placed', facts.placedBytes, facts.total.bytes, 'bytes'),
    part('primary against witness', facts.audit.smallerBytes, facts.audit.largerBytes, 'bytes'),
    part('zones compared', facts.total.bytes - facts.total.byCrossing.unknown.bytes, facts.total.bytes, 'bytes'),
  ]
  return { parts, gaps: gapSentences(facts, parts, range) }
}

function part(kind: CoverageKind, seen: number, of: number, unit: CoveragePart['unit']): CoveragePart {
  return { kind, ratio: of === 0 ? null : seen / of, seen, of, unit }
}

/** Nodes whose agent covered every sealed minute that was checked; before anything is sealed, nodes that are heard. */
function nodesReporting(facts: CoverageFacts): CoveragePart {
  const minutes = sealedMinutes(facts)
  const nodes = new Set(facts.nodes)
  if (minutes === 0) {
    const heard = facts.agents.filter(agent => nodes.has(agent.node) && agentState(agent, facts.now) !== 'silent')
    return part('nodes reporting', new Set(heard.map(agent => agent.node)).size, nodes.size, 'nodes')
  }
  const covered = new Map<string, number>()
  for (const { node, counted } of facts.decisions)
    if (counted === 'primary' && nodes.has(node)) covered.set(node, (covered.get(node) ?? 0) + 1)
  const whole = [...covered.values()].filter(count => count >= minutes)
  return part('nodes reporting', whole.length, nodes.size, 'nodes')
}

export function sealedMinutes({ checked, sealedUntil }: CoverageFacts): number {
  const to = Math.min(checked.to, sealedUntil ?? 0)
  return Math.max(0, Math.floor(to / MINUTE_MS) - minuteOf(checked.from))
}

function connectionsWithCounters(agents: readonly AgentState[]): CoveragePart {
  const all = agents.reduce((sum, { report }) => sum + report.entries, 0)
  const without = agents.reduce((sum, { report }) => sum + report.entriesWithoutCounters, 0)
  return part('connections with counters', Math.max(0, all - without), all, 'connections')
}
