import type { CoverageKind, CoveragePart, CoverageSummary, TimeRange } from '@weir/contract/queries.ts'
import { MINUTE_MS, minuteOf } from '@weir/contract/units.ts'
import type { AgentState } from '../ingest/feed.ts'
import { agentState, type CoverageFacts } from './coverage-facts.ts'
import { gapSentences, scopedGaps } from './gaps.ts'

/**
 * How much of the truth is in an answer. In a scope only what was summed from the viewer's own rows is told in figures;
 * of nodes and agents, which carry everybody's traffic, only whether anything is missing.
 */
export function summarise(facts: CoverageFacts, range: TimeRange): CoverageSummary {
  const parts = [
    nodesReporting(facts),
    connectionsWithCounters(facts.agents),
    part('bytes placed', facts.placedBytes, facts.total.bytes, 'bytes'),
    part('primary against witness', facts.audit.smallerBytes, facts.audit.largerBytes, 'bytes'),
    part('zones compared', facts.total.bytes - facts.total.byCrossing.unknown.bytes, facts.total.bytes, 'bytes'),
  ]
  if (facts.scope === 'all') return { parts, gaps: gapSentences(facts, parts, range) }
  const own = parts.filter(({ kind }) => kind === 'bytes placed' || kind === 'zones compared')
  return { parts: own, gaps: scopedGaps(facts, parts) }
}

function part(kind: CoverageKind, seen: number, of: number, unit: CoveragePart['unit']): CoveragePart {
  return { kind, ratio: of === 0 ? null : seen / of, seen, of, unit }
}

/** Before anything is sealed, the nodes that are heard. */
function nodesReporting(facts: CoverageFacts): CoveragePart {
  const nodes = new Set(facts.nodes)
  const heard = new Set(
    facts.agents.filter(agent => agentState(agent, facts.now) !== 'silent').map(agent => agent.node),
  )
  const seen = sealedMinutes(facts) === 0 ? nodes.intersection(heard).size : wholeNodes(facts, nodes, heard)
  return part('nodes reporting', seen, nodes.size, 'nodes')
}

/**
 * Nodes that covered every checked minute from their first one on: a node that joined later is no gap. The minute an
 * agent starts in is never whole, so that one is forgiven; while it is all there is, being heard is enough.
 */
function wholeNodes(facts: CoverageFacts, nodes: ReadonlySet<string>, heard: ReadonlySet<string>): number {
  const end = sealedEnd(facts)
  const seen = new Map<string, { first: number; firstIsWhole: boolean; covered: number }>()
  for (const { node, minute, counted } of facts.decisions) {
    if (!nodes.has(node) || minute >= end) continue
    const isWhole = counted === 'primary'
    const known = seen.get(node) ?? { first: minute, firstIsWhole: isWhole, covered: 0 }
    if (minute < known.first) Object.assign(known, { first: minute, firstIsWhole: isWhole })
    known.covered += isWhole ? 1 : 0
    seen.set(node, known)
  }
  const isWhole = (
    node: string,
    { first, firstIsWhole, covered }: { first: number; firstIsWhole: boolean; covered: number },
  ) => covered >= end - first - (firstIsWhole ? 0 : 1) && (covered > 0 || heard.has(node))
  return [...seen].filter(([node, minutes]) => isWhole(node, minutes)).length
}

const sealedEnd = ({ checked, sealedUntil }: CoverageFacts): number =>
  Math.floor(Math.min(checked.to, sealedUntil ?? 0) / MINUTE_MS)

const sealedMinutes = (facts: CoverageFacts): number => Math.max(0, sealedEnd(facts) - minuteOf(facts.checked.from))

function connectionsWithCounters(agents: readonly AgentState[]): CoveragePart {
  const all = agents.reduce((sum, { report }) => sum + report.entries, 0)
  const without = agents.reduce((sum, { report }) => sum + report.entriesWithoutCounters, 0)
  return part('connections with counters', Math.max(0, all - without), all, 'connections')
}
