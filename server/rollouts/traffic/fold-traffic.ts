import type { Price } from '@weir/contract/queries.ts'
import { microUsd } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import { crossings } from '../../answers/places.ts'
import { Tally } from '../../answers/tally.ts'
import { apportion } from '../../pricing/cost.ts'
import type { SeriesSums } from '../../store/flow-store.ts'
import type { ServiceName, ServiceTraffic, ZoneFlow } from '../service-traffic.ts'
import { NO_FLOW, type ServiceIndex } from './service-index.ts'

/** A Service's traffic while it is being summed up. */
interface Summed {
  readonly flows: Map<string, ZoneFlow>
  unknownBytes: number
  elsewhereBytes: number
}

/** The traffic of every Service in the sums. Costs of all flows add up to the cost of what they were billed. */
export function foldTraffic(
  sums: SeriesSums,
  catalogue: SeriesCatalogue,
  index: ServiceIndex,
  price: Price,
): ServiceTraffic[] {
  const tally = new Tally(index.flows.length).add(sums, index.flowOf.values, catalogue, undefined)
  const used = tally.used().filter(flow => flow !== NO_FLOW)
  const costs = apportion(
    Float64Array.from(used, flow => tally.billedBytes(flow)),
    price,
  )
  const services = new Map<number, Summed>()
  for (const [i, number] of used.entries()) {
    const flow = index.flows[number]
    if (flow === undefined) continue
    const { bytes, wireBytes, connections } = tally.totals(number, microUsd(costs[i] ?? 0))
    const summed = services.get(flow.service) ?? { flows: new Map(), unknownBytes: 0, elsewhereBytes: 0 }
    services.set(flow.service, summed)
    const crossing = crossings[catalogue.crossing.values[flow.example] ?? 0] ?? 'unknown'
    if (crossing === 'unknown') summed.unknownBytes += bytes
    else if (crossing === 'cross-region' || crossing === 'internet') summed.elsewhereBytes += bytes
    else {
      const label = (places: Int32Array) => catalogue.placeLabels[places[flow.example] ?? 0] ?? ''
      addFlow(summed.flows, {
        clientZone: label(catalogue.near.values),
        endpointZone: label(catalogue.far.values),
        crosses: crossing === 'cross-zone',
        dialled: flow.dialled,
        leg: flow.leg,
        generation: flow.generation,
        bytes,
        wireBytes,
        connections,
        cost: microUsd(costs[i] ?? 0),
      })
    }
  }
  return Array.from(services, ([number, summed]) => toTraffic(index.services[number], summed)).sort(byName)
}

export const noTraffic = (service: ServiceName): ServiceTraffic => ({
  ...service,
  flows: [],
  unknownBytes: 0,
  elsewhereBytes: 0,
})

/** Places that are one zone under two names make one flow. */
function addFlow(flows: Map<string, ZoneFlow>, flow: ZoneFlow): void {
  const { clientZone, endpointZone, dialled, leg, generation } = flow
  const key = [clientZone, endpointZone, dialled, leg, generation].join('\u0000')
  const known = flows.get(key)
  if (known === undefined) flows.set(key, flow)
  else
    flows.set(key, {
      ...known,
      bytes: known.bytes + flow.bytes,
      wireBytes: known.wireBytes + flow.wireBytes,
      connections: known.connections + flow.connections,
      cost: microUsd(known.cost + flow.cost),
    })
}

function toTraffic(service: ServiceName | undefined, { flows, unknownBytes, elsewhereBytes }: Summed): ServiceTraffic {
  if (service === undefined) throw new RangeError('a flow of no Service')
  return { ...service, flows: [...flows.values()], unknownBytes, elsewhereBytes }
}

const byName = (a: ServiceName, b: ServiceName): number => {
  const [one, other] = [a, b].map(({ cluster, namespace, name }) => `${cluster}/${namespace}/${name}`)
  return (one ?? '') < (other ?? '') ? -1 : 1
}
