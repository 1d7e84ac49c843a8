import type { Price } from '@weir/contract/queries.ts'
import type { RoutingChange, ShareReading } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { earlyReading } from '../evaluate/early.ts'
import { savedPerMonth } from '../evaluate/saved.ts'
import type { Generations, ServiceName, ShareSteps, TrafficOfServices } from '../service-traffic.ts'
import { type EarlySides, nameOf, spanOf } from './ranges.ts'
import { cut, microUsdPerByte, seenOf } from './settled.ts'

/** Routing generations of a Service by when they began, oldest first. */
export type GenerationsOf = (service: ServiceName) => readonly { readonly generation: number; readonly from: EpochMs }[]

/** By namespace/name: the first routing generation of a Service that began with a change. */
export type FirstGenerations = ReadonlyMap<string, number>

/** What the server learns of at once reaches the directory and the list of changes within this. */
const SAME_NEWS_MS = 30_000
/** Hints follow a setting within seconds; what begins later is another change. */
const FOLLOWS_MS = 10 * MINUTE_MS

/** Of the Services whose routing began anew with the change. Others cannot be read early: nothing tells their connections apart. */
export function firstGenerations(
  change: Pick<RoutingChange, 'at'>,
  services: readonly ServiceName[],
  generationsOf: GenerationsOf,
): FirstGenerations {
  const isOfChange = ({ from }: { readonly from: EpochMs }) =>
    from >= change.at - SAME_NEWS_MS && from <= change.at + FOLLOWS_MS
  const found = services.map(service => {
    const first = generationsOf(service).find(isOfChange)
    // The first of all generations is that of a Service that was just made, or just heard of.
    return first === undefined || first.generation <= 1 ? [] : [[nameOf(service), first.generation] as const]
  })
  return new Map(found.flat())
}

/**
 * Connections of the new routing generation against all in as many minutes before it, priced. Connections of which the
 * generation is not known (dialled directly, told by flow logs) are in neither.
 */
export async function readEarly(
  traffic: Pick<TrafficOfServices, 'steps' | 'summary'>,
  price: Price,
  services: readonly ServiceName[],
  sides: EarlySides,
  first: FirstGenerations,
): Promise<ShareReading> {
  const told = services.filter(service => first.has(nameOf(service)))
  const firstOf = (service: ServiceName) => first.get(nameOf(service)) ?? Number.POSITIVE_INFINITY
  const isNew: Generations = (service, generation) => generation >= firstOf(service)
  const isOld: Generations = (service, generation) => generation > 0 && generation < firstOf(service)
  const { before, after } = sides
  const old = await traffic.steps(told, spanOf(sides), MINUTE_MS, isOld)
  const was = await traffic.summary(told, before)
  const is = await traffic.summary(told, after)
  const dayEarlier = sides.dayEarlier && {
    before: await traffic.steps(told, sides.dayEarlier.before, MINUTE_MS, isOld),
    after: await traffic.steps(told, sides.dayEarlier.after, MINUTE_MS, isOld),
  }
  const judged = earlyReading({
    newConnections: await traffic.steps(told, after, MINUTE_MS, isNew),
    oldConnections: cut(old, after),
    before: cut(old, before),
    coverage: { before: seenOf(was), after: seenOf(is) },
    // A day that nobody watched, or a Service that was not there, tells nothing of the hour.
    ...(dayEarlier !== undefined && hasBytes(dayEarlier.before) && hasBytes(dayEarlier.after) && { dayEarlier }),
  })
  return { ...judged, savedPerMonth: savedPerMonth(judged, microUsdPerByte(was, is), price.currency) }
}

const hasBytes = ({ bytes }: ShareSteps): boolean => bytes.some(value => value > 0)
