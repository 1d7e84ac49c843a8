import type { WhatIfAnswer } from '@weir/contract/advice-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { inScope, type Scope, shownScope } from '../answers/scope.ts'
import type { SidesBook } from '../pricing/billed-sides.ts'
import type { AdviceAnswerer } from '../rollouts/advise/advice-answerer.ts'
import { viewOf } from '../rollouts/advise/cluster-view.ts'
import { measuredInputs } from '../rollouts/what-if/measured.ts'
import { type WhatIfInputs, whatIf } from '../rollouts/what-if/what-if.ts'
import { adviceCsv, whatIfCsv } from './advice-csv.ts'
import { adviceParameters, dayRangeOf, type WhatIfQuery, whatIfParameters } from './advice-parameters.ts'
import type { BadParameter } from './problem.ts'
import { csv, json, missing, type Reply, type Route, route } from './route.ts'

export interface AdviceSources {
  readonly answerer: AdviceAnswerer
  readonly billedSides: SidesBook
  readonly bytesPerGb: number
}

/** What to change next, and what it would be worth. */
export function adviceRoutes(sources: AdviceSources, now: () => EpochMs): Route[] {
  const { answerer } = sources
  return [
    route(
      { path: '/advice', rule: 'scoped', summary: 'What can be done about traffic across zones, and what each saves.' },
      adviceParameters,
      'Advice',
      async (query, { scope }) => {
        const read = dayRangeOf(query, now())
        if (!read.ok) return bad(read.bad)
        if (query.cluster !== undefined && !answerer.clusters.includes(query.cluster)) return notWatched(answerer)
        const answer = await answerer.advice(scope, read.range, query)
        return query.format === 'json' ? json(answer) : csv('advice.csv', adviceCsv(answer))
      },
    ),
    route(
      { path: '/what-if', rule: 'scoped', summary: 'A volume between two Services, priced by how it may be sent.' },
      whatIfParameters,
      'WhatIf',
      async (query, { scope }) => {
        if (query.zones !== undefined && !Number.isInteger(query.zones))
          return bad({ parameter: 'zones', detail: 'zones are whole', allowed: whatIfParameters.zones.allowed })
        const inputs = await inputsOf(sources, query, scope, now())
        if (!('gbPerMonth' in inputs)) return inputs
        const answer: WhatIfAnswer = { scope: shownScope(scope), ...whatIf(inputs, sources.billedSides) }
        return query.format === 'json' ? json(answer) : csv('what-if.csv', whatIfCsv(answer))
      },
    ),
  ]
}

async function inputsOf(
  sources: AdviceSources,
  query: WhatIfQuery,
  scope: Scope,
  now: EpochMs,
): Promise<WhatIfInputs | Reply> {
  const { gb, hintedShare, requestsPerHour, services, zones } = query
  const found = query.service === undefined ? { told: [] } : await measuredOf(sources, query, query.service, scope, now)
  if ('kind' in found) return found
  const among = zones ?? ('zones' in found ? found.zones : 3)
  return {
    gbPerMonth: gb ?? ('gbPerMonth' in found ? found.gbPerMonth : 10_240),
    zones: among,
    anyShare: 'anyShare' in found ? found.anyShare : 1 - 1 / among,
    hintedShare: hintedShare ?? ('hintedShare' in found ? found.hintedShare : 0.3),
    services,
    requestsPerHour,
    told: found.told,
  }
}

async function measuredOf(
  { answerer, bytesPerGb }: AdviceSources,
  query: WhatIfQuery,
  name: string,
  scope: Scope,
  now: EpochMs,
): Promise<NonNullable<ReturnType<typeof measuredInputs>> | Reply> {
  const { namespace } = query
  if (namespace === undefined)
    return bad({ parameter: 'namespace', detail: 'missing: a Service is named with its namespace', allowed: 'a name' })
  const read = dayRangeOf(query, now)
  if (!read.ok) return bad(read.bad)
  const cluster = query.cluster ?? answerer.clusters[0]
  if (cluster === undefined || !answerer.clusters.includes(cluster)) return notWatched(answerer)
  const found = inScope(scope, [namespace]) ? await answerer.inputOf(cluster, read.range) : undefined
  const view = found && viewOf(found.input)
  const service = view?.services.find(one => one.namespace === namespace && one.name === name)
  const nothing = missing(`no Service ${namespace}/${name} with traffic and endpoints in ${cluster}`)
  if (found === undefined || view === undefined || service === undefined) return nothing
  return measuredInputs(view, service, { bytesPerGb, monthsFactor: found.monthsFactor }) ?? nothing
}

const bad = (what: BadParameter): Reply => ({ kind: 'bad', bad: what })

const notWatched = ({ clusters }: AdviceAnswerer): Reply =>
  bad({
    parameter: 'cluster',
    detail: 'no API server of a cluster of that name is watched',
    allowed: clusters.join(', ') || 'none: no cluster’s API server is watched',
  })
