import type { AgentsAnswer } from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { AgentState } from '../ingest/feed.ts'
import { agentState } from './coverage-facts.ts'
import type { NodeName } from './provenance.ts'
import type { ZoneBook } from './zone-book.ts'

/**
 * Every agent that was heard, by node, and the directory's nodes that have none. `nodes` as the directory has them now,
 * by `nodeName`.
 */
export function agentRows(
  agents: readonly AgentState[],
  nodes: ReadonlyMap<string, Zone | undefined>,
  book: ZoneBook,
  now: EpochMs,
  nodeName: NodeName = ({ node }) => node,
): AgentsAnswer {
  const heard = new Set(agents.map(nodeName))
  const rows = agents.map(agent => {
    const zone = nodes.get(nodeName(agent))
    return {
      cluster: agent.cluster,
      node: agent.node,
      zone: zone === undefined ? null : book.label(zone),
      state: agentState(agent, now),
      lastWindowTo: agent.lastWindowTo,
      lastHeardAt: agent.lastHeardAt,
      clockOffsetMs: agent.clockOffsetMs,
      identity: agent.identity,
      aboveLineRateBytes: agent.aboveLineRateBytes,
      report: agent.report,
    }
  })
  return {
    asOf: now,
    agents: rows.sort((a, b) => (a.node < b.node ? -1 : 1)),
    withoutAgent: [...nodes.keys()].filter(node => !heard.has(node)).sort(),
  }
}
