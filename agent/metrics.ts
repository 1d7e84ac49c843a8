import type { ServerResponse } from 'node:http'
import type { LossName } from '@weir/contract/agent-wire.ts'
import type { Part } from '@weir/contract/parts.ts'
import type { ListenAddress } from '@weir/contract/settings.ts'
import { Counter, Gauge, Registry } from 'prom-client'
import type { SourceStats } from './sources/flow-source.ts'
import type { SendResult } from './uplink/send.ts'

/** What is read at every scrape. Labels are closed sets: never an address, a pod or a port. */
export interface Readings {
  readonly stats: SourceStats | undefined
  readonly spool: { readonly bytes: number; readonly windows: number }
  readonly sender: { readonly bytesMoved: number }
  readonly directory: { readonly labelCount: number; readonly watermark: number }
  readonly directoryClient: { readonly bytesMoved: number; readonly connected: boolean }
  readonly losses: { readonly [name in LossName]?: number }
  readonly results: ReadonlyMap<SendResult, number>
  readonly cpuMs: number
}

const readings: readonly Reading<Readings>[] = [
  ['weir_agent_conntrack_entries', 'Entries in the connection table', ({ stats }) => stats?.entries],
  ['weir_agent_conntrack_entries_max', 'nf_conntrack_max', ({ stats }) => stats?.tableMax],
  ['weir_agent_entries_without_counters', 'Entries without byte counters', s => s.stats?.entriesWithoutCounters],
  ['weir_agent_dump_seconds', 'Time the last read of the table took', ({ stats }) => stats && stats.dumpMs / 1000],
  ['weir_agent_dump_cpu_seconds', 'CPU time it took', ({ stats }) => stats && stats.dumpCpuMs / 1000],
  ['weir_agent_dump_interval_seconds', 'Interval in force', ({ stats }) => stats && stats.dumpEveryMs / 1000],
  ['weir_agent_dumps_total', 'Reads of the table', ({ stats }) => stats?.dumpsTotal],
  ['weir_agent_events_total', 'Ends of connections the kernel told of', ({ stats }) => stats?.eventsTotal],
  ['weir_agent_lost_events_total', 'Events the kernel dropped', ({ stats }) => stats?.lostEventsTotal],
  ['weir_agent_event_overruns_total', 'Overruns of the event socket', ({ stats }) => stats?.overrunsTotal],
  ['weir_agent_spool_bytes', 'Bytes of the spool on disk', ({ spool }) => spool.bytes],
  ['weir_agent_spool_windows', 'Windows that wait to be sent', ({ spool }) => spool.windows],
  ['weir_agent_uplink_bytes_total', 'Bytes of batches and receipts', ({ sender }) => sender.bytesMoved],
  ['weir_agent_label_bytes_total', 'Bytes of directory and labels', s => s.directoryClient.bytesMoved],
  ['weir_agent_labels', 'Labels this agent holds', ({ directory }) => directory.labelCount],
  ['weir_agent_directory_watermark_seconds', 'Up to when labels are known', s => s.directory.watermark / 1000],
  ['weir_agent_directory_connected', '1: the last poll was answered', s => Number(s.directoryClient.connected)],
  ['process_cpu_seconds_total', 'CPU time of all threads', ({ cpuMs }) => cpuMs / 1000],
  ['process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss()],
]

const families: readonly Family<Readings>[] = [
  ['weir_agent_batches_total', 'Requests with batches, by what became of them', 'result', ({ results }) => results],
  ['weir_agent_losses_total', 'What was lost or not counted, by name', 'what', ({ losses }) => Object.entries(losses)],
  [
    'weir_agent_dropped_bytes_total',
    'Bytes of traffic dropped, by reason',
    'reason',
    ({ losses }) => [['spool full', losses['spool bytes dropped'] ?? 0]],
  ],
]

/** The text of the agent's /metrics, read anew with every call. */
export const metricsText = (read: () => Readings): MetricsText => textOf(readings, families, read)

/** Name, help, and where the number comes from; a name that ends in _total only grows. */
export type Reading<Now> = readonly [name: string, help: string, read: (now: Now) => number | undefined]
/** The same with one label, whose values are a closed set. */
export type Family<Now> = readonly [
  name: string,
  help: string,
  label: string,
  read: (now: Now) => Iterable<readonly [string, number]>,
]

/** The text of a program's /metrics, read anew with every call. */
export function textOf<Now>(
  single: readonly Reading<Now>[],
  labelled: readonly Family<Now>[],
  read: () => Now,
): MetricsText {
  const registry = new Registry()
  for (const [name, help, value] of single) expose(registry, name, help, [], () => [[{}, value(read())]])
  for (const [name, help, label, values] of labelled)
    expose(registry, name, help, [label], () =>
      [...values(read())].map(([value, count]) => [{ [label]: value }, count]),
    )
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

/** /metrics and /healthz of the agent. */
export const agentMetrics = (listen: ListenAddress, read: () => Readings): Part =>
  metricsPart(listen, metricsText(read))

/** The text of /metrics, read anew with every call. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

/** /metrics and /healthz on plain HTTP. */
export function metricsPart({ host, port }: ListenAddress, metrics: MetricsText): Part {
  // Not by an import: see ServerClient (uplink/http.ts).
  const server = process
    .getBuiltinModule('node:http')
    .createServer((request, response) => void answer(metrics, request.url ?? '', response))
  return {
    name: 'metrics',
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => resolve())
      }),
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A number that another part keeps: read at the scrape, absent while it is not known. */
function expose(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: () => readonly (readonly [labels: { [label: string]: string }, value: number | undefined])[],
): void {
  const metric = new (name.endsWith('_total') ? Counter : Gauge)({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      for (const [labels, value] of read()) {
        metric.remove(labels)
        if (value !== undefined) metric.inc(labels, value)
      }
    },
  })
}

async function answer(metrics: MetricsText, url: string, response: ServerResponse): Promise<void> {
  if (url === '/healthz') response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n')
  else if (url === '/metrics') {
    const text = await metrics.text()
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
  } else response.writeHead(404).end()
}
