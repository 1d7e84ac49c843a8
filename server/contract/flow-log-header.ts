import { canonicalAddress } from './addresses.ts'
import type { Checked } from './column-frame.ts'
import {
  type FlowLogBatch,
  type LoggedInterface,
  type NextHop,
  type SkippedReason,
  skippedReasons,
} from './flow-log-wire.ts'
import { OLDEST_WIRE_VERSION, WIRE_VERSION } from './version.ts'

/** What is in the header of a flow-log body: the batch without its columns. */
export interface FlowLogHeader extends Omit<FlowLogBatch, 'rows'> {
  readonly count: number
}

/** Most rows of one batch. */
export const MAX_FLOW_LOG_ROWS = 25_000
const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/
const lease = /^[A-Za-z0-9-]{1,64}$/
/** S3 keys have up to 1,024 bytes, buckets 63; the rest is scheme and etag. */
const MAX_OBJECT_ID = 1_300

/** Checks a header field by field. The answer to a bad one names the field, what it is and what would be right. */
export function checkFlowLogHeader(value: unknown): Checked<FlowLogHeader> {
  const bad = (field: string, found: unknown, want: string): Checked<FlowLogHeader> => ({
    ok: false,
    detail: `header.${field} is ${JSON.stringify(found)?.slice(0, 80)}, expected ${want}`,
  })
  if (!isRecord(value)) return { ok: false, detail: 'header is not a JSON object' }
  const { version, cluster, object, records, skipped, interfaces, addresses, nextHops, count } = value
  if (!whole(version)) return bad('version', version, 'a whole number')
  if (version < OLDEST_WIRE_VERSION || version > WIRE_VERSION)
    return {
      ok: false,
      version,
      detail: `wire version ${version} is not among ${OLDEST_WIRE_VERSION}..${WIRE_VERSION}: upgrade the older end`,
    }
  if (typeof cluster !== 'string' || !name.test(cluster)) return bad('cluster', cluster, 'a name')
  if (typeof value.lease !== 'string' || !lease.test(value.lease))
    return bad('lease', value.lease, '1 to 64 of A-Z a-z 0-9 -')
  if (!isObjectId(object)) return bad('object', object, `1 to ${MAX_OBJECT_ID} characters`)
  if (
    !isRecord(records) ||
    !whole(records.from) ||
    !whole(records.to) ||
    records.from > records.to ||
    typeof records.isLast !== 'boolean'
  )
    return bad('records', records, '{from, to, isLast} with 0 <= from <= to')
  const skips = skippedOf(skipped)
  if (skips === undefined) return bad('skipped', skipped, `whole numbers by ${skippedReasons.join(', ')}`)
  if (!Array.isArray(interfaces)) return bad('interfaces', interfaces, 'a list')
  const logged = interfaces.map(interfaceOf)
  for (const [i, one] of logged.entries())
    if (one === undefined) return bad(`interfaces[${i}]`, interfaces[i], '{id, …} with texts of at most 255 characters')
  if (!Array.isArray(nextHops)) return bad('nextHops', nextHops, 'a list')
  const hops = nextHops.map(nextHopOf)
  for (const [i, one] of hops.entries())
    if (one === undefined) return bad(`nextHops[${i}]`, nextHops[i], '{id, …} with texts of at most 255 characters')
  if (!Array.isArray(addresses)) return bad('addresses', addresses, 'a list')
  for (const [i, address] of addresses.entries())
    if (typeof address !== 'string' || canonicalAddress(address) !== address)
      return bad(`addresses[${i}]`, address, 'an IP address in canonical text')
  if (!whole(count) || count > MAX_FLOW_LOG_ROWS) return bad('count', count, `0 to ${MAX_FLOW_LOG_ROWS} rows`)
  const header: FlowLogHeader = {
    version,
    cluster,
    lease: value.lease,
    object,
    records: { from: records.from, to: records.to, isLast: records.isLast },
    skipped: skips,
    interfaces: logged.filter(one => one !== undefined),
    nextHops: hops.filter(one => one !== undefined),
    addresses,
    count,
  }
  return { ok: true, header }
}

/** Whether it can name an object: text of a bounded length. */
export const isObjectId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_OBJECT_ID

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const whole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 255

function skippedOf(value: unknown): { readonly [reason in SkippedReason]?: number } | undefined {
  if (!isRecord(value)) return undefined
  const known: { [reason in SkippedReason]?: number } = {}
  for (const reason of skippedReasons) {
    const count = value[reason]
    if (count === undefined) continue
    if (!whole(count)) return undefined
    known[reason] = count
  }
  return known
}

const interfaceTexts = ['account', 'vpc', 'subnet', 'region', 'zoneId', 'type'] as const
function interfaceOf(value: unknown): LoggedInterface | undefined {
  if (!isRecord(value) || !isText(value.id)) return undefined
  const texts = textsOf(value, interfaceTexts)
  return texts && { id: value.id, ...texts }
}

const nextHopOf = (value: unknown): NextHop | undefined =>
  isRecord(value) ? textsOf(value, ['id', 'vpc', 'zoneId', 'type']) : undefined

/** Those of the texts that are there; undefined when one is no text. */
function textsOf<Name extends string>(
  value: { readonly [key: string]: unknown },
  names: readonly Name[],
): { readonly [name in Name]?: string } | undefined {
  const texts: { [name in Name]?: string } = {}
  for (const name of names) {
    const text = value[name]
    if (text === undefined) continue
    if (!isText(text)) return undefined
    texts[name] = text
  }
  return texts
}
