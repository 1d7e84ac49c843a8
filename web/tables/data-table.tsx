import { useState } from 'react'
import { formatCount } from '../words/bytes.ts'
import { directionOf, type Sorting, sorted, type TableColumn, tableCsv } from './columns.ts'
import { DownloadButton } from './download-button.tsx'

interface Props<Row> {
  /** What the table is of: its name for a screen reader. */
  readonly label: string
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Sums below the rows, in the same columns. */
  readonly foot?: readonly Row[]
  /** Without ".csv"; without a name there is no file. */
  readonly fileName?: string
  /** Rows of the file beyond those of the table. */
  readonly fileFoot?: readonly Row[]
}

/** More at once helps nobody, and slows the page; the rest is a button away, and the file has all. */
const AT_FIRST = 200

/** A table that sorts, says by which column, becomes cards on a phone and goes into a file as it is shown. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rows, keyOf, foot = [], fileName, fileFoot = [] } = props
  const [sorting, setSorting] = useState<Sorting>()
  const [isWhole, setWhole] = useState(false)
  const ordered = sorted(columns, rows, sorting)
  const shown = isWhole ? ordered : ordered.slice(0, AT_FIRST)
  const sortBy = (id: string) =>
    setSorting(before => (before?.id === id ? { id, isReversed: !before.isReversed } : { id, isReversed: false }))
  return (
    <>
      <section
        className="data-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label={`${label}, scrollable`}
      >
        <table className="data" aria-label={label}>
          <thead>
            <tr>
              {columns.map(column => (
                <Head key={column.id} column={column} rows={rows} sorting={sorting} onSort={sortBy} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(row => (
              <Cells key={keyOf(row)} columns={columns} row={row} />
            ))}
          </tbody>
          {foot.length > 0 && (
            <tfoot>
              {foot.map(row => (
                <Cells key={keyOf(row)} columns={columns} row={row} />
              ))}
            </tfoot>
          )}
        </table>
      </section>
      <div className="below">
        {shown.length < rows.length && (
          <>
            <span className="quiet">
              {formatCount(shown.length)} of {formatCount(rows.length)} rows are shown
            </span>
            <button type="button" className="button" onClick={() => setWhole(true)}>
              Show all
            </button>
          </>
        )}
        {fileName !== undefined && (
          <DownloadButton name={`${fileName}.csv`} text={() => tableCsv(columns, [...ordered, ...fileFoot])} />
        )}
      </div>
    </>
  )
}

interface HeadProps<Row> {
  readonly column: TableColumn<Row>
  readonly rows: readonly Row[]
  readonly sorting: Sorting | undefined
  readonly onSort: (id: string) => void
}

function Head<Row>({ column, rows, sorting, onSort }: HeadProps<Row>) {
  const direction = directionOf(column, rows, sorting)
  const mark = direction === 'none' ? '' : direction === 'ascending' ? ' ▴' : ' ▾'
  const words = (
    <>
      {column.label}
      {column.unit !== undefined && <span className="unit"> {column.unit}</span>}
    </>
  )
  return (
    <th
      scope="col"
      className={column.isNumber ? 'number' : ''}
      title={column.means}
      aria-sort={column.order === undefined ? undefined : direction}
    >
      {column.order === undefined ? (
        words
      ) : (
        <button type="button" title={`${column.means}. Sort by it.`} onClick={() => onSort(column.id)}>
          {words}
          <span aria-hidden="true">{mark}</span>
        </button>
      )}
    </th>
  )
}

function Cells<Row>({ columns, row }: { readonly columns: readonly TableColumn<Row>[]; readonly row: Row }) {
  return (
    <tr>
      {columns.map((column, i) => {
        const look = column.isNumber ? 'number' : ''
        const label = column.unit === undefined ? column.label : `${column.label}, ${column.unit}`
        return i === 0 ? (
          <th key={column.id} scope="row" className={look}>
            <Content column={column} row={row} />
          </th>
        ) : (
          <td key={column.id} className={look} data-label={label}>
            <div>
              <Content column={column} row={row} />
            </div>
          </td>
        )
      })}
    </tr>
  )
}

const Content = <Row,>({ column, row }: { readonly column: TableColumn<Row>; readonly row: Row }) =>
  column.cell === undefined ? <bdi>{column.text(row)}</bdi> : column.cell(row)
