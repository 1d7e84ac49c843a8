import { isObjectId } from '@weir/contract/flow-log-header.ts'
import {
  type LeaseRequest,
  MAX_OBJECTS_QUESTION,
  type ObjectsQuestion,
  type ReaderReport,
  type ReadFlowLog,
} from '@weir/contract/flow-log-wire.ts'
import { epochMs } from '@weir/contract/units.ts'

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string }

const MAX_FLOW_LOGS = 500
const MAX_REASONS = 100
const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/

const bad = (field: string, found: unknown, want: string): Read<never> => ({
  ok: false,
  detail: `${field} is ${JSON.stringify(found)?.slice(0, 80)}, expected ${want}`,
})

/** Checks a request for the lease field by field. */
export function readLeaseRequest(text: string): Read<LeaseRequest> {
  const value = parse(text)
  if (!isRecord(value)) return { ok: false, detail: 'body is not a JSON object' }
  const { version, cluster, reader, takesOver } = value
  if (!isWhole(version)) return bad('version', version, 'a whole number')
  if (typeof cluster !== 'string' || !name.test(cluster)) return bad('cluster', cluster, 'a name')
  if (!isText(reader, 64)) return bad('reader', reader, 'a text of 1 to 64 characters')
  if (takesOver !== undefined && typeof takesOver !== 'boolean') return bad('takesOver', takesOver, 'true or false')
  const report = readReport(value.report)
  if (!report.ok) return report
  const request = { version, cluster, reader, report: report.value }
  return { ok: true, value: takesOver === undefined ? request : { ...request, takesOver } }
}

export function readObjectsQuestion(text: string): Read<ObjectsQuestion> {
  const value = parse(text)
  if (!isRecord(value)) return { ok: false, detail: 'body is not a JSON object' }
  const { lease, objects } = value
  if (!isText(lease, 64)) return bad('lease', lease, 'a text of 1 to 64 characters')
  if (!Array.isArray(objects) || objects.length > MAX_OBJECTS_QUESTION)
    return bad('objects', objects, `a list of at most ${MAX_OBJECTS_QUESTION}`)
  const wrong = objects.findIndex(object => !isObjectId(object))
  if (wrong >= 0) return bad(`objects[${wrong}]`, objects[wrong], 'the name of an object')
  return { ok: true, value: { lease, objects } }
}

function readReport(value: unknown): Read<ReaderReport> {
  if (!isRecord(value)) return bad('report', value, 'what the reader says of itself')
  const { version, process, mode, flowLogs, objectsRead, recordsRead, objectsSetAside, backlogObjects } = value
  if (!isText(version, 200)) return bad('report.version', version, 'a text')
  if (!isText(process, 200)) return bad('report.process', process, 'a text')
  if (mode !== 'tail' && mode !== 'import') return bad('report.mode', mode, '"tail" or "import"')
  if (!isWhole(objectsRead)) return bad('report.objectsRead', objectsRead, 'a whole number')
  if (!isWhole(recordsRead)) return bad('report.recordsRead', recordsRead, 'a whole number')
  if (!isWhole(backlogObjects)) return bad('report.backlogObjects', backlogObjects, 'a whole number')
  const { newestRecord } = value
  if (newestRecord !== null && !isWhole(newestRecord))
    return bad('report.newestRecord', newestRecord, 'epoch ms or null')
  const aside = isRecord(objectsSetAside) ? Object.entries(objectsSetAside) : undefined
  if (aside === undefined || aside.length > MAX_REASONS || !aside.every(([, count]) => isWhole(count)))
    return bad('report.objectsSetAside', objectsSetAside, `whole numbers by reason, at most ${MAX_REASONS}`)
  if (!Array.isArray(flowLogs) || flowLogs.length > MAX_FLOW_LOGS)
    return bad('report.flowLogs', flowLogs, `a list of at most ${MAX_FLOW_LOGS}`)
  const read = flowLogs.map(readFlowLog)
  const wrong = read.indexOf(undefined)
  if (wrong >= 0) return bad(`report.flowLogs[${wrong}]`, flowLogs[wrong], '{id, place, missing: [{field, lost}]}')
  const counts = Object.fromEntries(aside.flatMap(([reason, count]) => (isWhole(count) ? [[reason, count]] : [])))
  return {
    ok: true,
    value: {
      ...{ version, process, mode, objectsRead, recordsRead, backlogObjects, objectsSetAside: counts },
      flowLogs: read.filter(one => one !== undefined),
      newestRecord: newestRecord === null ? null : epochMs(newestRecord),
    },
  }
}

function readFlowLog(value: unknown): ReadFlowLog | undefined {
  if (!isRecord(value) || !isText(value.id, 300) || !isText(value.place, 2_000)) return undefined
  const { id, place, resource, missing } = value
  if (resource !== undefined && !isText(resource, 300)) return undefined
  if (!Array.isArray(missing) || missing.length > 60) return undefined
  const fields = missing.flatMap(one =>
    isRecord(one) && isText(one.field, 100) && isText(one.lost, 500) ? [{ field: one.field, lost: one.lost }] : [],
  )
  if (fields.length < missing.length) return undefined
  return { id, place, missing: fields, ...(resource !== undefined && { resource }) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= most
