import type { RoutingAnswer, RoutingFinding } from '@weir/contract/routing-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { sharedQuery, writeAddress } from '../../address.ts'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import { Fact } from '../../frame/fact.tsx'
import { Link } from '../../frame/link.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { pathOf } from '../../route.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { rolloutColumns } from '../rollouts/rollout-columns.tsx'
import { ExpectationPanel } from './expectation-panel.tsx'
import { FamiliesPanel } from './families-panel.tsx'

const MINUTE_MS = 60_000
const CHANGES_BACK_MS = 90 * 86_400_000

/** Where a Service's connections go, where they would go if all went as told, and why they do not. */
export function ServicePage({ feed, address, route, now }: PageProps) {
  const { namespace = '', name = '' } = route.parts
  const cluster = new URLSearchParams(address.search).getAll('cluster').find(one => !one.startsWith('!'))
  const minute = Math.floor(now / MINUTE_MS)
  const question = { namespace, name, ...(cluster !== undefined && { cluster }) }
  const { answer, error, retry } = useAnswer(feed, 'routing', question, minute)
  const to = (minute + 1) * MINUTE_MS
  const range = { from: epochMs(to - CHANGES_BACK_MS), to: epochMs(to) }
  const changes = useAnswer(feed, 'rollouts', { range, service: { namespace, name } })
  const query = sharedQuery(address.search)
  const chips = [
    { field: 'responderNamespace', value: namespace, exclude: false },
    { field: 'responder', value: name, exclude: false },
  ] as const
  const pairs = writeAddress({ ...address.view, chips, last: '24h', between: undefined })
  return (
    <>
      <p className="back">
        <Link to={pathOf('rollouts') + query}>← All changes</Link>
        <Link to={pathOf('pairs') + pairs}>Who talks to it, last 24 hours →</Link>
      </p>
      <ErrorBanner what={`The routing of ${namespace}/${name}`} error={error} retry={retry} />
      {answer === undefined ? (
        error === undefined && <p className="message panel quiet loading">Loading…</p>
      ) : (
        <Found answer={answer} />
      )}
      {changes.answer !== undefined && changes.answer.rows.length > 0 && (
        <section className="panel" aria-labelledby="its-changes-title">
          <header>
            <h2 id="its-changes-title">Its changes, last 90 days</h2>
          </header>
          <DataTable
            label="Its changes"
            columns={rolloutColumns(query)}
            rows={changes.answer.rows}
            keyOf={({ change }) => change.id}
            fileName={`weir-changes-${namespace}-${name}`}
          />
        </section>
      )}
    </>
  )
}

function Found({ answer }: { readonly answer: RoutingAnswer }) {
  const { expectation, families, preference, preferenceFrom } = answer
  return (
    <>
      <section className="panel" aria-labelledby="routing-title">
        <header>
          <h2 id="routing-title">
            <bdi>
              {answer.namespace}/{answer.name}
            </bdi>
          </h2>
          <span className="quiet small">{answer.cluster}</span>
        </header>
        <dl className="facts">
          <Fact name="Prefers">
            {preference === 'none' ? 'nothing: connections go to any endpoint' : preference}
            {preferenceFrom !== '' && ` (${preferenceFrom})`}
          </Fact>
          <Fact name="Type">
            {answer.type}
            {answer.headless && ', headless: clients choose among the addresses themselves'}
          </Fact>
          <Fact name="Traffic policy">
            inside {answer.internalTrafficPolicy}
            {answer.externalTrafficPolicy !== '' && `, from outside ${answer.externalTrafficPolicy}`}
          </Fact>
        </dl>
      </section>
      <Findings title="Why there are no hints" findings={answer.whyNoHints} />
      <Findings title="Why hints are not followed, or connections dropped" findings={answer.whyDropped} />
      <Findings title="Why the bill did not fall" findings={answer.whyBillDidNotFall} />
      <FamiliesPanel families={families} />
      {expectation === null ? (
        <p className="message panel quiet">No traffic in the last 24 hours: nothing can be said of its shares.</p>
      ) : (
        <ExpectationPanel expectation={expectation} />
      )}
    </>
  )
}

function Findings({ title, findings }: { readonly title: string; readonly findings: readonly RoutingFinding[] }) {
  if (findings.length === 0) return null
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      <ul className="findings">
        {findings.map(({ reason, sentence, remedy }) => (
          <li key={`${reason} ${sentence}`}>
            <b>{reason}</b>
            <p>{sentence}</p>
            {remedy !== '' && <p className="remedy">{remedy}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}
