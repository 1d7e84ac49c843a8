import type { PairEnd, PairRow, Totals } from '@weir/contract/queries.ts'
import { type CsvCell, csvText, exactMoney } from '../../tables/csv.ts'
import { totalsLessRows } from './table-sums.ts'
import type { PairSums } from './traffic.ts'

const ends = ['kind', 'namespace', 'name', 'zones']
const header = (currency: string): string[] => [
  'cluster',
  ...ends.map(word => `initiator ${word}`),
  ...ends.map(word => `responder ${word}`),
  'bytes',
  'bytes to responder',
  'bytes to initiator',
  'bytes cross-zone',
  'wire bytes cross-zone',
  'connections',
  `cost ${currency}`,
]

/** The rows as they are shown, to the byte, and what the limit cut off as a row: the columns add up to the totals. */
export function pairsFile({ total, price }: PairSums, rows: readonly PairRow[]): string {
  const rest = totalsLessRows(total, rows)
  const lines = rows.map(row => [row.cluster, ...endCells(row.initiator), ...endCells(row.responder), ...amounts(row)])
  const smaller = ['', '', '', 'smaller pairs, not listed', '', '', '', '', '', ...amounts(rest)]
  return csvText([header(price.currency), ...lines, ...(rest.bytes > 0 ? [smaller] : [])])
}

const endCells = ({ kind, namespace, name, zones }: PairEnd): string[] => [kind, namespace, name, zones.join(' ')]

const amounts = (sums: Totals): CsvCell[] => [
  sums.bytes,
  sums.bytesToResponder,
  sums.bytesToInitiator,
  sums.byCrossing['cross-zone'].bytes,
  sums.byCrossing['cross-zone'].wireBytes,
  sums.connections,
  exactMoney(sums.costMicroUsd),
]
