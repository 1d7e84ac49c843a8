import type { AdviceAnswer, StructuralRow } from '@weir/contract/advice-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { sharedQuery } from '../../address.ts'
import { Choice } from '../../frame/choice.tsx'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { Tile } from '../../frame/tile.tsx'
import { useAnswer } from '../../frame/use-answer.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { exactMoney } from '../../tables/csv.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatBytes, formatCount } from '../../words/bytes.ts'
import { formatMoney } from '../../words/money.ts'
import { formatShare } from '../../words/shares.ts'
import { AdviceCard } from './advice-card.tsx'
import { WhatIfPanel } from './what-if-panel.tsx'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const backs = ['1', '7', '30'] as const

/** What to change next, what it would save, and how to do it. */
export function AdvicePage({ feed, address, now }: PageProps) {
  const asked = new URLSearchParams(address.search).get('back')
  const back = backs.find(one => one === asked) ?? '1'
  const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS
  const range = { from: epochMs(to - Number(back) * DAY_MS), to: epochMs(to) }
  const { answer, awaited, error, retry } = useAnswer(feed, 'advice', { range })
  return (
    <>
      <search className="filters" aria-label="Range">
        <Choice
          label="From the traffic of the last"
          options={backs}
          value={back}
          words={one => (one === '1' ? '24 hours' : `${one} days`)}
          onChange={one => address.set({ back: one === '1' ? undefined : one })}
        />
      </search>
      <ErrorBanner what="The advice" error={error} retry={retry} />
      {answer === undefined ? (
        error === undefined && <p className="message panel quiet loading">Loading…</p>
      ) : (
        <div className={`stack ${awaited ? 'awaited' : ''}`}>
          <Found answer={answer} query={sharedQuery(address.search)} />
        </div>
      )}
      <WhatIfPanel feed={feed} address={address} />
    </>
  )
}

function Found({ answer, query }: { readonly answer: AdviceAnswer; readonly query: string }) {
  const { crossZoneBytes, gaps, hidden, price, rows, savedPerMonth, structural } = answer
  const { currency } = price
  const fixed = structural.reduce((sum, row) => sum + row.crossZoneBytes, 0)
  return (
    <>
      <dl className="tiles even" aria-label="In all">
        <Tile
          name="Could be saved"
          figure={`${formatMoney(savedPerMonth, currency)} / month`}
          note="in a month of 30 days of such traffic, alternatives counted once"
        />
        <Tile name="Looked at" figure={formatBytes(crossZoneBytes)} note="wire bytes across zones in this time" />
        <Tile
          name="No setting would move"
          figure={formatShare(fixed, crossZoneBytes)}
          note={`${formatBytes(fixed)}, with the reason for each below`}
        />
      </dl>
      {gaps.length > 0 && (
        <div className="banner note">
          <span>Not looked at: {gaps.join('; ')}</span>
        </div>
      )}
      {rows.length === 0 ? (
        <Nothing crossZoneBytes={crossZoneBytes} />
      ) : (
        <section aria-labelledby="advice-title" className="stack">
          <h2 id="advice-title">What to do, first things first</h2>
          {rows.map((row, i) => (
            <AdviceCard key={row.id} row={row} rank={i + 1} rows={rows} currency={currency} query={query} />
          ))}
        </section>
      )}
      {hidden > 0 && <p className="quiet">{formatCount(hidden)} smaller rows are not listed.</p>}
      {structural.length > 0 && (
        <section className="panel" aria-labelledby="structural-title">
          <header>
            <h2 id="structural-title">What no setting in the cluster would move</h2>
          </header>
          <DataTable
            label="What no setting would move"
            columns={structuralColumns(currency)}
            rows={structural}
            keyOf={({ cluster, namespace, subject, reason }) => [cluster, namespace, subject, reason].join('|')}
            fileName="weir-structural"
          />
        </section>
      )}
    </>
  )
}

function Nothing({ crossZoneBytes }: { readonly crossZoneBytes: number }) {
  return (
    <div className={`message panel ${crossZoneBytes === 0 ? 'good' : ''}`}>
      <h2>{crossZoneBytes === 0 ? 'Nothing crossed zones' : 'Nothing to advise'}</h2>
      <p>
        {crossZoneBytes === 0
          ? 'There is nothing to save in this time.'
          : 'None of what crosses zones would be moved by a setting that Weir knows; the reasons are below.'}
      </p>
    </div>
  )
}

const structuralColumns = (currency: string): readonly TableColumn<StructuralRow>[] => [
  {
    id: 'subject',
    label: 'What',
    means: 'Whose traffic',
    text: ({ subject }) => subject,
    order: ({ subject }) => subject,
  },
  {
    id: 'reason',
    label: 'Why',
    means: 'Why no setting would move it',
    text: ({ reason, why }) => `${reason}: ${why}`,
    cell: ({ reason, why }) => (
      <>
        <b>{reason}</b>
        <span className="under">{why}</span>
      </>
    ),
    order: ({ reason }) => reason,
  },
  {
    id: 'bytes',
    label: 'Cross-zone',
    means: 'Wire bytes across zones in this time',
    isNumber: true,
    text: row => formatBytes(row.crossZoneBytes),
    order: row => row.crossZoneBytes,
    csv: row => row.crossZoneBytes,
  },
  {
    id: 'cost',
    label: 'Cost a month',
    unit: currency,
    means: 'In a month of 30 days of such traffic',
    isNumber: true,
    text: row => formatMoney(row.costPerMonth, currency),
    order: row => row.costPerMonth,
    csv: row => exactMoney(row.costPerMonth),
  },
]
