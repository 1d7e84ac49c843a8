import type { Dialled, Leg } from '@weir/contract/agent-wire.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import { IntColumn, Interner } from '../../answers/columns.ts'
import type { SeriesEnd, SeriesId, SeriesKey } from '../../store/series.ts'
import { hasService } from '../../store/several-services.ts'
import type { ServiceName } from '../service-traffic.ts'

/** The number of all series that are of no Service. */
export const NO_FLOW = 0

/** What the series of one flow have in common, and therefore their crossing. */
interface Flow {
  /** Number of the Service; -1 for NO_FLOW. */
  readonly service: number
  /** One of its series. */
  readonly example: SeriesId
  readonly dialled: Dialled
  readonly leg: Leg
  readonly generation: number
}

/** Series by Service and flow, as numbers, so that summing looks at no text. Grows with the catalogue. */
export class ServiceIndex {
  readonly services: ServiceName[] = []
  readonly flows: Flow[] = [{ service: -1, example: 0, dialled: 'direct', leg: 'direct', generation: 0 }]
  /** By series id: its flow. */
  readonly flowOf = new IntColumn()
  readonly #catalogue: SeriesCatalogue
  readonly #serviceNumbers = new Interner()
  readonly #flowNumbers = new Map<string, number>()
  /** By Service. */
  readonly #series: SeriesId[][] = []
  /** By Service: numbers of those that answered for it. */
  readonly #endpoints: Set<number>[] = []
  readonly #endpointNumbers = new Interner()
  /** By number of an endpoint. */
  readonly #untold = new Map<number, SeriesId[]>()

  constructor(catalogue: SeriesCatalogue) {
    this.#catalogue = catalogue
  }

  /** Takes up the series that are new. To be called before every fold. */
  sync(): void {
    this.#catalogue.sync()
    for (let id = this.flowOf.length; id < this.#catalogue.length; id++) this.flowOf.push(this.#take(id))
  }

  /** Series that go by no Service although they end at its endpoints: what was seen of senders without an agent. */
  untoldOf({ cluster, namespace, name }: ServiceName): readonly SeriesId[] {
    const number = this.#serviceNumbers.find(serviceText(cluster, namespace, name))
    const endpoints = number === undefined ? [] : [...(this.#endpoints[number] ?? [])]
    return endpoints.flatMap(endpoint => this.#untold.get(endpoint) ?? [])
  }

  seriesOf({ cluster, namespace, name }: ServiceName): readonly SeriesId[] {
    const number = this.#serviceNumbers.find(serviceText(cluster, namespace, name))
    return number === undefined ? [] : (this.#series[number] ?? [])
  }

  /** Files the series; returns its flow. */
  #take(id: SeriesId): number {
    const key = this.#catalogue.key(id)
    const { cluster, responderCluster, serviceNamespace, serviceName, dialled, leg, generation } = key
    const at = responderCluster ?? cluster
    const endpoint = this.#endpointOf(at, key.responder)
    if (!hasService(key)) {
      if (endpoint !== undefined && key.basis === 'witness' && hasAgent(key)) this.#addUntold(endpoint, id)
      return NO_FLOW
    }
    const service = this.#serviceNumbers.number(serviceText(at, serviceNamespace, serviceName), () => {
      this.services.push({ cluster: at, namespace: serviceNamespace, name: serviceName })
      this.#series.push([])
      this.#endpoints.push(new Set())
    })
    this.#series[service]?.push(id)
    if (endpoint !== undefined) this.#endpoints[service]?.add(endpoint)
    const { near, far } = this.#catalogue
    const text = [service, near.values[id], far.values[id], dialled, leg, generation].join(' ')
    const known = this.#flowNumbers.get(text)
    if (known !== undefined) return known
    const flow = this.flows.push({ service, example: id, dialled, leg, generation }) - 1
    this.#flowNumbers.set(text, flow)
    return flow
  }

  /** Only a workload of pods is somebody: a node and what could not be placed answer for many. */
  #endpointOf(cluster: string, { kind, namespace, workloadKind, name }: SeriesEnd): number | undefined {
    if (kind !== 'pod') return undefined
    return this.#endpointNumbers.number([cluster, namespace, workloadKind, name].join('\u0000'))
  }

  #addUntold(endpoint: number, id: SeriesId): void {
    const known = this.#untold.get(endpoint)
    if (known === undefined) this.#untold.set(endpoint, [id])
    else known.push(id)
  }
}

/** Whether the node that sent it on should have an agent. */
export const hasAgent = ({ leg, initiator }: Pick<SeriesKey, 'leg' | 'initiator'>): boolean =>
  leg === 'second' || initiator.kind === 'pod' || initiator.kind === 'node'

const serviceText = (cluster: string, namespace: string, name: string): string =>
  [cluster, namespace, name].join('\u0000')
