import type { EpochMs } from '@weir/contract/units.ts'
import type { BillCounts } from './bill.ts'
import type { VpcWatchStats } from './directory/aws/vpc-watch.ts'
import type { FixedStats } from './directory/fixed/fixed.ts'
import type { DirectoryStats } from './directory/stats.ts'
import type { FlowLogState } from './ingest/flow-logs/flow-logs.ts'
import type { IngestCounts } from './ingest/ingest.ts'
import type { GatewayCounts } from './live/gateway.ts'
import type { Figure } from './metrics.ts'

export interface Figures {
  readonly totals: readonly Figure[]
  readonly values: readonly Figure[]
}

export interface FigureSources {
  readonly directory: DirectoryStats
  readonly file: FixedStats
  /** Undefined where no VPC is mapped. */
  readonly map: VpcWatchStats | undefined
  readonly waitingAgents: number
  readonly ingest: IngestCounts
  readonly flowLogs: FlowLogState
  readonly now: EpochMs
  readonly live: GatewayCounts
  /** On the dashboard's port: queries with a wrong parameter, and requests and connections that were too many or without the right. */
  readonly refused: { readonly badQueries: number; readonly requests: number }
  readonly trust: { readonly certificateFailures: number }
  readonly bill: BillCounts
}

const figure = (name: string, help: string, value: number): Figure => ({ name, help, value })

/** The parts' own figures under the names of /metrics. */
export function figuresOf(sources: FigureSources): Figures {
  const { directory, file, map, waitingAgents, ingest, flowLogs, now, live, refused, trust, bill } = sources
  const { bytes } = ingest
  const setAside = Object.values(bytes.setAside).reduce((sum, count) => sum + count, 0)
  return {
    totals: [
      figure('weir_server_rows_total', 'Rows of batches that were taken', bytes.rows),
      figure('weir_server_received_bytes_total', 'Bytes reported in batches that were taken', bytes.received),
      figure('weir_server_promoted_bytes_total', 'Bytes counted because the sender did not watch', bytes.promoted),
      figure('weir_server_superseded_bytes_total', 'Late bytes that a witness had been promoted for', bytes.superseded),
      figure('weir_server_set_aside_bytes_total', 'Reported bytes that count nowhere', setAside),
      figure('weir_server_seal_failures_total', 'Sealings that failed and were tried again', ingest.sealFailures),
      figure('weir_live_frames_total', 'Frames sent to browsers', live.framesTotal),
      figure('weir_live_merged_frames_total', 'Frames left out because a browser was slow', live.mergedTotal),
      figure('weir_live_refused_total', 'Subscriptions and messages of browsers that were refused', live.refusedTotal),
      figure('weir_api_bad_queries_total', 'Queries with a wrong parameter', refused.badQueries),
      figure('weir_api_refused_total', 'Requests refused for who asked, or for how many they asked', refused.requests),
      figure(
        'weir_agents_certificate_failures_total',
        'Changes of the certificate files for agents that could not be taken up',
        trust.certificateFailures,
      ),
      figure(
        'weir_server_cost_explorer_spent_usd_total',
        'Spent on calls of Cost Explorer, in US dollars',
        bill.spentUsd,
      ),
      figure(
        'weir_server_bill_set_aside_total',
        'Rows and days of the bill that could not be taken: another unit or currency, no number, an emptied day',
        bill.setAside,
      ),
      figure('weir_directory_changes_total', 'Changes of the directory', directory.changesTotal),
      figure(
        'weir_directory_labels_forgotten_early_total',
        'Ended labels that were forgotten before their time, because a million were kept',
        directory.labelsForgottenEarly,
      ),
      figure('weir_directory_file_reads_total', 'Reads of the directory file', file.fileReadsTotal),
      figure('weir_directory_file_refused_total', 'Bad changes of the directory file', file.fileRefusedTotal),
    ],
    values: [
      figure('weir_server_bill_days', 'Days of the bill that have been read', bill.days),
      figure('weir_directory_labels', 'Labels kept, ended ones included', directory.labels),
      figure('weir_directory_nodes', 'Nodes', directory.nodes),
      figure('weir_directory_services', 'Services', directory.services),
      figure('weir_directory_subnets', 'Subnets', directory.subnets),
      figure('weir_directory_journal_bytes', 'Size of the journal', directory.journalBytes),
      figure(
        'weir_directory_damaged_lines',
        'Lines of the journal that could not be read at start',
        directory.journalDamagedLines,
      ),
      figure('weir_directory_waiting_agents', 'Agents that wait for news of the directory', waitingAgents),
      figure('weir_live_clients', 'Browsers on the live views', live.clients),
      ...mapValues(map),
      ...readerFigures(flowLogs, now),
    ],
  }
}

function mapValues(map: VpcWatchStats | undefined): Figure[] {
  if (map === undefined) return []
  const { ageSeconds, vpcs, interfaces, unclassified, contested } = map
  const age = 'Seconds since the VPC that was read longest ago was read whole'
  return [
    ...(ageSeconds === undefined ? [] : [figure('weir_aws_map_age_seconds', age, ageSeconds)]),
    figure('weir_aws_map_vpcs', 'VPCs in the map', vpcs),
    figure('weir_aws_map_interfaces', 'Network interfaces in the map', interfaces),
    figure('weir_aws_map_unclassified', 'Network interfaces of which nobody knows what they are for', unclassified),
    figure('weir_aws_map_contested_subnets', 'Subnets whose addresses several VPCs use', contested),
  ]
}

/** What the reader of flow logs says of itself; nothing before one has come. */
function readerFigures({ reader }: FlowLogState, now: EpochMs): readonly Figure[] {
  if (reader === undefined) return []
  const { backlogObjects, newestRecord, objectsSetAside } = reader.report
  const setAside = Object.values(objectsSetAside).reduce((sum, count) => sum + count, 0)
  return [
    figure(
      'weir_server_flow_log_reader_silent_seconds',
      'Seconds since a reader of flow logs was heard; it renews its lease every minute',
      (now - reader.heardAt) / 1000,
    ),
    figure('weir_server_flow_log_backlog_objects', 'Objects that are listed and not read yet', backlogObjects),
    figure(
      'weir_server_flow_log_objects_set_aside',
      'Objects that the reader gave up: what they hold is missing',
      setAside,
    ),
    ...(newestRecord === null
      ? []
      : [
          figure(
            'weir_server_flow_log_newest_record_seconds',
            'Age of the newest record that was read; AWS delivers 5 to 15 minutes late',
            (now - newestRecord) / 1000,
          ),
        ]),
  ]
}
