import type { RolloutAnswer, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { sharedQuery } from '../../address.ts'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import { Link } from '../../frame/link.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { pathOf } from '../../route.ts'
import { changeWords, subjectWords } from '../../words/changes.ts'
import { dayMinute } from '../../words/times.ts'
import { ExpectationPanel } from '../service/expectation-panel.tsx'
import { OverTimePanel } from './over-time-panel.tsx'
import { ReadingPanel } from './reading-panel.tsx'

const FIVE_MINUTES_MS = 300_000

/** One change: what it was, what the figures say of it, and what else may have moved them. */
export function RolloutPage({ feed, address, route, now }: PageProps) {
  const id = route.parts.id ?? ''
  const { answer, error, retry } = useAnswer(feed, 'rollout', { id }, Math.floor(now / FIVE_MINUTES_MS))
  const query = sharedQuery(address.search)
  return (
    <>
      <p className="back">
        <Link to={pathOf('rollouts') + query}>← All changes</Link>
      </p>
      <ErrorBanner what="This change" error={error} retry={retry} />
      {answer === undefined ? (
        error === undefined && <p className="message panel quiet loading">Loading…</p>
      ) : (
        <Found answer={answer} query={query} />
      )}
    </>
  )
}

function Found({ answer, query }: { readonly answer: RolloutAnswer; readonly query: string }) {
  const { change, readings, expectation, others } = answer
  return (
    <>
      <ChangeHead change={change} query={query} />
      {readings.length === 0 && (
        <p className="message panel quiet">
          {change.services.length === 0
            ? 'No Service’s traffic is judged by this change.'
            : 'Not judged yet: the first reading comes with the first minutes after the change.'}
        </p>
      )}
      {readings.map(reading => (
        <ReadingPanel
          key={reading.kind}
          reading={reading}
          againstOthers={reading.kind === 'settled' ? answer.againstOthers : null}
        />
      ))}
      {answer.series.times.length > 0 && <OverTimePanel series={answer.series} at={change.at} />}
      {expectation !== null && <ExpectationPanel expectation={expectation} />}
      {others.length > 0 && (
        <section className="panel" aria-labelledby="others-title">
          <header>
            <h2 id="others-title">Other changes in the same time</h2>
            <span className="quiet small">what moved may be theirs</span>
          </header>
          <ul className="notes">
            {others.map(other => (
              <li key={other.id}>
                {dayMinute(other.at)} UTC:{' '}
                <Link to={pathOf('rollout', { id: other.id }) + query}>
                  <bdi>{subjectWords(other.subject)}</bdi>
                </Link>
                , {other.kind}, <bdi>{changeWords(other)}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function ChangeHead({ change, query }: { readonly change: RoutingChange; readonly query: string }) {
  return (
    <section className="panel" aria-labelledby="change-title">
      <header>
        <h2 id="change-title">
          <bdi>{subjectWords(change.subject)}</bdi>: {change.kind}
        </h2>
        <span className="quiet small">
          {dayMinute(change.at)} UTC · {change.cluster}
        </span>
      </header>
      <p className="sentence">
        <bdi>{changeWords(change)}</bdi>
        {change.note !== '' && change.before !== '' && <> ({change.note})</>}
        {change.times > 1 && ` It turned ${change.times} times since the change before it.`}
      </p>
      {change.services.length > 0 && (
        <p className="quiet small">
          Judged by the traffic of{' '}
          {change.services.map(({ namespace, name }, i) => (
            <span key={`${namespace}/${name}`}>
              {i > 0 && ', '}
              <Link to={pathOf('service', { namespace, name }) + query}>
                <bdi>
                  {namespace}/{name}
                </bdi>
              </Link>
            </span>
          ))}
        </p>
      )}
    </section>
  )
}
