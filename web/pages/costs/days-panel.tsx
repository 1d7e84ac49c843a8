import type { CostDay, CostsAnswer } from '@weir/contract/cost-queries.ts'
import { memo } from 'react'
import { DayBars } from '../../plots/day-bars.tsx'
import type { TableColumn } from '../../tables/columns.ts'
import { exactMoney } from '../../tables/csv.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatMoney } from '../../words/money.ts'
import { formatGb, formatRatio } from '../../words/quantities.ts'
import { dayWords } from '../../words/times.ts'
import { stateWords } from './month-totals.tsx'

/** Each day with the state of its bill. */
export const DaysPanel = memo(function DaysPanel({ answer }: { readonly answer: CostsAnswer }) {
  const { days, currency, month, scope } = answer
  if (days.length === 0) return null
  const columns = scope === 'all' ? [...stateColumns, ...figureColumns(currency)] : stateColumns
  return (
    <section className="panel" aria-labelledby="days-title">
      <header>
        <h2 id="days-title">Day by day</h2>
        <span className="quiet small">
          {scope === 'all' ? 'Cost of each day: observed, and above it what is billed and was not observed' : ''}
        </span>
      </header>
      {scope === 'all' && <DayBars days={days} currency={currency} />}
      <details className="twin-of">
        <summary>The days as a table</summary>
        <DataTable
          label="Day by day"
          columns={columns}
          rows={days}
          keyOf={({ day }) => `${day}`}
          fileName={`weir-days-${month}`}
        />
      </details>
    </section>
  )
})

const stateColumns: readonly TableColumn<CostDay>[] = [
  {
    id: 'day',
    label: 'Day',
    unit: 'UTC',
    means: 'A UTC day, as bills have them',
    text: ({ day }) => dayWords(day),
    order: ({ day }) => day,
    csv: ({ day }) => new Date(day).toISOString().slice(0, 10),
  },
  {
    id: 'state',
    label: 'Bill',
    means: 'Final: it changes no more. Provisional: it may. Estimated: the bill does not have the day yet',
    text: ({ state }) => stateWords[state],
  },
  {
    id: 'sealed',
    label: 'Counting',
    means: 'Sealed: every minute of the day is decided, nothing is added any more',
    text: ({ isSealed }) => (isSealed ? 'sealed' : 'may still rise'),
  },
]

function figureColumns(currency: string): TableColumn<CostDay>[] {
  type Figures = NonNullable<CostDay['figures']>
  const gb = (
    id: string,
    label: string,
    means: string,
    of: (figures: Figures) => number | null,
  ): TableColumn<CostDay> => ({
    id,
    label,
    unit: 'GB × sides',
    means,
    isNumber: true,
    text: ({ figures }) => formatGb(figures === null ? null : of(figures)),
    order: ({ figures }) => (figures === null ? Number.NaN : (of(figures) ?? Number.NaN)),
    csv: ({ figures }) => {
      const amount = figures === null ? null : of(figures)
      return amount === null ? null : { amount: amount.toFixed(9) }
    },
  })
  const money = (
    id: string,
    label: string,
    means: string,
    of: (figures: Figures) => number | null,
  ): TableColumn<CostDay> => {
    const micros = ({ figures }: CostDay) => (figures === null ? null : of(figures))
    const orNone = <T,>(day: CostDay, then: (amount: number) => T, none: T): T => {
      const amount = micros(day)
      return amount === null ? none : then(amount)
    }
    return {
      id,
      label,
      unit: currency,
      means,
      isNumber: true,
      text: day => orNone(day, amount => formatMoney(amount, currency), '–'),
      order: day => orNone(day, amount => amount, Number.NaN),
      csv: day => orNone<ReturnType<typeof exactMoney> | null>(day, exactMoney, null),
    }
  }
  return [
    gb('observed', 'Observed', 'Wire bytes across zones times the sides that AWS charges', day => day.observedGb),
    gb('billed', 'Billed', 'What the bill has; – where it does not have the day yet', day => day.billedGb),
    {
      id: 'coverage',
      label: 'Coverage',
      means: 'Observed ÷ billed; above 100 % where more was observed than is on the bill',
      isNumber: true,
      text: ({ figures }) => formatRatio(figures?.coverage ?? null),
      order: ({ figures }) => figures?.coverage ?? Number.NaN,
      csv: ({ figures }) => figures?.coverage ?? null,
    },
    money('attributed', 'Attributed', 'Given to rows of the statement', day => day.attributedMicroUsd),
    money('on-bill', 'On the bill', 'What AWS charges for the day', day => day.billedMicroUsd),
    money('unattributed', 'Unattributed', 'Billed and not observed', day => day.unattributedMicroUsd),
  ]
}
