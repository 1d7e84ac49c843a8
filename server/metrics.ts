import type { CoveragePart, Price } from '@weir/contract/queries.ts'
import { changeKinds } from '@weir/contract/rollout-queries.ts'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { auditTotal } from './answers/audit.ts'
import type { ZoneCounters } from './answers/zone-counters.ts'
import type { ResourceStats } from './directory/kubernetes/kubernetes.ts'
import type { FlowLogState } from './ingest/flow-logs/flow-logs.ts'
import type { RolloutCounts } from './rollouts/rollouts.ts'
import type { AuditHour, StoreHealth } from './store/flow-store.ts'

/** What /metrics reads: figures the parts keep themselves, by name. Names end in _total where they only grow. */
export interface MetricSources {
  readonly zones: ZoneCounters
  /** The price in force. */
  readonly price: () => Price
  readonly coverage: () => readonly CoveragePart[]
  readonly store: () => Promise<StoreHealth>
  /** Batches by what became of them. */
  readonly batches: () => { readonly [result: string]: number }
  readonly flowLogs: () => FlowLogState
  /** What agents and flow logs saw of each node lately. */
  readonly audit: () => Promise<readonly AuditHour[]>
  /** Requests of agents that were not let in, by reason. */
  readonly denials: () => { readonly [reason: string]: number }
  /** Requests to Cost Explorer by what became of them. */
  readonly billCalls: () => { readonly [outcome: string]: number }
  /** The watches of Kubernetes clusters, one row per cluster and resource. */
  readonly watches: () => readonly ResourceStats[]
  /** Requests to EC2 for the VPCs' map by call, and by what became of them. */
  readonly mapCalls: () => { readonly [call: string]: { readonly [result: string]: number } }
  readonly rollouts: () => RolloutCounts
  /** By cluster: Services whose hints could be there and are not. */
  readonly hintsMissing: () => ReadonlyMap<string, number>
  /** Other grow-only figures by metric name. */
  readonly totals: () => readonly Figure[]
  /** Other figures as of now by metric name. */
  readonly values: () => readonly Figure[]
}

export interface Figure {
  readonly name: string
  readonly help: string
  readonly value: number
}

export interface Metrics {
  readonly contentType: string
  scrape(): Promise<string>
}

/**
 * The server's metrics, made anew from the parts' own figures with every scrape. Labels are closed or bounded: zones and
 * namespaces up to a cap (ZoneCounters), results and kinds from fixed lists.
 */
export function createMetrics(sources: MetricSources): Metrics {
  const process = new Registry()
  collectDefaultMetrics({ register: process, prefix: 'weir_server_' })
  return {
    contentType: process.contentType,
    scrape: async () => `${await process.metrics()}\n${await scrapeParts(sources)}`,
  }
}

async function scrapeParts(sources: MetricSources): Promise<string> {
  const registry = new Registry()
  const registers = [registry]
  const zoneLabels = ['source_zone', 'destination_zone', 'source_namespace', 'destination_namespace'] as const
  const zones = new Counter({
    name: 'weir_zone_bytes_total',
    help: 'Counted IP bytes that went from source to destination since this process started',
    labelNames: zoneLabels,
    registers,
  })
  for (const counter of sources.zones.bytes())
    zones.inc(
      {
        source_zone: counter.sourceZone,
        destination_zone: counter.destinationZone,
        source_namespace: counter.sourceNamespace,
        destination_namespace: counter.destinationNamespace,
      },
      counter.bytes,
    )
  const cost = new Counter({
    name: 'weir_cross_zone_cost_usd_total',
    help: 'Cost of cross-zone traffic by the namespace that opened the connections, at the sides that are billed, in US dollars',
    labelNames: ['namespace'],
    registers,
  })
  for (const [namespace, microUsd] of sources.zones.costs(sources.price())) cost.inc({ namespace }, microUsd / 1e6)
  new Counter({
    name: 'weir_several_services_bytes_total',
    help: 'Counted IP bytes that are of no Service, because several answer at the port of the responder',
    registers,
  }).inc(sources.zones.severalServicesBytes())
  const batches = new Counter({
    name: 'weir_server_batches_total',
    help: 'Batches by what became of them',
    labelNames: ['result'],
    registers,
  })
  for (const [result, count] of Object.entries(sources.batches())) batches.inc({ result }, count)
  addFlowLogs(registers, sources.flowLogs())
  const denials = new Counter({
    name: 'weir_agents_refused_total',
    help: 'Requests of agents that were not let in, by reason',
    labelNames: ['reason'],
    registers,
  })
  for (const [reason, count] of Object.entries(sources.denials())) denials.inc({ reason }, count)
  const billCalls = new Counter({
    name: 'weir_server_cost_explorer_calls_total',
    help: 'Requests to Cost Explorer, every page and every failure counted, by what became of them',
    labelNames: ['result'],
    registers,
  })
  for (const [result, count] of Object.entries(sources.billCalls())) billCalls.inc({ result }, count)
  const coverage = new Gauge({
    name: 'weir_coverage_ratio',
    help: 'Share of the truth that was seen in the last minutes, 0 to 1',
    labelNames: ['kind'],
    registers,
  })
  for (const { kind, ratio } of sources.coverage()) if (ratio !== null) coverage.set({ kind }, ratio)
  addWatches(registers, sources.watches())
  addRollouts(registers, sources.rollouts(), sources.hintsMissing())
  const calls = new Counter({
    name: 'weir_aws_map_calls_total',
    help: "Requests to EC2 for the VPCs' map, by call and by what became of them",
    labelNames: ['call', 'result'],
    registers,
  })
  for (const [call, results] of Object.entries(sources.mapCalls()))
    for (const [result, count] of Object.entries(results)) calls.inc({ call, result }, count)
  for (const { name, help, value } of sources.totals()) new Counter({ name, help, registers }).inc(value)
  for (const { name, help, value } of [
    ...sources.values(),
    ...(await storeFigures(sources)),
    ...(await auditFigures(sources)),
  ])
    new Gauge({ name, help, registers }).set(value)
  return registry.metrics()
}

/** Of every resource of every watched cluster; seconds are left out before its first frame. */
function addWatches(registers: Registry[], watches: readonly ResourceStats[]): void {
  const labelNames = ['cluster', 'resource'] as const
  const gauge = (name: string, help: string): Gauge<'cluster' | 'resource'> =>
    new Gauge({ name: `weir_directory_${name}`, help, labelNames, registers })
  const counter = (name: string, help: string): Counter<'cluster' | 'resource'> =>
    new Counter({ name: `weir_directory_${name}_total`, help, labelNames, registers })
  if (watches.length === 0) return
  const quiet = gauge('seconds_since_frame', 'Seconds since the API server last said something of the resource')
  const objects = gauge('objects', 'Objects that are known')
  const lists = counter('lists', 'Whole lists that were read; more than one a day means that the watch breaks')
  const watchings = counter('watches', 'Watches that were opened; the API server ends one every five to ten minutes')
  const frames = counter('frames', 'Pages and frames that were read')
  const bad = counter('bad_objects', 'Objects that were skipped because they have no identity')
  const failures = new Counter({
    name: 'weir_directory_watch_failures_total',
    help: 'Requests to the API server that failed; all are tried again',
    labelNames: [...labelNames, 'failure'],
    registers,
  })
  for (const { cluster, resource, ...stats } of watches) {
    const labels = { cluster, resource }
    if (stats.secondsSinceFrame !== undefined) quiet.set(labels, stats.secondsSinceFrame)
    objects.set(labels, stats.objects)
    lists.inc(labels, stats.lists)
    watchings.inc(labels, stats.watches)
    frames.inc(labels, stats.frames)
    bad.inc(labels, stats.badObjects)
    for (const [failure, count] of Object.entries(stats.failures)) failures.inc({ ...labels, failure }, count)
  }
}

/** Every kind is there from the start: a first one must show as an increase. */
function addRollouts(
  registers: Registry[],
  { added, damagedLines, dropped, failures, hintsLost }: RolloutCounts,
  hintsMissing: ReadonlyMap<string, number>,
): void {
  const changes = new Counter({
    name: 'weir_rollouts_changes_total',
    help: 'Changes of where connections go that were found, marked by hand or told by Weir itself',
    labelNames: ['kind'],
    registers,
  })
  for (const kind of changeKinds) changes.inc({ kind }, added[kind] ?? 0)
  const gauge = (name: string, help: string, byCluster: ReadonlyMap<string, number>): void => {
    const services = new Gauge({ name: `weir_rollouts_${name}`, help, labelNames: ['cluster'], registers })
    for (const [cluster, count] of byCluster) services.set({ cluster }, count)
  }
  gauge('hints_lost_services', 'Services that had routing hints, still ask for them and have none', hintsLost)
  gauge('hints_missing_services', 'Services whose routing hints could be there, and are not for minutes', hintsMissing)
  const counter = (name: string, help: string, count: number): void =>
    new Counter({ name: `weir_rollouts_${name}_total`, help, registers }).inc(count)
  counter('keep_failures', 'Looks whose changes could not be written; they are told with the next that can', failures)
  counter('dropped', 'Changes that were forgotten because of their age, or because there were too many', dropped)
  counter('damaged_lines', 'Lines of the journal of changes that could not be read at the start', damagedLines)
}

/** Batches and bytes of flow logs by what became of them; nothing before a reader has come. */
function addFlowLogs(registers: Registry[], { reader, batches, bytes }: FlowLogState): void {
  if (reader === undefined) return
  const results = new Counter({
    name: 'weir_server_flow_log_batches_total',
    help: 'Batches of flow logs by what became of them',
    labelNames: ['result'],
    registers,
  })
  for (const [result, count] of Object.entries(batches)) results.inc({ result }, count)
  const fates = new Counter({
    name: 'weir_server_flow_log_bytes_total',
    help: 'Bytes of flow logs: counted, evidence of what agents counted, superseded, or why they were set aside',
    labelNames: ['fate'],
    registers,
  })
  const { counted, evidence, superseded, setAside } = bytes
  for (const [fate, count] of Object.entries({ counted, evidence, superseded, ...setAside })) fates.inc({ fate }, count)
}

/** How agents and flow logs agree; nothing where there is nothing to compare. */
async function auditFigures(sources: MetricSources): Promise<readonly Figure[]> {
  if (sources.flowLogs().reader === undefined) return []
  const { ratio, wireRatio } = auditTotal(await sources.audit().catch(() => []))
  if (ratio === null || wireRatio === null) return []
  return [
    {
      name: 'weir_server_flow_log_agent_ratio',
      help: 'Bytes of agents divided by bytes of flow logs, same nodes and minutes',
      value: ratio,
    },
    {
      name: 'weir_server_flow_log_wire_ratio',
      help: 'Wire bytes as agents estimate them divided by bytes of flow logs, same nodes and minutes',
      value: wireRatio,
    },
  ]
}

/** A store that cannot answer must not take the other metrics down: its figures are missing then. */
async function storeFigures(sources: MetricSources): Promise<readonly Figure[]> {
  const health = await sources.store().catch(() => undefined)
  if (health === undefined) return []
  return [
    { name: 'weir_store_bytes', help: 'Size of the data on disk', value: health.bytesOnDisk },
    { name: 'weir_store_free_bytes', help: 'Bytes free on the disk of the data', value: health.freeBytes },
    { name: 'weir_store_series', help: 'Series that are kept', value: health.series },
    {
      name: 'weir_store_pending_batches',
      help: 'Batches of minutes that are not sealed',
      value: health.pendingBatches,
    },
    {
      name: 'weir_store_dropped_for_space',
      help: 'Partitions that were dropped early because the disk was nearly full',
      value: health.droppedForSpace,
    },
  ]
}
