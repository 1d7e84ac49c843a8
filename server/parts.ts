import { performance } from 'node:perf_hooks'
import type { Part } from '@weir/contract/parts.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { createAccess } from './access/access.ts'
import { createAgentsDoor } from './agents-door.ts'
import { Answerer } from './api/answerer.ts'
import { markRoute } from './api/rollout-routes.ts'
import { routeTable } from './api/route-table.ts'
import { createBill } from './bill.ts'
import { loadClusters, tokensOfClusters } from './clusters.ts'
import type { ServerSettings } from './config.ts'
import { createCosts } from './costs.ts'
import { dashboardRoutes, limitConnections } from './dashboard.ts'
import { farGatewayOf } from './directory/far-gateway.ts'
import { natSentences } from './directory/far-nat.ts'
import { systemClock } from './directory/kubernetes/clock.ts'
import { directoryRoutes } from './directory/routes.ts'
import { createDirectorySource } from './directory/source.ts'
import { createVpcSource, mapZones } from './directory/vpc-source.ts'
import { figuresOf } from './figures.ts'
import { agentsApp, createListener, dashboardApp, metricsApp } from './http.ts'
import { createIngest } from './ingest/ingest.ts'
import { Frames } from './live/frames.ts'
import { Gateway } from './live/gateway.ts'
import type { Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createReadings } from './readings.ts'
import { AdviceAnswerer } from './rollouts/advise/advice-answerer.ts'
import { HintWatch } from './rollouts/hint-watch.ts'
import { createRollouts } from './rollouts/rollouts.ts'
import { LiveRoutings } from './rollouts/routings.ts'
import type { ServiceName } from './rollouts/service-traffic.ts'
import { unseenChanges } from './rollouts/unseen.ts'
import { EmbeddedStore } from './store/embedded/embedded-store.ts'
import type { FlowStore, Recovered } from './store/flow-store.ts'
import { Upkeep } from './upkeep.ts'
import { Views } from './views.ts'

/** Flow logs come 10 to 20 minutes late: of three hours most is compared. */
const AUDITED_MS = 3 * 3_600_000

export const VERSION = '0.1.0'

/**
 * The server as a list of parts, in the order in which they start; nothing runs yet. `fail` ends the process: the store
 * is broken and only a new process can open it again.
 * @throws Error when a file that a setting names cannot be read.
 */
export async function createServerParts(
  settings: ServerSettings,
  log: Log,
  fail: (error: Error) => void,
): Promise<readonly Part[]> {
  const { dataDir, open, bytesPerGb, billedSides } = settings
  const now = () => epochMs(Date.now())
  const logFor = (part: string) => (line: string) => log('info', part, line)
  const further = await loadClusters(settings.clustersFile, settings.cluster)
  const routings = new LiveRoutings()
  const rollouts = createRollouts({ dataDir, routings, now, log: logFor('rollouts') })
  const alsoTell = (cluster: string) => routings.listenerOf(cluster)
  const source = await createDirectorySource({ settings, now, log: logFor('directory'), further, alsoTell })
  const { directory, reviewToken: review, nodeOfPod } = source
  const vpcs = await createVpcSource({ settings, directory, clock: systemClock, log: logFor('map of the VPCs') })
  const door = await createAgentsDoor({
    settings,
    now,
    log,
    review,
    nodeOfPod,
    further: tokensOfClusters(further, source),
  })
  const { gate } = door
  const access = await createAccess(settings, now)
  if (access.auth === 'none') log('warning', 'access', 'no sign-in: anyone who reaches the dashboard sees everything')
  const store = new EmbeddedStore({
    directory: dataDir,
    onBroken: fail,
    memoryLimit: `${settings.memoryLimitMb}MB`,
    retention: {
      minutesForHours: settings.minutesKeptHours,
      hoursForDays: settings.hoursKeptDays,
      daysForYears: settings.daysKeptYears,
    },
  })
  const opened = storePart(store, log)
  const ingest = createIngest({
    store,
    recovered: opened.recovered,
    directory,
    ...(settings.awsVpcs !== 'none' && {
      interfaces: vpcs.map,
      farGatewayOf: (address: string) => farGatewayOf(vpcs.map, address),
    }),
    gate,
    now,
    log: logFor('ingest'),
    sealAfterMs: settings.sealAfterMs,
    lineRateGbps: settings.lineRateGbps,
  })
  const bill = await createBill({ settings, now, log })
  const { price } = bill
  const views = new Views({
    store,
    directory,
    mapZones: () => mapZones(vpcs.map),
    mapGaps: () => [...vpcs.reasons(), ...natSentences(vpcs.map)],
    ingest,
    price,
    billedSides,
    open,
    now,
  })
  const { catalogue, flows, recent, window } = views
  const around = () => views.around()

  const answerer = new Answerer({ store, catalogue, recent, around, nodes: () => views.nodes() })
  const refused = { badQueries: 0, requests: 0 }
  const hints = new HintWatch(routings, now, logFor('hints'))
  const readings = createReadings({
    ...{ settings, store, catalogue, directory, rollouts, hints, price, now },
    sealedUntil: () => ingest.sealedUntil(),
    log: logFor('rollouts'),
  })
  const rolloutSources = {
    changesIn: (range: TimeRange) => rollouts.changes.within(range),
    readingOf: (change: RoutingChange) => readings.answers.shown(change),
    hintsOf: (service: ServiceName) => hints.stateOf(service),
    gaps: () => unseenChanges(directory.clusters(), routings, now()),
    checks: {
      clusters: () => directory.clusters(),
      hasService: rollouts.hasService,
    },
    add: rollouts.add,
    now,
  }
  const routes = routeTable({
    answerer,
    rollouts: rolloutSources,
    readings: readings.answers,
    gate: { traffic: readings.traffic, kept: readings.kept, clusters: () => directory.clusters(), now },
    costs: createCosts({
      store,
      catalogue,
      directory,
      ingest,
      bills: bill.book,
      cluster: settings.cluster,
      bytesPerGb,
      currency: settings.currency,
      billedSides,
      accounts: settings.costExplorerAccounts,
      labelKeys: settings.podLabels,
      now,
    }),
    advice: {
      answerer: new AdviceAnswerer({
        store,
        catalogue,
        routings,
        vpcs: () => vpcs.map.vpcs(),
        book: billedSides,
        price,
        now,
      }),
      billedSides,
      bytesPerGb,
    },
    audit: range => store.audit(range),
    flows: (scope, last, filter, limit) => flows.recent(scope, last, window.asOf ?? now(), filter, limit),
    routing: {
      hints,
      traffic: readings.traffic,
      generationsOf: ({ cluster, namespace, name }) => directory.generationsOf(cluster, namespace, name),
    },
    now,
  })
  let isReady = false
  const readiness = () => ({
    ready: isReady && source.isReady(),
    reasons: [...(isReady ? [] : ['starting or stopping']), ...source.reasons(), ...vpcs.reasons()],
  })
  const dashboard = createListener(
    'dashboard',
    settings.dashboardListen,
    dashboardApp(
      dashboardRoutes({
        access,
        routes,
        writes: [markRoute(rolloutSources)],
        version: VERSION,
        webDir: settings.webDir,
        readiness,
        now,
        log,
        onBadQuery: () => void refused.badQueries++,
      }),
      { access, now, onRefused: () => void refused.requests++ },
      log,
    ),
    log,
  )
  limitConnections(dashboard.server, () => void refused.requests++)
  const zoneLabels = () => views.zoneLabels()
  const frames = new Frames({ window, flows, catalogue, recent, around, now, zoneLabels })
  const gateway = new Gateway({ server: dashboard.server, frames, access, clock: () => performance.now() })

  const forAgents = directoryRoutes({ directory, gate, now })
  const agents = door.listen(agentsApp([ingest.router, ingest.flowLogs.router, forAgents.router], log))

  const figures = () =>
    figuresOf({
      directory: directory.stats(),
      map: vpcs.stats(),
      file: source.fileStats(),
      waitingAgents: forAgents.waiting(),
      ingest: ingest.counts(),
      flowLogs: ingest.flowLogs.state(),
      now: now(),
      live: gateway.counts(),
      refused,
      trust: { certificateFailures: door.certificateFailures() },
      bill: bill.counts(),
    })
  const metrics = createMetrics({
    zones: views.counters,
    price,
    coverage: () => frames.coverage(),
    store: () => store.health(),
    batches: () => ingest.counts().batches,
    flowLogs: () => ingest.flowLogs.state(),
    audit: () => store.audit({ from: epochMs(now() - AUDITED_MS), to: now() }),
    denials: () => gate.denials,
    billCalls: () => bill.counts().calls,
    watches: () => source.watchStats(),
    mapCalls: () => vpcs.stats()?.calls ?? {},
    rollouts: () => rollouts.counts(),
    hintsMissing: () => hints.missing(),
    totals: () => figures().totals,
    values: () => figures().values,
  })
  const metricsListener = createListener(
    'metrics',
    settings.metricsListen,
    metricsApp(metrics.scrape, metrics.contentType, log),
    log,
  )
  return [
    opened,
    // Before the watches, which make it look.
    rollouts,
    source,
    vpcs,
    views,
    ingest.part,
    new Upkeep(store, now, log),
    ...bill.parts,
    hints,
    readings.part,
    dashboard,
    gateway,
    ...agents,
    metricsListener,
    // Stopped before the listener: agents that wait for news are answered, so that their connections can close.
    { name: 'directory routes', start: async () => {}, stop: async () => forAgents.stop() },
    {
      name: 'readiness',
      start: async () => {
        isReady = true
      },
      stop: async () => {
        isReady = false
      },
    },
  ]
}

interface StorePart extends Part {
  /** What was found at start. */
  readonly recovered: () => Recovered
}

function storePart(store: FlowStore, log: Log): StorePart {
  let found: Recovered | undefined
  return {
    name: 'store',
    recovered: () => {
      if (found === undefined) throw new Error('the store has not been started')
      return found
    },
    start: async () => {
      found = await store.start()
      for (const damage of found.damage) log('warning', 'store', damage)
    },
    stop: () => store.stop(),
  }
}
