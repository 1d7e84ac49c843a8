import type { CostsAnswer } from '@weir/contract/cost-queries.ts'
import { formatBytes, formatCount } from '../../words/bytes.ts'
import { formatMoney } from '../../words/money.ts'
import { formatGb } from '../../words/quantities.ts'

/** What one has to know to read the figures, and what stands beside them without being in them. */
export function NotesPanel({ answer }: { readonly answer: CostsAnswer }) {
  const { notes, bill, selfCost, listPrice, currency } = answer
  const apart = bill?.apart ?? []
  return (
    <section className="panel" aria-labelledby="notes-title">
      <header>
        <h2 id="notes-title">What the figures rest on</h2>
      </header>
      <ul className="notes">
        {notes.map(note => (
          <li key={note}>{note}</li>
        ))}
        <li>
          List price where the bill tells none: {listPrice.usdPerGb} {currency} per GB and side ({listPrice.source}).
        </li>
        {apart.map(({ name, gb, costMicroUsd }) => (
          <li key={name}>
            Also on the bill, and in no figure above: {name}, {formatGb(gb)} GB, {formatMoney(costMicroUsd, currency)}.
          </li>
        ))}
        {selfCost !== null && (
          <li>
            Weir itself: {formatMoney(selfCost.costMicroUsd, currency)} (
            {selfCost.parts
              .map(
                part =>
                  `${part.name} ${part.unit === 'bytes' ? formatBytes(part.amount) : `${formatCount(part.amount)} calls`}, ${formatMoney(part.costMicroUsd, currency)}`,
              )
              .join('; ')}
            ). {selfCost.method}
          </li>
        )}
      </ul>
    </section>
  )
}
