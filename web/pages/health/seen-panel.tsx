import type { CoverageAnswer, CoverageKind, CoveragePart } from '@weir/contract/queries.ts'
import { coverageWords } from '../../frame/trust-strip.tsx'
import { formatBytes, formatCount } from '../../words/bytes.ts'
import { dayMinute } from '../../words/times.ts'

const means: { readonly [kind in CoverageKind]: string } = {
  'nodes reporting': 'nodes whose agent covered the range’s sealed minutes, of the nodes in the directory',
  'connections with counters': 'live connections of which the kernel keeps counters',
  'bytes placed': 'bytes with both ends known',
  'primary against witness': 'the same hops counted by two kernels: the smaller sum ÷ the larger',
  'zones compared': 'bytes of which it is known whether they crossed',
}

/** How much of the truth was seen, and what was not. */
export function SeenPanel({ answer }: { readonly answer: CoverageAnswer }) {
  const { parts, gaps, unplaced, severalServices, lost, givenAway, scope } = answer
  return (
    <section className="panel" aria-labelledby="seen-title">
      <header>
        <h2 id="seen-title">Seen</h2>
        <span className="quiet small">{scope === 'all' ? '' : `of ${scope.join(', ')}`}</span>
      </header>
      <ul className="meters">
        {parts.map(part => (
          <Part key={part.kind} part={part} />
        ))}
      </ul>
      <h3>Not seen</h3>
      {gaps.length + unplaced.length + (lost?.length ?? 0) === 0 ? (
        <p className="good">Nothing that Weir knows of is missing in this range.</p>
      ) : (
        <ul className="notes">
          {gaps.map(gap => (
            <li key={gap}>{gap}</li>
          ))}
          {unplaced.map(({ reason, bytes }) => (
            <li key={reason}>
              {formatBytes(bytes)} with an end that could not be placed: {reason}
            </li>
          ))}
          {severalServices.responders.map(({ responder, services, bytes }) => (
            <li key={`${responder} ${services}`}>
              {formatBytes(bytes)} of {responder} are of no Service: several answer at its port, {services.join(', ')}
            </li>
          ))}
          {(lost ?? []).map(({ name, count }) => (
            <li key={name}>
              {formatCount(count)} {name}
            </li>
          ))}
        </ul>
      )}
      {givenAway !== null && givenAway.length > 0 && (
        <details className="twin-of">
          <summary>
            {formatCount(givenAway.length)} node minutes in which the other end was believed, or flow logs were
          </summary>
          <ul className="notes">
            {givenAway.slice(0, 100).map(({ node, minute, promotedBytes, supersededBytes }) => (
              <li key={`${node} ${minute}`}>
                {dayMinute(minute)} UTC, {node}: {formatBytes(promotedBytes)} from the other end,{' '}
                {formatBytes(supersededBytes)} of its own set aside
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function Part({ part }: { readonly part: CoveragePart }) {
  const { kind, ratio, seen, of, unit } = part
  const amount = (count: number) => (unit === 'bytes' ? formatBytes(count) : formatCount(count))
  return (
    <li>
      <span>{kind}</span>
      <meter min={0} max={1} low={0.95} high={0.99} optimum={1} value={ratio ?? 0} aria-label={kind} />
      <b className="number">{coverageWords(part)}</b>
      <span className="under">
        {means[kind]}
        {ratio !== null &&
          unit !== 'nodes' &&
          ` (${amount(seen)} of ${amount(of)}${unit === 'bytes' ? '' : ` ${unit}`})`}
      </span>
    </li>
  )
}
