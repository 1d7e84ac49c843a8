import type { ZoneCell } from '@weir/contract/queries.ts'
import { type KeyboardEvent, useState } from 'react'
import { formatBytes, formatRate } from '../words/bytes.ts'
import { formatMoneyPerHour } from '../words/money.ts'
import { cellAfter, heatGrid, SHADES, shadeOf } from './heat.ts'

interface Props {
  readonly zones: readonly string[]
  readonly cells: readonly ZoneCell[]
  readonly spanMs: number
  readonly currency: string
  /** The two places whose traffic the page is filtered to, if any. */
  readonly chosen: readonly string[]
  onChoose(from: string, to: string, cell: ZoneCell | undefined): void
}

/** Directed zone × zone table: rows are where bytes came from. The arrow keys move between cells. */
export function HeatMap({ zones, cells, spanMs, currency, chosen, onChoose }: Props) {
  const grid = heatGrid(zones, cells)
  const [focused, setFocused] = useState<readonly [number, number]>([0, 0])
  const onKey = (event: KeyboardEvent<HTMLTableElement>) => {
    const next = cellAfter(event.key, focused[0], focused[1], grid.names.length)
    if (next === undefined) return
    event.preventDefault()
    event.currentTarget.querySelector<HTMLButtonElement>(`[data-cell="${next.join(' ')}"]`)?.focus()
  }
  return (
    <>
      <div className="heat-scroll">
        <table className="heat" aria-label="Bytes per second from zone to zone" onKeyDown={onKey}>
          <thead>
            <tr>
              <th scope="col" className="quiet small">
                from ↓ to →
              </th>
              {grid.names.map(name => (
                <th key={name} scope="col">
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.names.map((from, row) => (
              <tr key={from}>
                <th scope="row">
                  <bdi>{from}</bdi>
                </th>
                {grid.names.map((to, column) => (
                  <td key={to} className={kindOf(grid.cells[row]?.[column], from, to)}>
                    <HeatCell
                      at={`${row} ${column}`}
                      from={from}
                      to={to}
                      cell={grid.cells[row]?.[column]}
                      largest={grid.largest}
                      spanMs={spanMs}
                      currency={currency}
                      pressed={chosen.length === 2 && chosen.includes(from) && chosen.includes(to) && from !== to}
                      reachable={focused[0] === row && focused[1] === column}
                      onFocus={() => setFocused([row, column])}
                      onClick={() => onChoose(from, to, grid.cells[row]?.[column])}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Scale largest={grid.largest} spanMs={spanMs} />
    </>
  )
}

interface CellProps {
  readonly at: string
  readonly from: string
  readonly to: string
  readonly cell: ZoneCell | undefined
  readonly largest: number
  readonly spanMs: number
  readonly currency: string
  readonly pressed: boolean
  readonly reachable: boolean
  onFocus(): void
  onClick(): void
}

function HeatCell({ at, from, to, cell, largest, spanMs, currency, pressed, reachable, onFocus, onClick }: CellProps) {
  const shade = cell?.crossing === 'cross-zone' ? shadeOf(cell.bytes, largest) : 0
  const cost =
    cell !== undefined && cell.costMicroUsd > 0
      ? `, about ${formatMoneyPerHour(cell.costMicroUsd, spanMs, currency)}`
      : ''
  const words =
    cell === undefined ? 'nothing' : `${formatRate(cell.bytes, spanMs)}, ${formatBytes(cell.bytes)} in all${cost}`
  return (
    <button
      type="button"
      data-cell={at}
      className={shade > 0 ? `shade-${shade}` : cell === undefined ? 'empty' : ''}
      aria-label={`From ${from} to ${to}: ${words}`}
      title={`${from} → ${to}: ${words}`}
      aria-pressed={pressed}
      // One cell is in the tab order; the arrow keys lead to the others.
      tabIndex={reachable ? 0 : -1}
      onFocus={onFocus}
      onClick={onClick}
    >
      {cell === undefined ? '·' : formatRate(cell.bytes, spanMs)}
    </button>
  )
}

function kindOf(cell: ZoneCell | undefined, from: string, to: string): string {
  if (cell === undefined) return from === to ? 'stays' : ''
  if (cell.crossing === 'same-zone') return 'stays'
  return cell.crossing === 'cross-zone' ? '' : 'elsewhere'
}

function Scale({ largest, spanMs }: { readonly largest: number; readonly spanMs: number }) {
  return (
    <p className="scale">
      <span>0</span>
      <span className="ramp" aria-hidden="true">
        {Array.from({ length: SHADES }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the shades are their numbers.
          <i key={i} className={`shade-${i + 1}`} />
        ))}
      </span>
      <span className="number">{formatRate(largest, spanMs)} cross-zone</span>
      <span>
        <span className="hatch" aria-hidden="true" /> stays in its zone, free
      </span>
    </p>
  )
}
