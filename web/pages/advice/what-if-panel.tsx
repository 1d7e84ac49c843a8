import type { WhatIfOption } from '@weir/contract/advice-queries.ts'
import { type FormEvent, useState } from 'react'
import type { Feed } from '../../feed/feed.ts'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { Address } from '../../frame/use-address.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { exactMoney } from '../../tables/csv.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatMoney } from '../../words/money.ts'
import { formatRatio } from '../../words/quantities.ts'
import { readWhatIf } from './what-if-address.ts'

/** A volume between two Services, priced by how it may be sent. */
export function WhatIfPanel({ feed, address }: { readonly feed: Feed; readonly address: Address }) {
  const question = readWhatIf(address.search)
  const { answer, error, retry } = useAnswer(feed, 'whatIf', question)
  const [gb, setGb] = useState(`${question.gb}`)
  const [zones, setZones] = useState(`${question.zones}`)
  const [percent, setPercent] = useState(`${Math.round(question.hintedShare * 100)}`)
  const send = (event: FormEvent) => {
    event.preventDefault()
    address.set({ gb, zones, hinted: percent })
  }
  return (
    <section className="panel" aria-labelledby="what-if-title">
      <header>
        <h2 id="what-if-title">What if: a volume between two Services, by how it is sent</h2>
      </header>
      <form className="mark-fields" onSubmit={send}>
        <label>
          GB a month, both directions
          <input
            className="box"
            type="number"
            min="0"
            step="any"
            value={gb}
            onChange={event => setGb(event.target.value)}
          />
        </label>
        <label>
          Zones
          <input
            className="box"
            type="number"
            min="1"
            max="6"
            value={zones}
            onChange={event => setZones(event.target.value)}
          />
        </label>
        <label>
          Still crossing with hints, %
          <input
            className="box"
            type="number"
            min="0"
            max="100"
            value={percent}
            onChange={event => setPercent(event.target.value)}
          />
        </label>
        <button type="submit" className="button">
          Price it
        </button>
      </form>
      <ErrorBanner what="The comparison" error={error} retry={retry} />
      {answer === undefined && error === undefined && <p className="message quiet loading">Loading…</p>}
      {answer !== undefined && (
        <>
          <DataTable
            label="Ways to send it"
            columns={optionColumns(answer.currency)}
            rows={answer.options}
            keyOf={({ name }) => name}
            fileName="weir-what-if"
          />
          <ul className="notes">
            {answer.inputs.map(input => (
              <li key={input}>{input}</li>
            ))}
            <li>{answer.source}</li>
          </ul>
        </>
      )}
    </section>
  )
}

const optionColumns = (currency: string): readonly TableColumn<WhatIfOption>[] => [
  {
    id: 'name',
    label: 'Way',
    means: 'How it is sent',
    text: ({ name }) => name,
    cell: ({ name, note }) => (
      <>
        {name}
        {note !== '' && <span className="under">{note}</span>}
      </>
    ),
    order: ({ name }) => name,
  },
  {
    id: 'share',
    label: 'Crosses zones',
    means: 'Share of the bytes, of all hops that this way has',
    isNumber: true,
    text: ({ crossShare }) => formatRatio(crossShare),
    order: ({ crossShare }) => crossShare,
    csv: ({ crossShare }) => crossShare,
  },
  {
    id: 'billed',
    label: 'Billed a month',
    unit: currency,
    means: 'Both sides of each crossing, and what the way itself costs',
    isNumber: true,
    text: ({ billed }) => formatMoney(billed, currency),
    cell: ({ billed, parts }) => (
      <>
        {formatMoney(billed, currency)}
        {parts.map(({ name, cost }) => (
          <span key={name} className="under">
            {name} {formatMoney(cost, currency)}
          </span>
        ))}
      </>
    ),
    order: ({ billed }) => billed,
    csv: ({ billed }) => exactMoney(billed),
  },
  {
    id: 'one-side',
    label: 'As guides have it',
    unit: currency,
    means: 'One side of each crossing only: what is often published, and is half of the bill',
    isNumber: true,
    text: ({ oneSide }) => formatMoney(oneSide, currency),
    order: ({ oneSide }) => oneSide,
    csv: ({ oneSide }) => exactMoney(oneSide),
  },
]
