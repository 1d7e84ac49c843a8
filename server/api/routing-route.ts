import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { HintWatch } from '../rollouts/hint-watch.ts'
import { routingAnswer } from '../rollouts/routing-answer.ts'
import type { TrafficOfServices } from '../rollouts/service-traffic.ts'
import { inPath, type Parameter } from './parameters.ts'
import { json, missing, type Route, route } from './route.ts'
import { DAY_MS } from './time-range.ts'

export interface RoutingSources {
  readonly hints: Pick<HintWatch, 'clusters' | 'of'>
  readonly traffic: Pick<TrafficOfServices, 'of'>
}

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
export const routingRoute = ({ hints, traffic }: RoutingSources, now: () => EpochMs): Route =>
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
      const [day, hour] = await Promise.all(
        [DAY_MS, 60 * MINUTE_MS].map(ms => traffic.of(service, lastWholeMinutes(now(), ms))),
      )
      if (day === undefined || hour === undefined) throw new Error('two ranges give two sums')
      const ground = { ...watched.ground, namesNodes: scope === 'all' }
      return json(routingAnswer({ ...watched, ground }, day, hour))
    },
  )

/** Up to the end of the minute under way: what was seen of it counts. */
function lastWholeMinutes(now: EpochMs, ms: number): TimeRange {
  const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS
  return { from: epochMs(to - ms), to: epochMs(to) }
}
