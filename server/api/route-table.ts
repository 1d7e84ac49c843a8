import { type LiveSpan, liveSpans } from '@weir/contract/live-wire.ts'
import {
  type FlowFilter,
  type FlowsAnswer,
  pairGroups,
  pairSorts,
  seriesGroups,
  type TimeRange,
  type ViewerAnswer,
} from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Viewer } from '../access/rules.ts'
import { type Scope, shownScope } from '../answers/scope.ts'
import type { RolloutAnswers } from '../rollouts/readings/rollout-answers.ts'
import type { AuditHour } from '../store/flow-store.ts'
import { type AdviceSources, adviceRoutes } from './advice-routes.ts'
import type { Answerer } from './answerer.ts'
import { auditRoute } from './audit-route.ts'
import { type CostSources, costRoutes } from './cost-routes.ts'
import { pairsCsv } from './csv.ts'
import { filterOf, filterParameters } from './filter-parameters.ts'
import { type GateSources, gateRoute } from './gate-route.ts'
import { choice, count, type Query } from './parameters.ts'
import { rolloutRoute } from './rollout-route.ts'
import { type RolloutSources, rolloutsRoute } from './rollout-routes.ts'
import { csv, json, type Reply, type Route, route } from './route.ts'
import { type RoutingSources, routingRoute } from './routing-route.ts'
import { stepOf, stepParameter } from './steps.ts'
import { rangeOf, rangeParameters } from './time-range.ts'

export interface RouteSources {
  readonly answerer: Answerer
  readonly costs: CostSources
  readonly advice: AdviceSources
  /** What agents and flow logs saw of each node. */
  readonly audit: (range: TimeRange) => Promise<readonly AuditHour[]>
  readonly flows: (scope: Scope, last: LiveSpan, filter: FlowFilter, limit: number) => FlowsAnswer
  readonly rollouts: RolloutSources
  readonly routing: RoutingSources
  readonly readings: Pick<RolloutAnswers, 'answer'>
  readonly gate: GateSources
  readonly now: () => EpochMs
}

const MAX_ROWS = 10_000
const pairsParameters = {
  ...rangeParameters,
  ...filterParameters,
  group: choice('What a row is: pairs of a workload and a Service, or of coarser things.', pairGroups, 'service'),
  sort: choice('Largest first; name: ascending.', pairSorts, 'crossZoneBytes'),
  limit: count('Rows; what is beyond is summed up in rest.', 1, MAX_ROWS, 100),
  format: choice('csv: the rows as a file, RFC 4180.', ['json', 'csv'], 'json'),
}
const zonesParameters = { ...rangeParameters, ...filterParameters }
const seriesParameters = {
  ...rangeParameters,
  ...filterParameters,
  step: stepParameter,
  by: choice('What a line is.', seriesGroups, 'crossing'),
  limit: count('Lines; what is beyond is the line called other.', 1, 100, 10),
}
const flowsParameters = {
  ...filterParameters,
  last: choice('How far back, in seconds.', ['10', '60', '300', '900'], '60'),
  limit: count('Rows, newest first.', 1, 2_000, 200),
}

/** Every route below /api/v1 that answers a question. One table: router, openapi.json and the tests read it. */
export function routeTable(sources: RouteSources): readonly Route[] {
  const { advice, answerer, audit, costs, flows, gate, now, readings, rollouts, routing } = sources
  const ranged = async (
    query: Query<typeof rangeParameters>,
    ask: (range: TimeRange) => Promise<Reply>,
  ): Promise<Reply> => {
    const read = rangeOf(query, now())
    return read.ok ? ask(read.range) : { kind: 'bad', bad: read.bad }
  }
  return [
    route(
      { path: '/pairs', rule: 'scoped', summary: 'Who talked to whom, how much of it crossed, and what it cost.' },
      pairsParameters,
      'Pairs',
      (query, { scope }) =>
        ranged(query, async range => {
          const answer = await answerer.pairs(scope, range, filterOf(query), query)
          return query.format === 'json' ? json(answer) : csv('pairs.csv', pairsCsv(answer))
        }),
    ),
    route(
      { path: '/zones', rule: 'scoped', summary: 'The directed matrix of zones.' },
      zonesParameters,
      'Zones',
      (query, { scope }) => ranged(query, async range => json(await answerer.zones(scope, range, filterOf(query)))),
    ),
    route(
      { path: '/series', rule: 'scoped', summary: 'Bytes per step; null where nobody watched.' },
      seriesParameters,
      'Series',
      (query, { scope }) =>
        ranged(query, async range => {
          const step = stepOf(query.step, range)
          if (!step.ok) return { kind: 'bad', bad: step.bad }
          return json(await answerer.series(scope, range, filterOf(query), step.stepMs, query))
        }),
    ),
    route(
      { path: '/flows', rule: 'scoped', summary: 'Recent hops by address; bounded, not kept.' },
      flowsParameters,
      'Flows',
      async (query, { scope }) => json(flows(scope, spanOf(query.last), filterOf(query), query.limit)),
    ),
    route(
      { path: '/coverage', rule: 'scoped', summary: 'What was seen and what was lost.' },
      rangeParameters,
      'Coverage',
      (query, { scope }) => ranged(query, async range => json(await answerer.coverage(scope, range))),
    ),
    auditRoute(audit, now),
    ...costRoutes(costs, now),
    rolloutsRoute(rollouts),
    rolloutRoute(readings),
    gateRoute(gate),
    ...adviceRoutes(advice, now),
    routingRoute(routing, now),
    route({ path: '/agents', rule: 'everything', summary: 'Every agent that was heard.' }, {}, 'Agents', async () =>
      json(answerer.agents()),
    ),
    route(
      { path: '/viewer', rule: 'viewer', summary: 'Who is asking, and what they may see.' },
      {},
      'Viewer',
      async (_, who) => json(viewerAnswer(who)),
    ),
  ]
}

const viewerAnswer = ({ auth, name, scope, session }: Viewer): ViewerAnswer => ({
  name,
  scope: shownScope(scope),
  auth,
  hasSession: session !== undefined,
})

const spanOf = (last: string): LiveSpan => liveSpans.find(span => String(span) === last) ?? 60
