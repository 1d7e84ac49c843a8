import type { AgentReport } from './agent-wire.ts'
import { type BatchHeader, type HeaderCheck, windowOf } from './batch-codec.ts'
import { OLDEST_WIRE_VERSION, WIRE_VERSION } from './version.ts'

const MAX_ROWS = 200_000
const MAX_WINDOW_MS = 7 * 86_400_000
const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/
const epoch = /^[A-Za-z0-9-]{1,64}$/

/** Checks a batch's header field by field. The answer to a bad one names the field, what it is and what would be right. */
export function checkHeader(value: unknown): HeaderCheck {
  const bad = (field: string, found: unknown, want: string): HeaderCheck => ({
    ok: false,
    detail: `header.${field} is ${JSON.stringify(found)?.slice(0, 80)}, expected ${want}`,
  })
  if (!isRecord(value)) return { ok: false, detail: 'header is not a JSON object' }
  const { version, cluster, node, sequence, part, window, ends, services, count, report } = value
  if (!whole(version)) return bad('version', version, 'a whole number')
  if (version < OLDEST_WIRE_VERSION || version > WIRE_VERSION)
    return {
      ok: false,
      version,
      detail: `wire version ${version} is not among ${OLDEST_WIRE_VERSION}..${WIRE_VERSION}: upgrade the older end`,
    }
  if (typeof cluster !== 'string' || !name.test(cluster)) return bad('cluster', cluster, 'a name')
  if (typeof node !== 'string' || !name.test(node)) return bad('node', node, 'a node name')
  if (typeof value.epoch !== 'string' || !epoch.test(value.epoch))
    return bad('epoch', value.epoch, '1 to 64 of A-Z a-z 0-9 -')
  if (!whole(sequence) || sequence < 1) return bad('sequence', sequence, 'a whole number from 1')
  if (
    !isRecord(part) ||
    !whole(part.index) ||
    !whole(part.of) ||
    part.of < 1 ||
    part.of > 1024 ||
    part.index >= part.of
  )
    return bad('part', part, '{index, of} with 0 <= index < of <= 1024')
  if (
    !isRecord(window) ||
    !whole(window.from) ||
    !whole(window.to) ||
    window.from >= window.to ||
    window.to - window.from > MAX_WINDOW_MS
  )
    return bad('window', window, '{from, to} in epoch ms, from before to, at most 7 days')
  if (window.kind !== 'live' && window.kind !== 'catch-up')
    return bad('window.kind', window.kind, '"live" or "catch-up"')
  if (!Array.isArray(ends) || !ends.every(end => whole(end) || (typeof end === 'string' && end.length <= 45)))
    return bad('ends', ends, 'label ids and addresses')
  if (!Array.isArray(services) || !services.every(whole)) return bad('services', services, 'service ids')
  if (!whole(count) || count > MAX_ROWS) return bad('count', count, `0 to ${MAX_ROWS} rows`)
  if (!isReport(report)) return bad('report', report, 'an agent report')
  const header: BatchHeader = {
    version,
    cluster,
    node,
    epoch: value.epoch,
    sequence,
    ends,
    services,
    count,
    report,
    part: { index: part.index, of: part.of },
    window: windowOf(window.from, window.to, window.kind),
  }
  return { ok: true, header }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const whole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const reportTexts = ['agentVersion', 'process', 'mode', 'accounting', 'events', 'timestamps'] as const
const reportNumbers = [
  'startedAt',
  'mtu',
  'entries',
  'tableMax',
  'entriesWithoutCounters',
  'dumpMs',
  'dumpCpuMs',
  'dumpEveryMs',
  'spoolBytes',
  'spoolWindows',
  'rssBytes',
  'cpuMsTotal',
  'uplinkBytesTotal',
  'labelBytesTotal',
] as const

function isReport(value: unknown): value is AgentReport {
  if (!isRecord(value) || !isRecord(value.losses)) return false
  return (
    reportTexts.every(field => typeof value[field] === 'string' && (value[field] as string).length <= 200) &&
    reportNumbers.every(field => Number.isFinite(value[field])) &&
    Object.values(value.losses).every(count => Number.isFinite(count))
  )
}
