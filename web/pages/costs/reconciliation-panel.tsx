import type { CostsAnswer, ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import { memo } from 'react'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { Answered } from '../../frame/use-answer.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { exactMoney } from '../../tables/csv.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatMoney } from '../../words/money.ts'
import { formatGb, formatRatio } from '../../words/quantities.ts'
import { type Cause, reconciled } from './causes.ts'

interface Props {
  readonly reconciliation: Answered<ReconciliationAnswer>
  readonly answer: CostsAnswer
}

/** What was observed against what is billed: how far the statement can be trusted. */
export const ReconciliationPanel = memo(function ReconciliationPanel({
  reconciliation: { answer, error, retry },
  answer: { currency, month, scope },
}: Props) {
  if (scope !== 'all') return null
  return (
    <section className="panel" aria-labelledby="reconciliation-title">
      <header>
        <h2 id="reconciliation-title">Observed against billed</h2>
        <span className="quiet small">{answer?.source}</span>
      </header>
      <ErrorBanner what="The reconciliation" error={error} retry={retry} />
      {answer === undefined && error === undefined && <p className="message quiet loading">Loading…</p>}
      {answer !== undefined && <Compared answer={answer} currency={currency} month={month} />}
    </section>
  )
})

function Compared(props: { readonly answer: ReconciliationAnswer; readonly currency: string; readonly month: string }) {
  const { answer, currency, month } = props
  const { billedDays, days, observedGb, billedGb, coverage, causes, beside } = reconciled(answer)
  if (billedDays === 0)
    return (
      <div className="message">
        <h2>No bill to compare with</h2>
        <p>
          None of these {days} days is on a bill that Weir has read. AWS has a day about 24 hours later; without
          --cost-explorer on no bill is read at all, and every amount is an estimate at the list’s price.
        </p>
      </div>
    )
  return (
    <>
      <p className="sentence">
        On the <b>{billedDays}</b> of {days} days with a bill, agents and flow logs observed{' '}
        <b className="number">{formatGb(observedGb)} GB</b> of the <b className="number">{formatGb(billedGb)} GB</b>{' '}
        billed: <b className="number">{formatRatio(coverage)}</b>. GB are wire GB times the sides that AWS charges.
      </p>
      <DataTable
        label="Observed against billed, by cause"
        columns={causeColumns(currency)}
        rows={causes.slice(0, -1)}
        keyOf={({ name }) => name}
        foot={[...causes.slice(-1), { name: 'billed', gb: billedGb, costMicroUsd: sumOf(causes) }]}
        fileName={`weir-reconciliation-${month}`}
        fileFoot={causes.slice(-1)}
      />
      {beside.length > 0 && (
        <ul className="notes">
          {beside.map(({ name, gb, why }) => (
            <li key={name}>
              <b>{name}</b>: {formatGb(gb)} GB {why}.
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const sumOf = (causes: readonly Cause[]): number => causes.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0)

const causeColumns = (currency: string): readonly TableColumn<Cause>[] => [
  {
    id: 'name',
    label: 'Cause',
    means: 'What stands at the ends of the observed hops',
    text: ({ name }) => name,
    order: ({ name }) => name,
  },
  {
    id: 'gb',
    label: 'Quantity',
    unit: 'GB × sides',
    means: 'Wire GB times the sides that AWS charges',
    isNumber: true,
    text: ({ gb }) => formatGb(gb),
    order: ({ gb }) => gb,
    csv: ({ gb }) => ({ amount: gb.toFixed(9) }),
  },
  {
    id: 'cost',
    label: 'Cost',
    unit: currency,
    means: 'At the price of each day',
    isNumber: true,
    text: ({ costMicroUsd }) => formatMoney(costMicroUsd, currency),
    order: ({ costMicroUsd }) => costMicroUsd,
    csv: ({ costMicroUsd }) => exactMoney(costMicroUsd),
  },
]
