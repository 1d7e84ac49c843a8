import type { PairRow, PairSort, Totals } from '@weir/contract/queries.ts'
import type { CrossingChoice } from '../../filters.ts'
import { formatBytes, formatCount, formatRate } from '../../words/bytes.ts'
import { formatMoney, formatMoneyPerHour } from '../../words/money.ts'
import { formatShare } from '../../words/shares.ts'

/** What a cell needs beside its row. */
export interface TableContext {
  /** Length of the time that the sums are over. */
  readonly spanMs: number
  /** Of every amount. */
  readonly currency: string
  /** Of all rows, also those beyond the limit. */
  readonly total: Totals
}

export interface Column {
  readonly id: string
  readonly label: string
  /** Columns of one heading stand together: sums of bytes are never beside rates without a word. */
  readonly heading: 'bytes' | 'rate' | 'share' | 'connections' | 'cost'
  /** What the number is, in a sentence. */
  readonly means: string
  readonly sort?: PairSort
  text(row: Totals, context: TableContext): string
}

const crossZone = (row: Totals): number => row.byCrossing['cross-zone'].bytes

const allBytes: Column = {
  id: 'bytes',
  label: 'All',
  heading: 'bytes',
  means: 'Bytes in both directions, whatever they crossed',
  sort: 'bytes',
  text: row => formatBytes(row.bytes),
}
const crossZoneBytes: Column = {
  id: 'crossZone',
  label: 'Cross-zone',
  heading: 'bytes',
  means: 'Bytes in both directions that crossed from one zone to another',
  sort: 'crossZoneBytes',
  text: row => formatBytes(crossZone(row)),
}
const toResponder: Column = {
  id: 'toResponder',
  label: '→ to responder',
  heading: 'bytes',
  means: 'Bytes sent by the initiator: requests',
  text: row => formatBytes(row.bytesToResponder),
}
const toInitiator: Column = {
  id: 'toInitiator',
  label: '← to initiator',
  heading: 'bytes',
  means: 'Bytes sent by the responder: answers',
  text: row => formatBytes(row.bytesToInitiator),
}
const rate: Column = {
  id: 'rate',
  label: 'Cross-zone',
  heading: 'rate',
  means: 'Cross-zone bytes per second, the average of the span',
  text: (row, { spanMs }) => formatRate(crossZone(row), spanMs),
}
const allRate: Column = {
  id: 'rate',
  label: 'All',
  heading: 'rate',
  means: 'Bytes per second in both directions, the average of the span',
  text: (row, { spanMs }) => formatRate(row.bytes, spanMs),
}
const shareOfCrossZone: Column = {
  id: 'share',
  label: 'of all cross-zone',
  heading: 'share',
  means: 'This row’s part of the cross-zone bytes of all rows',
  text: (row, { total }) => formatShare(crossZone(row), crossZone(total)),
}
const shareOfBytes: Column = {
  id: 'share',
  label: 'of all bytes',
  heading: 'share',
  means: 'This row’s part of the bytes of all rows',
  text: (row, { total }) => formatShare(row.bytes, total.bytes),
}
const ownCrossing: Column = {
  id: 'ownCrossing',
  label: 'crosses zones',
  heading: 'share',
  means: 'How much of this row’s own bytes crossed zones',
  text: row => formatShare(crossZone(row), row.bytes),
}
const connections: Column = {
  id: 'connections',
  label: 'Opened',
  heading: 'connections',
  means: 'Connections first seen in the span',
  sort: 'connections',
  text: row => formatCount(row.connections),
}
const cost: Column = {
  id: 'cost',
  label: 'Estimate',
  heading: 'cost',
  means: 'Both billed sides of what crossed zones, at the stated price, per hour if the span went on like this',
  sort: 'costMicroUsd',
  text: (row, { spanMs, currency }) => formatMoneyPerHour(row.costMicroUsd, spanMs, currency),
}

const costInAll: Column = {
  id: 'costInAll',
  label: 'In all',
  heading: 'cost',
  means: 'Both billed sides of what crossed zones in this time, at the stated price',
  sort: 'costMicroUsd',
  text: (row, { currency }) => formatMoney(row.costMicroUsd, currency),
}
const THIRTY_DAYS_MS = 30 * 86_400_000
const costPerMonth: Column = {
  id: 'costPerMonth',
  label: 'Per 30 days',
  heading: 'cost',
  means: 'What 30 days would cost if they went on like this time',
  text: (row, { spanMs, currency }) =>
    spanMs <= 0 ? '–' : formatMoney((row.costMicroUsd * THIRTY_DAYS_MS) / spanMs, currency),
}

/** Only what says something new under a choice: where only crossing bytes are listed, "all bytes" would repeat them. */
export function columnsFor(crossing: CrossingChoice, isLive = true): readonly Column[] {
  // Of a range, what 30 days would cost says more than bytes per second.
  const [rates, costs] = isLive ? [[rate], [cost]] : [[], [costInAll, costPerMonth]]
  switch (crossing) {
    case 'cross-zone':
      return [crossZoneBytes, toResponder, toInitiator, ...rates, shareOfCrossZone, connections, ...costs]
    case 'all':
      return [crossZoneBytes, allBytes, toResponder, toInitiator, ...rates, ownCrossing, connections, ...costs]
    case 'same-zone':
    case 'cross-region':
    case 'internet':
    case 'unknown':
      return [allBytes, toResponder, toInitiator, allRate, shareOfBytes, connections]
  }
}

export const headingWords: { readonly [heading in Column['heading']]: string } = {
  bytes: 'Bytes',
  rate: 'Per second',
  share: 'Share',
  connections: 'Connections',
  cost: 'Cost',
}

/** How full the bar under a share is, 0 to 1. */
export function barOf(row: PairRow, crossing: CrossingChoice, total: Totals): number {
  const [part, whole] = crossing === 'cross-zone' ? [crossZone(row), crossZone(total)] : [crossZone(row), row.bytes]
  if (crossing !== 'cross-zone' && crossing !== 'all') return total.bytes > 0 ? row.bytes / total.bytes : 0
  return whole > 0 ? part / whole : 0
}
