import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { SeriesCatalogue } from '../../server/answers/catalogue.ts'
import { ZoneCounters } from '../../server/answers/zone-counters.ts'
import { createMetrics, type MetricSources } from '../../server/metrics.ts'
import { anEnd, aSeries, zoneA, zoneB } from './answers/world.ts'
import { flowLogsRead, noFlowLogs } from './ingest/flow-logs/state.ts'
import { facts, T } from './live/facts.ts'
import { priceAt } from './pricing/price-at.ts'
import { noRollouts } from './rollouts/no-rollouts.ts'

const hostile = 'a"b\\c\nd'
const key = aSeries(anEnd('pod', 'web', zoneA, hostile), anEnd('pod', 'cart', zoneB, 'shop'))

function sources(more: Partial<MetricSources> = {}): MetricSources {
  const zones = new ZoneCounters(new SeriesCatalogue({ series: () => key, seriesCount: () => 1 }))
  zones.add(facts(T, { 0: 2 ** 30 - 10 }))
  return {
    zones,
    price: () => priceAt(0.01, 2 ** 30),
    coverage: () => [
      { kind: 'bytes placed', ratio: 0.5, seen: 1, of: 2, unit: 'bytes' },
      { kind: 'zones compared', ratio: null, seen: 0, of: 0, unit: 'bytes' },
    ],
    store: async () => ({ bytesOnDisk: 1, freeBytes: 2, series: 3, pendingBatches: 4, droppedForSpace: 5 }),
    batches: () => ({ counted: 7 }),
    denials: () => ({ expired: 6 }),
    billCalls: () => ({ answered: 3, throttled: 1 }),
    flowLogs: () => noFlowLogs,
    audit: async () => [],
    watches: () => [],
    mapCalls: () => ({ DescribeSubnets: { ok: 3, throttled: 1 } }),
    rollouts: () => ({ ...noRollouts, added: { 'hints lost': 2 }, hintsLost: new Map([['prod', 3]]) }),
    hintsMissing: () => new Map([['prod', 1]]),
    totals: () => [{ name: 'weir_some_total', help: 'Some', value: 9 }],
    values: () => [{ name: 'weir_some', help: 'Some', value: 8 }],
    ...more,
  }
}

test('bytes and cost by zone and namespace; a hostile name stays within its quotes', async () => {
  const text = await createMetrics(sources()).scrape()
  const labels =
    'source_zone="us-east-1a",destination_zone="us-east-1b",source_namespace="a\\"b\\\\c\\nd",destination_namespace="shop"'
  ok(text.includes(`weir_zone_bytes_total{${labels}} ${2 ** 30 - 10}\n`), text)
  ok(text.includes('weir_cross_zone_cost_usd_total{namespace="a\\"b\\\\c\\nd"} 0.02\n'))
})

test('a ratio with nothing to divide by is not there, rather than 0 or 1', async () => {
  const text = await createMetrics(sources()).scrape()
  match(text, /weir_coverage_ratio\{kind="bytes placed"\} 0.5/)
  ok(!text.includes('zones compared'))
})

test('figures of the parts, by their names', async () => {
  const text = await createMetrics(sources()).scrape()
  match(text, /^weir_server_batches_total\{result="counted"\} 7$/m)
  match(text, /^weir_server_cost_explorer_calls_total\{result="throttled"\} 1$/m)
  match(text, /^weir_agents_refused_total\{reason="expired"\} 6$/m)
  match(text, /^weir_aws_map_calls_total\{call="DescribeSubnets",result="throttled"\} 1$/m)
  match(text, /^weir_rollouts_changes_total\{kind="hints lost"\} 2$/m)
  match(text, /^weir_rollouts_changes_total\{kind="marked by hand"\} 0$/m)
  match(text, /^weir_rollouts_hints_missing_services\{cluster="prod"\} 1$/m)
  match(text, /^weir_rollouts_hints_lost_services\{cluster="prod"\} 3$/m)
  match(text, /^# TYPE weir_some_total counter$/m)
  match(text, /^weir_some 8$/m)
  match(text, /^weir_store_pending_batches 4$/m)
  match(text, /^weir_server_process_cpu_seconds_total /m)
})

test('flow logs: nothing before a reader has come; then what became of them, and how agents agree with them', async () => {
  ok(!(await createMetrics(sources()).scrape()).includes('flow_log'))
  const compared = { minutes: 9, agentBytes: 98, agentWireBytes: 101, flowLogBytes: 100 }
  const hour = { cluster: 'lab', node: 'a1', hour: epochMs(T), smallerBytes: 0, largerBytes: 0, ...compared }
  const text = await createMetrics(sources({ flowLogs: () => flowLogsRead(T), audit: async () => [hour] })).scrape()
  match(text, /^weir_server_flow_log_batches_total\{result="not decided"\} 1$/m)
  match(text, /^weir_server_flow_log_bytes_total\{fate="evidence"\} 60$/m)
  match(text, /^weir_server_flow_log_bytes_total\{fate="too late"\} 0$/m)
  match(text, /^weir_server_flow_log_agent_ratio 0.98$/m)
  match(text, /^weir_server_flow_log_wire_ratio 1.01$/m)
})

test('the watches of Kubernetes, by cluster and resource; before the first frame there are no seconds', async () => {
  const counts = { lists: 1, watches: 2, frames: 30, badObjects: 0 }
  const of = { cluster: 'prod', objects: 4 }
  const watches = () => [
    { ...of, ...counts, resource: 'pods' as const, secondsSinceFrame: 12, failures: { cut: 3 } },
    { ...of, ...counts, resource: 'jobs' as const, secondsSinceFrame: undefined, failures: {} },
  ]
  const text = await createMetrics(sources({ watches })).scrape()
  match(text, /^weir_directory_seconds_since_frame\{cluster="prod",resource="pods"\} 12$/m)
  match(text, /^weir_directory_frames_total\{cluster="prod",resource="jobs"\} 30$/m)
  match(text, /^weir_directory_watch_failures_total\{cluster="prod",resource="pods",failure="cut"\} 3$/m)
  ok(!text.includes('seconds_since_frame{cluster="prod",resource="jobs"'))
})

test('a store that cannot answer takes only its own figures away', async () => {
  const text = await createMetrics(sources({ store: async () => Promise.reject(new Error('disk')) })).scrape()
  equal(text.includes('weir_store_'), false)
  match(text, /weir_zone_bytes_total/)
})

test('scraping twice counts nothing twice', async () => {
  const metrics = createMetrics(sources())
  const line = async () => /weir_zone_bytes_total\{.*/.exec(await metrics.scrape())?.[0]
  equal(await line(), await line())
})
