import { type BillState, billStates, type CostsAnswer } from '@weir/contract/cost-queries.ts'
import { Tile } from '../../frame/tile.tsx'
import { formatMoney } from '../../words/money.ts'
import { formatGb } from '../../words/quantities.ts'
import { formatShare } from '../../words/shares.ts'
import { monthWords } from '../../words/times.ts'

/** The month in ten seconds: what it comes to, how firm that is, what nobody can be given, where it leads. */
export function MonthTotals({ answer }: { readonly answer: CostsAnswer }) {
  const { total, bill, projection, currency, month, scope } = answer
  const own = answer.rows.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0)
  if (total === null)
    return (
      <dl className="tiles even" aria-label="The month">
        <Tile
          name={`Cost of ${scope === 'all' ? 'the rows' : scope.join(', ')}`}
          figure={formatMoney(own, currency)}
          note={`in ${monthWords(month)}. The total, the bill and the projection are everybody’s: they are not shown to a viewer of some namespaces.`}
        />
      </dl>
    )
  const states = billStates.filter(state => total.byState[state] !== 0)
  return (
    <dl className="tiles even" aria-label="The month">
      <Tile
        name={`Across zones in ${monthWords(month)}`}
        figure={formatMoney(total.costMicroUsd, currency)}
        note={states.map(state => `${formatMoney(total.byState[state], currency)} ${stateWords[state]}`).join(', ')}
      />
      <Tile
        name="Unattributed"
        figure={formatMoney(total.unattributedMicroUsd, currency)}
        note={`${formatShare(Math.abs(total.unattributedMicroUsd), total.costMicroUsd)} of the total: ${total.unattributedMicroUsd < 0 ? 'observed and not billed' : 'billed and not observed'}`}
      />
      <Tile
        name="Whole month, projected"
        figure={projection === null ? '–' : formatMoney(projection.costMicroUsd, currency)}
        note={projection === null ? 'No day is complete yet.' : projection.method}
      />
      <Tile
        name="On the bill so far"
        figure={bill === null ? 'no bill' : formatMoney(bill.billedMicroUsd, currency)}
        note={
          bill === null
            ? `Everything is estimated at ${answer.listPrice.usdPerGb} ${currency} per GB and side (${answer.listPrice.source}).`
            : `${formatGb(bill.billedGb)} GB. ${bill.source}`
        }
      />
    </dl>
  )
}

export const stateWords: { readonly [state in BillState]: string } = {
  'no data': 'estimated, no bill yet',
  provisional: 'provisional',
  final: 'final',
}
