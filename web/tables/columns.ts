import type { ReactNode } from 'react'
import { type CsvCell, csvText } from './csv.ts'

/** A column of a table: what is shown, what it sorts by and what goes into the file, in one place. */
export interface TableColumn<Row> {
  readonly id: string
  readonly label: string
  /** Of a number: GB, USD, %. It stands in the header, on the page as in the file. */
  readonly unit?: string
  /** What it is, in a sentence. */
  readonly means: string
  readonly isNumber?: boolean
  readonly text: (row: Row) => string
  /** In place of the text, where it is more than text. */
  readonly cell?: (row: Row) => ReactNode
  /** What rows are sorted by; without it they are not sorted by this column. Larger first, texts from A to Z. */
  readonly order?: (row: Row) => number | string
  /** Exact, where the text is rounded. */
  readonly csv?: (row: Row) => CsvCell
}

export interface Sorting {
  readonly id: string
  readonly isReversed: boolean
}

/** What has nothing to sort by goes to the end, whichever way round. */
export function sorted<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const order = columns.find(column => column.id === sorting?.id)?.order
  if (order === undefined) return rows
  const way = sorting?.isReversed ? -1 : 1
  return rows.toSorted((a, b) => {
    const [x, y] = [order(a), order(b)]
    if (typeof x === 'string' || typeof y === 'string') return way * String(x).localeCompare(String(y), 'en')
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
    return way * (y - x)
  })
}

/** For `aria-sort`: texts stand from A to Z, numbers from the largest, unless reversed. */
export function directionOf<Row>(
  column: TableColumn<Row>,
  rows: readonly Row[],
  sorting: Sorting | undefined,
): 'ascending' | 'descending' | 'none' {
  if (column.id !== sorting?.id) return 'none'
  const isText = rows.some(row => typeof column.order?.(row) === 'string')
  return isText === sorting.isReversed ? 'descending' : 'ascending'
}

export const headerOf = ({ label, unit }: Pick<TableColumn<never>, 'label' | 'unit'>): string =>
  unit === undefined ? label : `${label} (${unit})`

/** The table as a file: the same columns under the same headers, in the order shown. */
export const tableCsv = <Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string =>
  csvText([
    columns.map(column => headerOf(column)),
    ...rows.map(row => columns.map(column => (column.csv === undefined ? column.text(row) : column.csv(row)))),
  ])
