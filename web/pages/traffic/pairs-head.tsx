import type { PairSort } from '@weir/contract/queries.ts'
import type { View } from '../../address.ts'
import type { ChangeView } from '../../frame/use-address.ts'
import { type Column, headingWords } from './columns.ts'
import { startsGroup } from './pair-row.tsx'

interface Props {
  readonly columns: readonly Column[]
  readonly view: View
  readonly span: string
  readonly change: ChangeView
}

/** Two header rows: what kind of number, then which. Sorting is by the server, largest first; names from A to Z. */
export function PairsHead({ columns, view, span, change }: Props) {
  const headings = Map.groupBy(columns, column => column.heading)
  return (
    <thead>
      <tr>
        <th colSpan={2} scope="colgroup" className="heading end">
          Who opened the connections → who answered
        </th>
        {[...headings].map(([heading, some]) => (
          <th key={heading} colSpan={some.length} scope="colgroup" className="heading starts">
            {heading === 'bytes' ? `Bytes ${span}` : headingWords[heading]}
          </th>
        ))}
      </tr>
      <tr className="last">
        <th scope="col" className="end" aria-sort={view.sort === 'name' ? 'ascending' : 'none'}>
          <SortButton label="Initiator" sort="name" means="From A to Z" view={view} change={change} />
        </th>
        <th scope="col" className="end">
          Responder
        </th>
        {columns.map((column, i) => (
          <th
            key={column.id}
            scope="col"
            className={startsGroup(columns, i) ? 'starts' : ''}
            title={column.means}
            {...(column.sort !== undefined && {
              'aria-sort': view.sort === column.sort ? ('descending' as const) : ('none' as const),
            })}
          >
            {column.sort === undefined ? (
              column.label
            ) : (
              <SortButton label={column.label} sort={column.sort} means={column.means} view={view} change={change} />
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

interface SortProps {
  readonly label: string
  readonly sort: PairSort
  readonly means: string
  readonly view: View
  readonly change: ChangeView
}

function SortButton({ label, sort, means, view, change }: SortProps) {
  const mark = view.sort !== sort ? '' : sort === 'name' ? ' ▴' : ' ▾'
  return (
    <button type="button" title={`${means}. Sort by it.`} onClick={() => change({ sort })}>
      {label}
      <span aria-hidden="true">{mark}</span>
    </button>
  )
}
