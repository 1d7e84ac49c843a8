import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS, minute, minuteOf } from '@weir/contract/units.ts'
import { parseZoneKey, type Zone } from '@weir/contract/zones.ts'
import type { Access } from '../../../server/access/access.ts'
import type { DashboardRoute } from '../../../server/access/guarded-routes.ts'
import { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import type { Surroundings } from '../../../server/answers/provenance.ts'
import { RecentDecisions } from '../../../server/answers/recent-decisions.ts'
import { Answerer } from '../../../server/api/answerer.ts'
import { CostAnswerer } from '../../../server/api/cost-answerer.ts'
import { markRoute } from '../../../server/api/rollout-routes.ts'
import type { Route } from '../../../server/api/route.ts'
import { routeTable } from '../../../server/api/route-table.ts'
import type { BillBook } from '../../../server/billing/bill-book.ts'
import { listOnly } from '../../../server/billing/list-only.ts'
import { meteringBy } from '../../../server/billing/metering.ts'
import { dashboardRoutes } from '../../../server/dashboard.ts'
import { createListener, dashboardApp } from '../../../server/http.ts'
import type { AgentState } from '../../../server/ingest/feed.ts'
import { FlowRing } from '../../../server/live/flow-ring.ts'
import type { Log } from '../../../server/log.ts'
import { AdviceAnswerer } from '../../../server/rollouts/advise/advice-answerer.ts'
import { HintWatch } from '../../../server/rollouts/hint-watch.ts'
import type { Routings } from '../../../server/rollouts/routings.ts'
import type { ServiceTraffic } from '../../../server/rollouts/service-traffic.ts'
import type {
  Decision,
  FlowStore,
  LaneSums,
  SeriesSums,
  StepSums,
  WatchedStep,
} from '../../../server/store/flow-store.ts'
import { openDoor } from '../access/people.ts'
import { anAgent } from '../answers/agents.ts'
import { anEnd, aSeries, type Row, sumsOf, zoneA, zoneB } from '../answers/world.ts'
import { priceAt } from '../pricing/price-at.ts'
import { routedCart, routingsOf, sameZone, trafficOf } from '../rollouts/routed-world.ts'
import { KeptChanges } from './kept-changes.ts'
import { stageReadings } from './stage-readings.ts'

/** 2026-11-21T10:00Z: the end of what the stage has seen. */
export const now = epochMs(Date.UTC(2026, 10, 21, 10))

const DAY_MS = 86_400_000

/** Facts by minute, summed row by row as the port says; what each question asked for is written down. */
export class RowStore
  implements Pick<FlowStore, 'sumBySeries' | 'sumBySeriesAndStep' | 'sumByLane' | 'decisions' | 'watched'>
{
  readonly rows: readonly (Row & { readonly at: EpochMs })[]
  readonly ledger: Decision[] = []
  readonly asked: { readonly range: TimeRange; readonly only: ReadonlySet<number> | undefined }[] = []
  failure: Error | undefined

  constructor(rows: RowStore['rows']) {
    this.rows = rows
  }

  async sumBySeries(range: TimeRange, only?: ReadonlySet<number>): Promise<SeriesSums> {
    return sumsOf(this.#found(range, only))
  }

  async sumBySeriesAndStep(range: TimeRange, stepMs: number, only?: ReadonlySet<number>): Promise<StepSums[]> {
    const steps = Map.groupBy(this.#found(range, only), ([, { at }]) => Math.floor(at / stepMs) * stepMs)
    return Array.from(steps, ([at, rows]) => ({ ...sumsOf(rows), at: epochMs(at) })).sort((a, b) => a.at - b.at)
  }

  #found(range: TimeRange, only?: ReadonlySet<number>): (readonly [number, Row & { readonly at: EpochMs }])[] {
    if (this.failure !== undefined) throw this.failure
    this.asked.push({ range, only })
    return [...this.rows.entries()].filter(
      ([id, { at }]) => at >= range.from && at < range.to && (only === undefined || only.has(id)),
    )
  }

  /** A lane for each series: the finest that lanes may be. */
  async sumByLane(range: TimeRange): Promise<LaneSums> {
    const found = this.#found(range)
    const { series, ...sums } = sumsOf(found)
    return { ...sums, day: Float64Array.from(found, ([, { at }]) => Math.floor(at / DAY_MS) * DAY_MS), example: series }
  }

  async watched(range: TimeRange, stepMs: number): Promise<WatchedStep[]> {
    const lines = Map.groupBy(await this.decisions(range), ({ minute }) => Math.floor((minute * MINUTE_MS) / stepMs))
    return Array.from(lines, ([step, some]) => ({
      ...{ cluster: 'main', at: epochMs(step * stepMs), nodeMinutes: some.length },
      watchedMinutes: some.filter(({ counted }) => counted === 'primary').length,
    }))
  }

  async decisions(range: TimeRange): Promise<readonly Decision[]> {
    return this.ledger.filter(one => one.minute >= minuteOf(range.from) && one.minute < minuteOf(range.to))
  }
}

const web = anEnd('pod', 'web', zoneA, 'shop')
const cart = anEnd('pod', 'cart', zoneB, 'shop')
const db = anEnd('pod', '=db', zoneA, 'data')
const service = { serviceNamespace: 'shop', serviceName: 'cart', dialled: 'cluster-ip' } as const

/** One row per series: the row's number is its series. */
export const shopRows: RowStore['rows'] = [
  { at: epochMs(now - 10 * MINUTE_MS), key: aSeries(web, cart, service), amounts: [100, 900, 110, 990, 3] },
  { at: epochMs(now - 9 * MINUTE_MS), key: aSeries(web, db), amounts: [50, 50, 60, 60, 1] },
  { at: epochMs(now - 9 * MINUTE_MS), key: aSeries(web, anEnd('internet', '', '')), amounts: [7, 0, 8, 0, 1] },
  { at: epochMs(now - 8 * MINUTE_MS), key: aSeries(anEnd('unplaced', 'gone', ''), cart), amounts: [4, 0, 4, 0, 1] },
]

export interface Stage extends AsyncDisposable {
  readonly store: RowStore
  readonly routes: readonly Route[]
  /** All that is served, and the express application that serves it. */
  readonly served: readonly DashboardRoute[]
  readonly app: ReturnType<typeof dashboardApp>
  readonly refused: () => number
  readonly badQueries: () => number
  get(path: string, init?: RequestInit): Promise<Response>
}

/** The dashboard's side of a server over real HTTP on loopback, with that store behind it. */
export async function stage({
  rows = shopRows,
  agents = [anAgent('node-a', now), anAgent('node-b', now)],
  webDir = '/nowhere',
  access = openDoor(),
  clock = () => now,
  log = () => {},
  bills = listOnly({ usdPerGb: 0.01, source: 'the list' }),
  currency = 'USD',
  labels = {},
  rollouts = new KeptChanges(now),
  routings = routingsOf(() => [routedCart(sameZone, ['a>a', 'b>b', 'c>c'])]),
  traffic = trafficOf('a>a 300', 'b>b 100', 'a>b 100'),
}: {
  rows?: RowStore['rows']
  agents?: readonly AgentState[]
  webDir?: string
  access?: Access
  clock?: () => EpochMs
  log?: Log
  bills?: BillBook
  currency?: string
  /** The label "team" by workload. */
  labels?: { readonly [workload: string]: string }
  rollouts?: KeptChanges
  /** What decides routing of the clusters that are watched. */
  routings?: Pick<Routings, 'clusters' | 'of'>
  /** Of whatever Service, in whatever range. */
  traffic?: ServiceTraffic
} = {}): Promise<Stage> {
  const store = new RowStore(rows)
  const nodes = new Map<string, Zone>([
    ['node-a', parseZoneKey(zoneA)],
    ['node-b', parseZoneKey(zoneB)],
  ])
  const catalogue = new SeriesCatalogue({
    series: id => rows[id]?.key ?? aSeries(web, web),
    seriesCount: () => rows.length,
  })
  const around = (): Surroundings => ({
    now,
    sealedUntil: epochMs(now - 5 * MINUTE_MS),
    agents,
    nodes: [...nodes.keys()],
    open: false,
    price: priceAt(0.01, 2 ** 30),
    lost: [{ name: 'bytes set aside: foreign hop', count: 0 }],
  })
  const recent = new RecentDecisions(minute(minuteOf(now) + 1))
  const answerer = new Answerer({ store, catalogue, recent, around, nodes: () => nodes })
  const ring = new FlowRing(catalogue.book, { service: () => undefined, servicesBehind: () => [] })
  const costs = new CostAnswerer({
    store,
    catalogue,
    bills,
    meteringOf: meteringBy(new Map()),
    bytesPerGb: 2 ** 30,
    currency,
    sealedUntil: () => around().sealedUntil,
    now: () => now,
    labelAt: (key, { workload }) => (key === 'team' ? labels[workload.name] : undefined),
    ownTraffic: () => [],
  })
  const kept = () => ({ sealedUntil: around().sealedUntil ?? now, hoursFrom: epochMs(0), minutesFrom: epochMs(0) })
  const routes = routeTable({
    answerer,
    rollouts,
    ...stageReadings(store, catalogue, rollouts, kept),
    costs: { answerer: costs, labelKeys: ['team'], region: () => 'us-east-1', bytesPerGb: 2 ** 30 },
    advice: {
      answerer: new AdviceAnswerer({
        store,
        catalogue,
        routings,
        vpcs: () => [],
        book: new Map(),
        price: () => around().price,
        now: () => now,
      }),
      billedSides: new Map(),
      bytesPerGb: 2 ** 30,
    },
    audit: async () => [],
    flows: (scope, last, filter, limit) => ring.recent(scope, last, now, filter, limit),
    routing: {
      hints: new HintWatch(routings, clock, () => {}),
      traffic: { of: async () => traffic },
      generationsOf: () => [],
    },
    now: () => now,
  })
  let badQueries = 0
  let refused = 0
  const served = dashboardRoutes({
    access,
    routes,
    writes: [markRoute(rollouts)],
    version: '0.0.0',
    webDir,
    readiness: () => ({ ready: true, reasons: ['a reason'] }),
    now: clock,
    log,
    onBadQuery: () => void badQueries++,
  })
  const app = dashboardApp(served, { access, now: clock, onRefused: () => void refused++ }, () => {})
  const listener = createListener('dashboard', { host: '127.0.0.1', port: 0 }, app, () => {})
  await listener.start()
  return {
    store,
    routes,
    served,
    app,
    refused: () => refused,
    badQueries: () => badQueries,
    get: (path, init) => fetch(`http://127.0.0.1:${listener.port()}${path}`, init),
    [Symbol.asyncDispose]: () => listener.stop(),
  }
}
