import type { CoveragePart, TimeRange } from '@weir/contract/queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { AgentState } from '../ingest/feed.ts'
import { agentState, type CoverageFacts } from './coverage-facts.ts'
import { flowLogGaps } from './flow-log-gaps.ts'

/** More nodes than these are told as a number: a sentence of 500 names helps nobody. */
const NAMED = 5

/** What is missing, in sentences that say what it does to the numbers or what to do about it. Empty is good. */
export function gapSentences(facts: CoverageFacts, parts: readonly CoveragePart[], range: TimeRange): string[] {
  return [
    ...nodesWithoutAgent(facts),
    ...nodesBehind(facts),
    ...unwatched(facts),
    ...gaveAway(facts),
    ...counters(parts),
    ...unplaced(parts),
    ...ofSeveralServices(facts),
    ...clocks(facts.agents),
    ...aboveLineRate(facts.agents),
    ...(facts.mapGaps ?? []),
    ...(facts.flowLogs === undefined ? [] : flowLogGaps(facts.flowLogs, facts.now)),
    ...identity(facts),
    ...clipped(facts, range),
  ]
}

/** The same for a viewer of some namespaces: no node's name and no figure of what is not theirs. */
export function scopedGaps(facts: CoverageFacts, parts: readonly CoveragePart[]): string[] {
  const elsewhere = [
    ...nodesWithoutAgent(facts),
    ...nodesBehind(facts),
    ...gaveAway(facts),
    ...counters(parts),
    ...clocks(facts.agents),
    ...aboveLineRate(facts.agents),
    ...(facts.mapGaps ?? []),
    ...(facts.flowLogs === undefined ? [] : flowLogGaps(facts.flowLogs, facts.now)),
  ]
  return [
    ...unwatched(facts),
    ...unplaced(parts),
    ...ofSeveralServices(facts),
    ...identity(facts),
    ...(elsewhere.length === 0
      ? []
      : ['some nodes or connections of the cluster are not fully seen: a viewer of all namespaces sees which']),
  ]
}

function nodesWithoutAgent({ nodes, agents }: CoverageFacts): string[] {
  const heard = new Set(agents.map(agent => agent.node))
  const without = nodes.filter(node => !heard.has(node))
  if (without.length === 0) return []
  return [`${list(without)}: no agent; what these nodes send counts only as far as the other end has one`]
}

function nodesBehind({ agents, now }: CoverageFacts): string[] {
  return agents
    .filter(agent => agentState(agent, now) !== 'live')
    .map(agent => `${agent.node}: no batch for ${duration(now - agent.lastWindowTo)}`)
}

/** A range that begins before the first agent did. */
function unwatched({ checked, decisions, sealedUntil, flowLogs }: CoverageFacts): string[] {
  const nobody = flowLogs?.reader === undefined ? 'nothing was watched' : 'no agent watched and flow logs alone count'
  const end = Math.min(checked.to, sealedUntil ?? 0)
  if (end <= checked.from) return []
  const first = decisions.reduce((least, { minute }) => Math.min(least, minute), Number.POSITIVE_INFINITY) * MINUTE_MS
  if (first >= end) return [`${nobody} in this range`]
  if (first <= checked.from) return []
  return [`${nobody} before ${new Date(first).toISOString().slice(0, 16).replace('T', ' ')} UTC`]
}

function gaveAway({ decisions }: CoverageFacts): string[] {
  const minutes = new Map<string, number>()
  for (const { node, counted } of decisions) if (counted === 'witness') minutes.set(node, (minutes.get(node) ?? 0) + 1)
  if (minutes.size === 0) return []
  const total = [...minutes.values()].reduce((sum, count) => sum + count, 0)
  return [`${list([...minutes.keys()])}: not covered in ${total} node minutes; counted there is what the other end saw`]
}

function counters(parts: readonly CoveragePart[]): string[] {
  const share = missing(parts, 'connections with counters')
  if (share === undefined) return []
  return [
    `${share} of live connections have no counters: accounting was switched on after they opened; they count once they reconnect`,
  ]
}

function unplaced(parts: readonly CoveragePart[]): string[] {
  const [placed, compared] = [missing(parts, 'bytes placed'), missing(parts, 'zones compared')]
  return [
    ...(placed === undefined ? [] : [`${placed} of bytes have an end that the directory cannot place`]),
    ...(compared === undefined ? [] : [`${compared} of bytes have an unknown crossing and are in no cost`]),
  ]
}

function ofSeveralServices({ severalServices, total }: CoverageFacts): string[] {
  const { bytes, responders, more } = severalServices
  if (bytes === 0) return []
  const named = responders.slice(0, NAMED).map(({ responder, services }) => `${responder} (${services.join(', ')})`)
  const others = responders.length - named.length + more
  const examples = `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`
  return [
    `${percent(bytes / total.bytes)} of bytes count for a workload and for no Service: several answer at its port, or the port is not known: ${examples}`,
  ]
}

function clocks(agents: readonly AgentState[]): string[] {
  return agents
    .filter(agent => agent.clockIsWrong)
    .map(agent => {
      const side = agent.clockOffsetMs > 0 ? 'ahead of' : 'behind'
      return `${agent.node}: its clock is ${duration(Math.abs(agent.clockOffsetMs))} ${side} the server's; windows are shifted by that`
    })
}

function aboveLineRate(agents: readonly AgentState[]): string[] {
  const above = agents.filter(agent => agent.aboveLineRateBytes > 0).map(agent => agent.node)
  if (above.length === 0) return []
  return [
    `${list(above)}: claims more than its line can carry; those windows are set aside, the other ends' counts stand in`,
  ]
}

function identity({ agents, open }: CoverageFacts): string[] {
  if (open) return ['server runs open: anyone who reaches the agents port may report for any node']
  if (!agents.some(agent => agent.identity === 'asserted')) return []
  return ['node identity is asserted: one secret is shared by all agents']
}

function clipped({ checked, sealedUntil }: CoverageFacts, range: TimeRange): string[] {
  if (checked.from <= range.from || sealedUntil === null) return []
  return [`nodes reporting is of ${duration(checked.to - checked.from)} up to the range's end: too long to check whole`]
}

/** "12 %" of what is missing; undefined where nothing is. */
function missing(parts: readonly CoveragePart[], kind: CoveragePart['kind']): string | undefined {
  const ratio = parts.find(part => part.kind === kind)?.ratio ?? 1
  if (ratio >= 1) return undefined
  return percent(1 - ratio)
}

function percent(share: number): string {
  const hundredths = share * 100
  return hundredths < 0.1 ? 'under 0.1 %' : `${hundredths.toFixed(hundredths < 10 ? 1 : 0)} %`
}

function list(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, NAMED).join(', ')
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}
