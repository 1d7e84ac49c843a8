import type { PairsAnswer, SeriesAnswer, ZonesAnswer } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { totalsLessRows } from '../pages/traffic/table-sums.ts'
import { demoAdvice, demoWhatIf } from './demo-advice.ts'
import { demoCosts, demoReconciliation } from './demo-costs.ts'
import { demoAgents, demoAudit, demoCoverage } from './demo-health.ts'
import { demoRollout, demoRollouts, demoRouting } from './demo-rollouts.ts'
import { demoSums, groupBy, matches, pairRows, totalsOf, zoneCells } from './demo-sums.ts'
import { type DemoStream, demoZones } from './demo-traffic.ts'
import type { DemoWorld } from './demo-world.ts'
import type { Answer, Asked, PairsQuestion, QuestionName, SeriesQuestion, TrafficQuestion } from './feed.ts'

/** What a server would answer about the demo's world. */
export const demoAnswers: {
  readonly [name in QuestionName]: (world: DemoWorld, question: Asked<name>) => Answer<name>
} = {
  pairs: demoPairs,
  zones: demoMatrix,
  series: demoSeries,
  costs: demoCosts,
  reconciliation: demoReconciliation,
  coverage: demoCoverage,
  audit: demoAudit,
  agents: demoAgents,
  rollouts: demoRollouts,
  rollout: demoRollout,
  routing: demoRouting,
  advice: demoAdvice,
  whatIf: demoWhatIf,
  version: () => ({ info: { title: 'Weir', version: 'demo' } }),
}

function sumsOf(world: DemoWorld, { range: { from, to }, filter }: TrafficQuestion) {
  const streams = world.streams.filter(stream => matches(stream, filter))
  return demoSums(streams, from, Math.max(from, Math.min(to, world.clock())))
}

function demoPairs(world: DemoWorld, question: PairsQuestion): PairsAnswer {
  const sums = sumsOf(world, question)
  const total = totalsOf(sums)
  const all = pairRows(sums, question.group, question.sort)
  const rows = all.slice(0, question.limit)
  const rest = { ...totalsLessRows(total, rows), rows: all.length - rows.length }
  const { from, to } = question.range
  return { ...world.provenance(from, to, total), group: question.group, rows, rest, total }
}

function demoMatrix(world: DemoWorld, question: TrafficQuestion): ZonesAnswer {
  const sums = sumsOf(world, question)
  const total = totalsOf(sums)
  const { from, to } = question.range
  return {
    ...world.provenance(from, to, total),
    zones: world.isEmpty ? [] : demoZones,
    cells: zoneCells(sums),
    total,
  }
}

function demoSeries(
  world: DemoWorld,
  { range: { from, to }, filter, stepMs, by, limit }: SeriesQuestion,
): SeriesAnswer {
  const streams = world.streams.filter(stream => matches(stream, filter))
  const times = Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, i) => epochMs(from + i * stepMs))
  const lines = [...groupBy(streams, stream => lineOf(stream, by))].map(([name, some]) => ({
    name,
    bytes: times.map((at, i) => (i === 7 ? null : totalsOf(demoSums(some, at, at + stepMs)).bytes)),
  }))
  lines.sort((a, b) => added(b.bytes) - added(a.bytes))
  const others = lines.splice(limit)
  const sumAt = (_: unknown, i: number) => (i === 7 ? null : added(others.map(line => line.bytes[i] ?? 0)))
  if (others.length > 0) lines.push({ name: 'other', bytes: times.map(sumAt) })
  return { ...world.provenance(from, to, totalsOf(demoSums(streams, from, to))), stepMs, times, lines }
}

const added = (counts: readonly (number | null)[]): number =>
  counts.reduce<number>((all, count) => all + (count ?? 0), 0)

function lineOf(stream: DemoStream, by: SeriesQuestion['by']): string {
  switch (by) {
    case 'crossing':
      return stream.crossing
    case 'namespace':
      return `${stream.initiator.namespace || stream.initiator.kind} → ${stream.responder.namespace || stream.responder.kind}`
    case 'service':
      return `${stream.initiator.namespace}/${stream.initiator.name} → ${stream.responder.namespace}/${stream.responder.name}`
    case 'zone':
      return `${stream.from} → ${stream.to}`
  }
}
