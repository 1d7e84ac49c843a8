import type { Part } from '@weir/contract/parts.ts'
import type { ListenAddress } from '@weir/contract/settings.ts'
import { type Family, type MetricsText, metricsPart, type Reading, textOf } from '../metrics.ts'
import type { Totals } from './totals.ts'

/** What is read at every scrape. Labels are closed sets: never an object, an address or an interface. */
export interface Readings {
  readonly totals: Totals
  readonly backlog: { readonly size: number }
  readonly holdsLease: boolean
  readonly bytesMoved: number
  readonly cpuMs: number
}

const readings: readonly Reading<Readings>[] = [
  ['weir_flow_logs_objects_total', 'Objects read to their end', ({ totals }) => totals.objectsRead],
  ['weir_flow_logs_records_total', 'Records the server has', ({ totals }) => totals.recordsRead],
  ['weir_flow_logs_rows_total', 'Rows they were summed to', ({ totals }) => totals.rowsSent],
  ['weir_flow_logs_backlog_objects', 'Objects listed and not read yet', ({ backlog }) => backlog.size],
  ['weir_flow_logs_lease', '1: this reader holds the lease', ({ holdsLease }) => Number(holdsLease)],
  ['weir_flow_logs_newest_record_seconds', 'End of the newest record', ({ totals }) => seconds(totals.newestRecord)],
  ['weir_flow_logs_uplink_bytes_total', 'Bytes to and from the server', ({ bytesMoved }) => bytesMoved],
  ['process_cpu_seconds_total', 'CPU time of all threads', ({ cpuMs }) => cpuMs / 1000],
  ['process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss()],
]

const families: readonly Family<Readings>[] = [
  ['weir_flow_logs_skipped_total', 'Records without bytes to count, by reason', 'reason', s => s.totals.skipped],
  ['weir_flow_logs_set_aside_total', 'Objects given up, by reason', 'reason', s => s.totals.setAside],
  ['weir_flow_logs_retries_total', 'Objects that are tried again, by reason', 'reason', s => s.totals.retried],
  ['weir_flow_logs_troubles_total', 'Waits that no object caused, by what did', 'with', s => s.totals.troubles],
]

export const metricsText = (read: () => Readings): MetricsText => textOf(readings, families, read)

/** /metrics and /healthz of the reader. */
export const readerMetrics = (listen: ListenAddress, read: () => Readings): Part =>
  metricsPart(listen, metricsText(read))

const seconds = (ms: number | null): number | undefined => (ms === null ? undefined : ms / 1000)
