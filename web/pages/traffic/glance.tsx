import type { CostsAnswer } from '@weir/contract/cost-queries.ts'
import type { RolloutsAnswer } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { sharedQuery } from '../../address.ts'
import { Link } from '../../frame/link.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { VerdictBadge } from '../../frame/verdict.tsx'
import { pathOf } from '../../route.ts'
import { changeWords, savedWords, subjectWords } from '../../words/changes.ts'
import { formatMoney } from '../../words/money.ts'
import { monthWords } from '../../words/times.ts'

const QUARTER_MS = 900_000
const MONTH_MS = 30 * 86_400_000

/** The other two questions in one line each: what the month costs, and whether the newest change worked. */
export function Glance({ feed, address, now }: Pick<PageProps, 'feed' | 'address' | 'now'>) {
  const to = Math.ceil(now / QUARTER_MS) * QUARTER_MS
  const month = new Date(now).toISOString().slice(0, 7)
  const costs = useAnswer(feed, 'costs', { month, by: 'namespace', policy: 'initiator' }, to)
  const rollouts = useAnswer(feed, 'rollouts', { range: { from: epochMs(to - MONTH_MS), to: epochMs(to) } })
  const query = sharedQuery(address.search)
  // Only what adds to the page: where it fails, the pages themselves say why.
  return (
    <dl className="panel glance" aria-label="The month and the newest change">
      <div>
        <dt>{monthWords(month)}</dt>
        <dd>
          {costs.answer === undefined ? '…' : monthSentence(costs.answer)}{' '}
          <Link to={pathOf('costs') + query}>The statement</Link>
        </dd>
      </div>
      <div>
        <dt>Newest change</dt>
        <dd>
          {rollouts.answer === undefined ? '…' : <Newest answer={rollouts.answer} query={query} />}{' '}
          <Link to={pathOf('rollouts') + query}>All changes</Link>
        </dd>
      </div>
    </dl>
  )
}

function monthSentence({ currency, projection, rows, scope, total }: CostsAnswer): string {
  if (total === null) {
    const own = rows.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0)
    const whose = scope === 'all' ? 'all' : scope.join(', ')
    return `${formatMoney(own, currency)} across zones so far, of ${whose}.`
  }
  const ahead =
    projection === null ? '' : `, ${formatMoney(projection.costMicroUsd, currency)} projected for the whole month`
  return `${formatMoney(total.costMicroUsd, currency)} across zones so far${ahead}.`
}

/** The newest that is judged, else the newest. */
function Newest({ answer: { rows }, query }: { readonly answer: RolloutsAnswer; readonly query: string }) {
  const row = rows.find(({ reading }) => reading !== null && reading.verdict !== 'not enough data') ?? rows[0]
  if (row === undefined) return 'None seen in the last 30 days.'
  const { change, reading } = row
  return (
    <>
      {reading !== null && <VerdictBadge verdict={reading.verdict} />}{' '}
      <Link to={pathOf('rollout', { id: change.id }) + query}>
        <bdi>{subjectWords(change.subject)}</bdi>
      </Link>
      , {change.kind}: <bdi>{changeWords(change)}</bdi>
      {reading?.savedPerMonth != null && reading.savedPerMonth.estimate > 0 && (
        <>: saves {savedWords(reading.savedPerMonth)}</>
      )}
      .
    </>
  )
}
