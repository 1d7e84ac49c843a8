import type { CostDay } from '@weir/contract/cost-queries.ts'
import { formatMoney } from '../words/money.ts'
import { dayWords } from '../words/times.ts'

interface Props {
  readonly days: readonly CostDay[]
  readonly currency: string
}

/** A bar a day: what was observed, and on top what is billed beside it. Decoration: the table below has the figures. */
export function DayBars({ days, currency }: Props) {
  const bars = days.map(({ day, state, figures }) => {
    const observed = figures?.attributedMicroUsd ?? 0
    const billed = figures?.billedMicroUsd ?? null
    return { day, state, observed, beside: Math.max(0, (billed ?? observed) - observed), billed }
  })
  const most = Math.max(1, ...bars.map(({ observed, beside }) => observed + beside))
  return (
    <div className="day-bars" aria-hidden="true">
      <span className="most">{formatMoney(most, currency)}</span>
      <ol>
        {bars.map(({ day, state, observed, beside, billed }) => (
          <li
            key={day}
            className={state.replace(' ', '-')}
            title={`${dayWords(day)}: ${formatMoney(observed, currency)} observed, ${billed === null ? 'no bill yet' : `${formatMoney(billed, currency)} billed (${state})`}`}
          >
            <i className="beside" style={{ height: `${(beside / most) * 100}%` }} />
            <i className="observed" style={{ height: `${(observed / most) * 100}%` }} />
            <span>{new Date(day).getUTCDate()}</span>
          </li>
        ))}
      </ol>
      <p className="key small quiet">
        <span className="observed swatch" /> observed, final <span className="provisional swatch" /> provisional{' '}
        <span className="no-data swatch" /> estimated, no bill yet <span className="beside swatch" /> billed and not
        observed
      </p>
    </div>
  )
}
