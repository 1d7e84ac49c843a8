import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { HintWatch } from '../rollouts/hint-watch.ts'
import type { GenerationsOf } from '../rollouts/readings/early.ts'
import { routingAnswer } from '../rollouts/routing-answer.ts'
import type { TrafficOfServices } from '../rollouts/service-traffic.ts'
import { inPath, type Parameter } from './parameters.ts'
import { json, missing, type Route, route } from './route.ts'
import { DAY_MS } from './time-range.ts'

export interface RoutingSources {
  readonly hints: Pick<HintWatch, 'clusters' | 'of'>
  readonly traffic: Pick<TrafficOfServices, 'of'>
  readonly generationsOf: GenerationsOf
}

/** What is still so: of this long, and not of the time before the routing was as it is. */
const RECENT_MS = 60 * MINUTE_MS

const cluster: Parameter<string | undefined> = {
  means: 'The cluster, where several have such a Service.',
  allowed: 'a name',
  parse: ([given]) => given,
}
const parameters = {
  namespace: inPath('The namespace of the Service.'),
  name: inPath('The name of the Service.'),
  cluster,
}

/** Where a Service's connections go, and why they go elsewhere than was wished. */
export const routingRoute = ({ generationsOf, hints, traffic }: RoutingSources, now: () => EpochMs): Route =>
  route(
    {
      path: '/services/{namespace}/{name}/routing',
      rule: 'scoped',
      summary: 'Predicted and actual hints of a Service, what nodes make of them, and why.',
    },
    parameters,
    'Routing',
    async (query, { scope }) => {
      const { name, namespace } = query
      const nothing = missing(`no Service ${namespace}/${name} is known`)
      if (scope !== 'all' && !scope.has(namespace)) return nothing
      const found = hints.clusters
        .filter(each => query.cluster === undefined || each === query.cluster)
        .flatMap(each => hints.of({ cluster: each, namespace, name }) ?? [])
      const [watched] = found
      if (watched === undefined) return nothing
      if (found.length > 1) {
        const allowed = found.map(({ ground }) => ground.routing.cluster).join(', ')
        return { kind: 'bad', bad: { parameter: 'cluster', detail: 'several clusters have such a Service', allowed } }
      }
      const service = { cluster: watched.ground.routing.cluster, namespace, name }
      const day = await traffic.of(service, lastWholeMinutes(now(), DAY_MS))
      const range = sinceRoutedSo(lastWholeMinutes(now(), RECENT_MS), generationsOf(service).at(-1)?.from)
      const recent = { traffic: await traffic.of(service, range), lastingMs: range.to - range.from }
      const ground = { ...watched.ground, namesNodes: scope === 'all' }
      return json(routingAnswer({ ...watched, ground }, day, recent))
    },
  )

/** Up to the end of the minute under way: what was seen of it counts. */
function lastWholeMinutes(now: EpochMs, ms: number): TimeRange {
  const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS
  return { from: epochMs(to - ms), to: epochMs(to) }
}

/** The part of a range that lies wholly behind a change of routing; it may be nothing. */
function sinceRoutedSo({ from, to }: TimeRange, changedAt: EpochMs | undefined): TimeRange {
  if (changedAt === undefined) return { from, to }
  const whole = Math.ceil(changedAt / MINUTE_MS) * MINUTE_MS
  return { from: epochMs(Math.min(to, Math.max(from, whole))), to }
}
