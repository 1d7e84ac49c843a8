/**
 * Names of the tables that facts live in. A name carries its time, so that a query reads and retention drops whole tables.
 *
 *   journal_<n>            what was committed since the last folding, commit by commit (journal.ts)
 *   open_<yyyymmddhh>      one hour that is not closed: partial sums per minute
 *   minutes_<yyyymmddhh>   one closed hour, sorted by series: one pair's minutes lie together
 *   hours_<yyyymmdd>       one day's hours
 *   days_<yyyy>            a year's days
 *   lanes_<yyyy>           a year's days by lane (see lane.ts)
 *   decisions_<yyyymmdd>, promotions_<yyyymmddhh>, pending_<minute>   the ledger and the batches not yet sealed
 *   compared_<yyyymmddhh>, audit_<yyyymmdd>   what agents and flow logs both saw
 */
export const HOUR_MINUTES = 60
export const DAY_MINUTES = 1440
/** Minutes are kept in memory by spans of this length (closed-sums.ts): of an open hour only the newest ones change. */
export const SPAN_MINUTES = 10
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const digits = (ms: number, length: number): string => new Date(ms).toISOString().replace(/\D/g, '').slice(0, length)

/** `hour`: whole hours since the epoch. */
export const openTable = (hour: number): string => `open_${digits(hour * HOUR_MS, 10)}`
export const minutesTable = (hour: number): string => `minutes_${digits(hour * HOUR_MS, 10)}`
export const promotionsTable = (hour: number): string => `promotions_${digits(hour * HOUR_MS, 10)}`
export const comparedTable = (hour: number): string => `compared_${digits(hour * HOUR_MS, 10)}`
/** `day`: whole UTC days since the epoch. */
export const hoursTable = (day: number): string => `hours_${digits(day * DAY_MS, 8)}`
export const decisionsTable = (day: number): string => `decisions_${digits(day * DAY_MS, 8)}`
export const auditTable = (day: number): string => `audit_${digits(day * DAY_MS, 8)}`
/** `year`: 2026. */
export const daysTable = (year: number): string => `days_${year}`
export const lanesTable = (year: number): string => `lanes_${year}`
export const journalTable = (generation: number): string => `journal_${generation}`
/** `minute`: the first whole minute at or after the end of the batch's window. */
export const pendingTable = (minute: number): string => `pending_${minute}`

export const yearOf = (day: number): number => new Date(day * DAY_MS).getUTCFullYear()
/** Days since the epoch on which a year begins. */
export const firstDay = (year: number): number => Date.UTC(year, 0, 1) / DAY_MS

export type PartitionKind = (typeof kinds)[number]
const kinds = [
  'journal',
  'open',
  'minutes',
  'hours',
  'days',
  'lanes',
  'decisions',
  'promotions',
  'pending',
  'compared',
  'audit',
] as const

/** The kind and number (hour, day, year, minute, generation) of a partition; undefined for any other table. */
export function parsePartition(table: string): { readonly kind: PartitionKind; readonly at: number } | undefined {
  const [name = '', text = '', more] = table.split('_')
  const kind = kinds.find(one => one === name)
  if (kind === undefined || more !== undefined || !/^\d+$/.test(text)) return undefined
  switch (kind) {
    case 'open':
    case 'minutes':
    case 'promotions':
    case 'compared':
      return { kind, at: utc(text) / HOUR_MS }
    case 'hours':
    case 'decisions':
    case 'audit':
      return { kind, at: utc(text) / DAY_MS }
    case 'days':
    case 'lanes':
    case 'journal':
    case 'pending':
      return { kind, at: Number(text) }
  }
}

const utc = (text: string): number =>
  Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8)), Number(text.slice(8, 10)))
