import type { PairEnd, PairRow, PairsAnswer, Totals } from '@weir/contract/queries.ts'

/** Columns of the pairs' CSV, in order: header with unit, and how a row fills it. */
const ends: readonly (readonly [header: string, text: (row: PairRow) => string])[] = [
  ['cluster', row => row.cluster],
  ...endColumns('initiator', row => row.initiator),
  ...endColumns('responder', row => row.responder),
  ['via', row => row.via.join(' ')],
  ['dialled', row => row.dialled.join(' ')],
  ['responder cluster', row => row.responder.cluster ?? row.cluster],
]

const amounts: readonly (readonly [header: string, amount: (row: Totals) => number | string])[] = [
  ['bytes', row => row.bytes],
  ['bytes to responder', row => row.bytesToResponder],
  ['bytes to initiator', row => row.bytesToInitiator],
  ['bytes cross-zone', row => row.byCrossing['cross-zone'].bytes],
  ['bytes same-zone', row => row.byCrossing['same-zone'].bytes],
  ['bytes cross-region', row => row.byCrossing['cross-region'].bytes],
  ['bytes internet', row => row.byCrossing.internet.bytes],
  ['bytes unknown', row => row.byCrossing.unknown.bytes],
  ['wire bytes', row => row.wireBytes],
  ['wire bytes cross-zone', row => row.byCrossing['cross-zone'].wireBytes],
  ['connections', row => row.connections],
  ['cost USD', row => usd(row.costMicroUsd)],
]

function endColumns(side: string, end: (row: PairRow) => PairEnd): [string, (row: PairRow) => string][] {
  return [
    [`${side} kind`, row => end(row).kind],
    [`${side} namespace`, row => end(row).namespace],
    [`${side} name`, row => end(row).name],
    [`${side} workload kind`, row => end(row).workload?.kind ?? ''],
    [`${side} zones`, row => end(row).zones.join(' ')],
  ]
}

/** RFC 4180: exactly the rows of the JSON answer, in its order. */
export function pairsCsv(answer: PairsAnswer): string {
  const lines = [[...ends, ...amounts].map(([header]) => header)]
  for (const row of answer.rows)
    lines.push([...ends.map(([, text]) => text(row)), ...amounts.map(([, amount]) => String(amount(row)))])
  return csvLines(lines)
}

/** A number as text: written as it stands, also below zero. */
export interface Amount {
  readonly amount: string
}

/** RFC 4180: all cells quoted. */
export const csvLines = (lines: readonly (readonly (string | Amount)[])[]): string =>
  lines
    .map(cells => cells.map(one => (typeof one === 'string' ? cell(one) : `"${one.amount}"`)))
    .map(cells => `${cells.join(',')}\r\n`)
    .join('')

/** A spreadsheet runs cells that begin like a formula, and names come from whoever may create a workload. */
function cell(text: string): string {
  const tame = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${tame.replaceAll('"', '""')}"`
}

/** Micro-dollars as dollars with six decimals, without passing through a binary fraction. */
export function usd(microUsd: number): string {
  const digits = String(Math.abs(microUsd)).padStart(7, '0')
  return `${microUsd < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}
