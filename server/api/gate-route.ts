import type { EpochMs } from '@weir/contract/units.ts'
import { inScope } from '../answers/scope.ts'
import { askGate } from '../rollouts/readings/gate.ts'
import type { Kept } from '../rollouts/readings/ranges.ts'
import type { TrafficOfServices } from '../rollouts/service-traffic.ts'
import { named, shareParameter, sinceParameter } from './gate-parameters.ts'
import { type Parameter, quoted } from './parameters.ts'
import { json, missing, type Route, route } from './route.ts'

export interface GateSources {
  readonly traffic: Pick<TrafficOfServices, 'steps' | 'summary'>
  readonly clusters: () => readonly string[]
  readonly kept: () => Kept
  readonly now: () => EpochMs
}

const cluster: Parameter<string | undefined> = {
  means: 'Cluster by name; it must be given where the server has several.',
  allowed: 'a name',
  parse: ([given]) => given,
}
const parameters = {
  cluster,
  namespace: named('The namespace of the Service.'),
  service: named('The name of the Service.'),
  maxCrossShare: shareParameter,
  since: sinceParameter,
}

/** Whether a rollout may go on. */
export const gateRoute = ({ traffic, clusters, kept, now }: GateSources): Route =>
  route(
    { path: '/gate', rule: 'scoped', summary: 'Whether a Service’s share that crosses zones is below a bar.' },
    parameters,
    'Gate',
    async ({ namespace, service: name, maxCrossShare, since, ...query }, { scope }) => {
      const known = clusters()
      const asked = query.cluster ?? (known.length === 1 ? known[0] : undefined)
      const bad = (detail: string) =>
        ({
          kind: 'bad',
          bad: { parameter: 'cluster', detail, allowed: known.join(', ') || 'no cluster is known' },
        }) as const
      if (asked === undefined) return bad('there are several: it must be given')
      if (!known.includes(asked)) return bad(`${quoted(asked)} is none that is known`)
      if (!inScope(scope, [namespace])) return missing(`no Service ${namespace}/${name} is known`)
      const service = { cluster: asked, namespace, name }
      return json(await askGate(traffic, { service, since: since(now()), maxCrossShare, kept: kept() }))
    },
  )
