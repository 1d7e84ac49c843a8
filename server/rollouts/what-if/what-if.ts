import type { WhatIfAnswer, WhatIfOption } from '@weir/contract/advice-queries.ts'
import { type MicroUsd, microUsd } from '@weir/contract/units.ts'
import { type SidesBook, sidesOf } from '../../pricing/billed-sides.ts'
import {
  HOURS_PER_MONTH,
  LATTICE_FREE_REQUESTS_PER_HOUR,
  LIST_READ,
  LIST_REGION,
  type ListPrice,
  listPrices,
} from '../advise/list-prices.ts'

/** What the options are reckoned from. Shares are of bytes, 0 to 1. */
export interface WhatIfInputs {
  /** Both directions together. */
  readonly gbPerMonth: number
  /** Zones with clients and endpoints. */
  readonly zones: number
  /** Of what is sent to any endpoint. */
  readonly anyShare: number
  /** With hints in force: endpoints may be missing in a zone, and Auto hands some to another. */
  readonly hintedShare: number
  /** Services of VPC Lattice, and requests to each, an hour. */
  readonly services: number
  readonly requestsPerHour: number
  /** Where the figures above are from, in words. */
  readonly told: readonly string[]
}

/** The same volume between two Services, sent in one of several ways. */
export function whatIf(inputs: WhatIfInputs, book: SidesBook): Omit<WhatIfAnswer, 'scope'> {
  const { gbPerMonth, zones, anyShare, hintedShare, services, requestsPerHour, told } = inputs
  const pages = new Set(Object.values(listPrices).map(({ page }) => page))
  return {
    gbPerMonth,
    currency: 'USD',
    source: `list prices of ${LIST_REGION}, read ${LIST_READ}: ${[...pages].join(', ')}`,
    inputs: [
      `${gbPerMonth} GB a month, both directions together`,
      `${zones} zones, clients and load balancers evenly in each`,
      `${percent(anyShare)} cross zones where any endpoint will do, ${percent(hintedShare)} where the same zone is preferred`,
      `${HOURS_PER_MONTH} hours a month; a capacity unit of a load balancer is 1 GB an hour: none of its other measures is larger`,
      `VPC Lattice: ${services} × service, ${requestsPerHour} requests an hour each`,
      ...told,
    ],
    options: optionsOf(inputs, book),
  }
}

function optionsOf(inputs: WhatIfInputs, book: SidesBook): WhatIfOption[] {
  const { anyShare, gbPerMonth, hintedShare, zones } = inputs
  /** A client's way to a load balancer: DNS names one of each zone. */
  const toBalancer = 1 - 1 / zones
  const across = (hop: string, share: number, path: Parameters<typeof sidesOf>[0]) =>
    crossing(hop, gbPerMonth * share, sidesOf(path, book))
  const balancer = (hour: ListPrice, unit: ListPrice) => [
    part(`${HOURS_PER_MONTH} h × ${usd(hour)}`, hour.microUsd * HOURS_PER_MONTH),
    part(`${gbPerMonth} GB × ${usd(unit)}`, gbPerMonth * unit.microUsd),
  ]
  return [
    option({
      name: 'ClusterIP, any zone',
      crossShare: anyShare,
      parts: [across('client to endpoint', anyShare, 'instances')],
      note: 'as it is by default',
    }),
    option({
      name: 'ClusterIP, same zone preferred',
      crossShare: hintedShare,
      parts: [across('client to endpoint', hintedShare, 'instances')],
      note: 'topology-mode Auto or spec.trafficDistribution; what still crosses is where a zone lacks endpoints, or was given another’s',
    }),
    option({
      name: 'internalTrafficPolicy: Local',
      crossShare: 0,
      parts: [],
      note: 'only where every node with clients has an endpoint: else connections are dropped',
    }),
    option({
      name: 'internal ALB',
      crossShare: toBalancer / 2,
      parts: [
        ...balancer(listPrices.albHour, listPrices.albUnit),
        { ...across('client to load balancer', toBalancer, 'client to load balancer'), isUnpublished: true },
      ],
      note: 'from the load balancer to its targets zones are free; whether the way to it is billed AWS’s texts say both, and guides leave it out',
    }),
    option({
      name: 'internal NLB, within zones',
      crossShare: toBalancer / 2,
      parts: [
        ...balancer(listPrices.nlbHour, listPrices.nlbUnit),
        across('client to load balancer', toBalancer, 'network load balancer'),
      ],
      note: 'cross-zone off: from the load balancer on nothing crosses',
    }),
    option({
      name: 'internal NLB, across zones',
      crossShare: (toBalancer + anyShare) / 2,
      parts: [
        ...balancer(listPrices.nlbHour, listPrices.nlbUnit),
        across('client to load balancer', toBalancer, 'network load balancer'),
        across('load balancer to target', anyShare, 'network load balancer'),
      ],
      note: 'cross-zone on: both ways cross, each billed at both ends',
    }),
    option({ name: 'VPC Lattice', crossShare: anyShare, parts: lattice(inputs), note: 'zones are not charged apart' }),
  ]
}

function lattice({ gbPerMonth, requestsPerHour, services }: WhatIfInputs): Part[] {
  const { latticeGb, latticeRequests, latticeServiceHour } = listPrices
  const charged = Math.max(0, requestsPerHour - LATTICE_FREE_REQUESTS_PER_HOUR) * HOURS_PER_MONTH * services
  return [
    part(
      `${services} × ${HOURS_PER_MONTH} h × ${usd(latticeServiceHour)}`,
      services * HOURS_PER_MONTH * latticeServiceHour.microUsd,
    ),
    part(`${gbPerMonth} GB × ${usd(latticeGb)}`, gbPerMonth * latticeGb.microUsd),
    part(`${charged} requests × ${usd(latticeRequests)} a million`, (charged / 1e6) * latticeRequests.microUsd),
  ]
}

interface Part {
  readonly name: string
  readonly cost: MicroUsd
  /** As guides publish it; absent where that is the cost. */
  readonly published?: MicroUsd
}

function crossing(hop: string, gb: number, sides: number): Part {
  const each = gb * listPrices.crossZoneGb.microUsd
  const name = `${hop}: ${Math.round(gb * 10) / 10} GB across zones × ${usd(listPrices.crossZoneGb)} × ${sides}`
  return { name, cost: money(each * sides), published: money(each * Math.min(1, sides)) }
}

/** What is billed is the sum of its parts. */
function option({
  name,
  crossShare,
  parts,
  note,
}: Pick<WhatIfOption, 'name' | 'crossShare' | 'note'> & {
  readonly parts: readonly (Part & { readonly isUnpublished?: true })[]
}): WhatIfOption {
  const sum = (costs: readonly number[]) => microUsd(costs.reduce((all, cost) => all + cost, 0))
  return {
    name,
    crossShare,
    oneSide: sum(parts.map(one => (one.isUnpublished ? 0 : (one.published ?? one.cost)))),
    billed: sum(parts.map(({ cost }) => cost)),
    parts: parts.map(one => ({ name: one.name, cost: one.cost })),
    note,
  }
}

const part = (name: string, cost: number): Part => ({ name, cost: money(cost) })
const money = (micro: number): MicroUsd => microUsd(Math.round(micro))
const usd = ({ microUsd: each }: ListPrice): string => `$${each / 1e6}`
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
