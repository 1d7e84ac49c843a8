import type { ReadFlowLog } from '@weir/contract/flow-log-wire.ts'
import { type FieldName, fieldNames, isFieldName, isTransitField, needed, wanted } from './fields.ts'

/** Which field stands in which place. */
export interface Format {
  /** One per place, in order; undefined: a field that is not read. */
  readonly places: readonly (FieldName | undefined)[]
  readonly missing: ReadFlowLog['missing']
}

export type FormatResult =
  | { readonly ok: true; readonly format: Format }
  | { readonly ok: false; readonly reason: FormatFault; readonly detail: string }
/** transit gateway: its flow logs have other fields and no action; Weir does not count them. */
export type FormatFault = 'unknown format' | 'transit gateway'

/** The default format of CreateFlowLogs, version 2. */
export const DEFAULT_FORMAT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'

/** @param line the first line of a text object: names of fields, separated by blanks. */
export const readHeader = (line: string): FormatResult => formatOf(words(line))

/** @param format as DescribeFlowLogs gives it: `${version} ${account-id} …`; the names alone will do. */
export function readLogFormat(format: string): FormatResult {
  const fields = words(format).map(word => /^\$\{([^}]+)\}$/.exec(word)?.[1] ?? word)
  return formatOf(fields)
}

/** @param columns of a Parquet object, by AWS's names with underscores. */
export const readColumns = (columns: readonly string[]): FormatResult =>
  formatOf(columns.map(column => column.toLowerCase().replaceAll('_', '-')))

/** Whether a line of a text object is a header and no record: its first word is the name of a field. */
export const isHeader = (line: string): boolean => isFieldName(words(line)[0] ?? '')

function formatOf(fields: readonly string[]): FormatResult {
  if (fields.some(isTransitField))
    return {
      ok: false,
      reason: 'transit gateway',
      detail: 'this is a transit gateway’s flow log: Weir reads those of VPCs, subnets and interfaces',
    }
  const lacking = needed.find(({ anyOf }) => !anyOf.some(field => fields.includes(field)))
  if (lacking !== undefined)
    return {
      ok: false,
      reason: 'unknown format',
      detail: `the flow log’s fields lack ${lacking.anyOf.join(' and ')}: ${lacking.lost}`,
    }
  const known = new Map<string, FieldName>(fieldNames.map(name => [name, name]))
  const twice = fields.find((field, at) => known.has(field) && fields.indexOf(field) !== at)
  if (twice !== undefined)
    return { ok: false, reason: 'unknown format', detail: `the flow log’s fields name ${twice} twice` }
  const missing = wanted.filter(({ field }) => !fields.includes(field))
  return { ok: true, format: { places: fields.map(field => known.get(field)), missing } }
}

const words = (line: string): string[] => line.split(/\s+/).filter(word => word !== '')
