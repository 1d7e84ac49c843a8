/** A number as text: written as it stands, also below zero. */
export interface Amount {
  readonly amount: string
}
/** A text is made safe; numbers are. null: nothing is known. */
export type CsvCell = string | number | Amount | null

/** RFC 4180: all cells quoted, CRLF. */
export const csvText = (lines: readonly (readonly CsvCell[])[]): string =>
  lines.map(cells => `${cells.map(quoted).join(',')}\r\n`).join('')

/** A spreadsheet runs cells that begin like a formula, and names come from whoever may create a workload. */
function quoted(cell: CsvCell): string {
  if (cell === null) return '""'
  if (typeof cell === 'number') return `"${cell}"`
  if (typeof cell === 'object') return `"${cell.amount}"`
  const tame = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return `"${tame.replaceAll('"', '""')}"`
}

/** Millionths of a currency with six decimals, without passing through a binary fraction. */
export function exactMoney(micros: number): Amount {
  const digits = String(Math.abs(micros)).padStart(7, '0')
  return { amount: `${micros < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}` }
}
