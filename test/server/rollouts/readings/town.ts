import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs, MINUTE_MS, minute } from '@weir/contract/units.ts'
import { SeriesCatalogue } from '../../../../server/answers/catalogue.ts'
import { HeldReadings } from '../../../../server/rollouts/readings/kept-readings.ts'
import type { Kept } from '../../../../server/rollouts/readings/ranges.ts'
import { Readings } from '../../../../server/rollouts/readings/readings.ts'
import type { TrafficOfServices } from '../../../../server/rollouts/service-traffic.ts'
import { StoredTraffic } from '../../../../server/rollouts/traffic/stored-traffic.ts'
import type { Decision } from '../../../../server/store/flow-store.ts'
import type { SeriesKey } from '../../../../server/store/series.ts'
import { random } from '../../../random.ts'
import { anEnd, aSeries, zoneA, zoneB } from '../../answers/world.ts'
import { priceAt } from '../../pricing/price-at.ts'
import { openEmbedded } from '../../store/embedded/open-embedded.ts'
import { DAY, HOUR, midnight } from './changes.ts'

/** Traffic of one Service over some hours after midnight, half-open, with a share that crosses. */
export interface Stretch {
  readonly hours: readonly [from: number, to: number]
  readonly share: number
  readonly service?: string
  /** Of a step, on average; by day more than by night. */
  readonly bytes?: number
  readonly stepMinutes?: number
  readonly generation?: number
  /** Part of its bytes of which one zone is not known. */
  readonly unknown?: number
  /** Part of its bytes that came from nodes without an agent: they go by no Service. */
  readonly untold?: number
}

/** Hours in which nodes watch; where only some of them do, the others are told by witnesses. */
export interface Watch {
  readonly hours: readonly [from: number, to: number]
  readonly nodes?: number
  readonly of?: number
}

/** A fact as it was made, for a second computation. */
export interface Made {
  readonly service: string
  readonly minute: number
  readonly generation: number
  readonly crosses: boolean
  readonly bytes: number
  readonly wireBytes: number
}

const ofService = (name: string, more: Partial<SeriesKey>): Partial<SeriesKey> => ({
  ...{ serviceNamespace: 'shop', serviceName: name, dialled: 'cluster-ip' },
  ...more,
})

/** What the Service's traffic is made of: series and the part of the bytes each of them gets. */
function seriesOf({ service = 'cart', generation = 1, ...stretch }: Stretch, share: number): [SeriesKey, number][] {
  const { unknown = 0, untold = 0 } = stretch
  const web = anEnd('pod', 'web', zoneA, 'shop')
  const [near, far] = [zoneA, zoneB].map(zone => anEnd('pod', service, zone, 'shop'))
  if (near === undefined || far === undefined) throw new RangeError('two zones')
  const known = 1 - unknown - untold
  const named = ofService(service, { generation })
  return [
    [aSeries(web, far, named), share * known],
    [aSeries(web, near, named), (1 - share) * known],
    [aSeries(web, anEnd('pod', service, '', 'shop'), named), unknown],
    [aSeries(web, far, { basis: 'witness', port: 0 }), untold],
  ]
}

export interface Town extends AsyncDisposable {
  readonly readings: Readings
  readonly traffic: TrafficOfServices
  readonly made: readonly Made[]
  readonly changes: RoutingChange[]
  readonly held: HeldReadings
  /** How often the store was asked. */
  readonly asked: () => number
  /** What is sealed and kept, to be moved as time goes by. */
  kept: Kept
}

export const shopCart = { cluster: 'main', namespace: 'shop', name: 'cart' }

/** A store with that traffic, and readings over it. Hours are of `midnight`; all is sealed up to `sealed`. */
export async function openTown({
  stretches,
  watches = [{ hours: [-40 * 24, 40 * 24] }],
  changes = [],
  sealed = 40 * 24,
  generations = [],
}: {
  stretches: readonly Stretch[]
  watches?: readonly Watch[]
  changes?: readonly RoutingChange[]
  sealed?: number
  /** Of shop/cart: when each began. */
  generations?: readonly { generation: number; hour: number }[]
}): Promise<Town> {
  const opened = await openEmbedded()
  const { store } = opened
  const next = random(7)
  const made: Made[] = []
  const facts: { minute: number; series: number; there: number; back: number; wire: number; connections: number }[] = []
  for (const stretch of stretches) {
    const { hours, share, bytes = 2 ** 30, stepMinutes = 60, service = 'cart', generation = 1 } = stretch
    for (let at = hours[0] * 60; at < hours[1] * 60; at += stepMinutes) {
      const level = bytes * (1 + 0.5 * Math.sin((at / 1440) * 2 * Math.PI)) * (0.8 + 0.4 * next())
      const now = share === 0 ? 0 : Math.min(1, Math.max(0, share + 0.06 * (next() - 0.5)))
      for (const [key, part] of seriesOf(stretch, now)) {
        if (part === 0) continue
        const [there, back] = [Math.round(level * part * 0.3), Math.round(level * part * 0.7)]
        const wire = Math.round((there + back) * 1.03)
        const minute = midnight / MINUTE_MS + at
        facts.push({ minute, series: store.seriesId(key), there, back, wire, connections: 20 })
        const crosses = key.responder.zone === zoneB
        if (key.serviceName !== '' && key.responder.zone !== '')
          made.push({ service, minute, generation, crosses, bytes: there + back, wireBytes: wire })
      }
    }
  }
  const column = (pick: (fact: (typeof facts)[number]) => number) => Float64Array.from(facts, pick)
  await store.commit({
    facts: [
      {
        count: facts.length,
        minute: Int32Array.from(facts, fact => fact.minute),
        series: Int32Array.from(facts, fact => fact.series),
        bytesToResponder: column(fact => fact.there),
        bytesToInitiator: column(fact => fact.back),
        wireToResponder: column(fact => Math.floor(fact.wire / 3)),
        wireToInitiator: column(fact => fact.wire - Math.floor(fact.wire / 3)),
        connections: column(fact => fact.connections),
      },
    ],
    ...{ batches: [], marks: [], promotions: [] },
    decisions: watches.flatMap(linesOf),
  })
  let asked = 0
  const count = <T extends unknown[], R>(ask: (...given: T) => R) => {
    return (...given: T): R => {
      asked++
      return ask(...given)
    }
  }
  const counted = {
    sumBySeries: count(store.sumBySeries.bind(store)),
    sumBySeriesAndStep: count(store.sumBySeriesAndStep.bind(store)),
    watched: count(store.watched.bind(store)),
  }
  const price = () => priceAt(0.01, 2 ** 30)
  const now = () => epochMs(town.kept.sealedUntil + HOUR)
  const traffic = new StoredTraffic({ store: counted, catalogue: new SeriesCatalogue(store), price, now })
  const held = new HeldReadings()
  const town = {
    kept: {
      sealedUntil: epochMs(midnight + sealed * HOUR),
      hoursFrom: epochMs(midnight - 90 * DAY),
      minutesFrom: epochMs(midnight - 90 * DAY),
    },
    changes: [...changes],
  }
  const readings = new Readings({
    ...{ traffic, price, keptReadings: held },
    changesIn: ({ from, to }) => town.changes.filter(({ at }) => at >= from && at < to),
    generationsOf: ({ name }) =>
      name === 'cart'
        ? generations.map(({ generation, hour }) => ({ generation, from: epochMs(midnight + hour * HOUR) }))
        : [],
    kept: () => town.kept,
    now,
  })
  const dispose = () => opened[Symbol.asyncDispose]()
  return Object.assign(town, { readings, traffic, made, held, asked: () => asked, [Symbol.asyncDispose]: dispose })
}

/** A line per node and hour is enough: minutes weigh alike. */
function linesOf({ hours, nodes = 4, of = 4 }: Watch): Decision[] {
  const lines: Decision[] = []
  for (let hour = hours[0]; hour < hours[1]; hour++)
    for (let node = 0; node < of; node++)
      lines.push({
        ...{ cluster: 'main', node: `node-${node}`, minute: minute((midnight + hour * HOUR) / MINUTE_MS) },
        ...{ counted: node < nodes ? 'primary' : 'witness' },
        ...{ primaryBytes: 1, witnessBytes: 0, promotedBytes: 0, supersededBytes: 0 },
      })
  return lines
}
