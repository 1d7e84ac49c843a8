import { useVirtualizer } from '@tanstack/react-virtual'
import type { PairRow, Totals } from '@weir/contract/queries.ts'
import { useRef, useState } from 'react'
import type { View } from '../../address.ts'
import { withChip } from '../../filters.ts'
import type { ChangeView } from '../../frame/use-address.ts'
import { useMedia } from '../../frame/use-media.ts'
import { formatCount } from '../../words/bytes.ts'
import { areSeveral } from '../../words/ends.ts'
import { columnsFor, type TableContext } from './columns.ts'
import { narrowLabel, PairCells, startsGroup } from './pair-row.tsx'
import { PairsHead } from './pairs-head.tsx'
import { inOrderOf } from './row-order.ts'
import { totalsLessRows } from './table-sums.ts'
import type { PairSums } from './traffic.ts'

interface Props {
  readonly sums: PairSums
  readonly isLive: boolean
  readonly view: View
  readonly change: ChangeView
}

/** Heights before a row is measured. On a phone (look/pairs-narrow.css) a row is a card. */
const ROW_PX = 46
const CARD_PX = 184

export function PairsTable({ sums, isLive, view, change }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const [held, setHeld] = useState<readonly string[]>()
  const newest = sums.rows
  const rows = held === undefined ? newest : inOrderOf(held, newest)
  const columns = columnsFor(view.crossing, isLive)
  const context: TableContext = { spanMs: sums.spanMs, currency: sums.price.currency, total: sums.total }
  const severalClusters = areSeveral(rows)
  const narrow = useMedia('(max-width: 760px)')
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? CARD_PX : ROW_PX),
    getItemKey: i => rows[i]?.key ?? i,
    overscan: 8,
  })
  const shown = virtual.getVirtualItems()
  const above = shown[0]?.start ?? 0
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)
  const rest = totalsLessRows(sums.total, rows)
  return (
    <section
      ref={scroller}
      className="pairs-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label="Pairs, scrollable"
    >
      <table className="pairs" aria-label="Top pairs" aria-rowcount={rows.length + 2}>
        <PairsHead columns={columns} view={view} span={sums.words.short} change={change} />
        <tbody onPointerEnter={() => setHeld(newest.map(row => row.key))} onPointerLeave={() => setHeld(undefined)}>
          <Filler px={above} />
          {shown.map(({ index, key }) => {
            const row: PairRow | undefined = rows[index]
            return (
              row !== undefined && (
                <tr key={String(key)} ref={virtual.measureElement} data-index={index} aria-rowindex={index + 3}>
                  <PairCells
                    row={row}
                    columns={columns}
                    context={context}
                    severalClusters={severalClusters}
                    view={view}
                    onChip={chip => change({ chips: withChip(view.chips, chip) })}
                  />
                </tr>
              )
            )
          })}
          <Filler px={below} />
        </tbody>
        <tfoot>
          {rest.bytes > 0 && (
            <SumRow
              className="sums rest"
              label="Smaller pairs, not listed"
              sums={rest}
              columns={columns}
              context={context}
            />
          )}
          <SumRow
            className="sums"
            label={`Total of ${formatCount(rows.length)} pairs${rest.bytes > 0 ? ' and the rest' : ''}`}
            sums={sums.total}
            columns={columns}
            context={context}
          />
        </tfoot>
      </table>
    </section>
  )
}

/** Stands for the rows that are scrolled out of sight. */
function Filler({ px }: { readonly px: number }) {
  return px <= 0 ? null : (
    <tr className="filler">
      <td style={{ height: px }} />
    </tr>
  )
}

interface SumProps {
  readonly className: string
  readonly label: string
  readonly sums: Totals
  readonly columns: ReturnType<typeof columnsFor>
  readonly context: TableContext
}

function SumRow({ className, label, sums, columns, context }: SumProps) {
  return (
    <tr className={className}>
      <th colSpan={2} scope="row">
        {label}
      </th>
      {columns.map((column, i) => (
        <td
          key={column.id}
          className={`number ${startsGroup(columns, i) ? 'starts' : ''}`}
          data-label={narrowLabel(column)}
        >
          {column.text(sums, context)}
        </td>
      ))}
    </tr>
  )
}
