import type { RolloutRow } from '@weir/contract/rollout-queries.ts'
import { Link } from '../../frame/link.tsx'
import { VerdictBadge } from '../../frame/verdict.tsx'
import { pathOf } from '../../route.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { changeInPoints, changeWords, hintWords, savedWords, subjectWords } from '../../words/changes.ts'
import { dayMinute } from '../../words/times.ts'
import { ReadingPlot, shareOf } from './reading-plot.tsx'

/** `query`: what a link to another page carries along. */
export const rolloutColumns = (query: string): readonly TableColumn<RolloutRow>[] => [
  {
    id: 'what',
    label: 'Change',
    means: 'What changed, and of what',
    text: ({ change }) => `${subjectWords(change.subject)}: ${change.kind}, ${changeWords(change)}`,
    cell: ({ change }) => (
      <>
        <Link to={pathOf('rollout', { id: change.id }) + query}>
          <bdi>{subjectWords(change.subject)}</bdi>
        </Link>
        <span className="under">
          {change.kind}: <bdi>{changeWords(change)}</bdi>
          {change.times > 1 && `, turned ${change.times} times`} · {change.cluster}
        </span>
      </>
    ),
    order: ({ change }) => subjectWords(change.subject),
  },
  {
    id: 'when',
    label: 'When',
    unit: 'UTC',
    means: 'When the server learnt of it, or the moment that was marked',
    text: ({ change }) => dayMinute(change.at),
    order: ({ change }) => change.at,
    csv: ({ change }) => new Date(change.at).toISOString(),
  },
  {
    id: 'verdict',
    label: 'Verdict',
    means: 'Whether the share of its bytes that cross zones fell, as far as the figures can bear it',
    text: ({ reading }) => reading?.verdict ?? 'not judged',
    cell: ({ reading }) =>
      reading === null ? (
        <span className="quiet">not judged</span>
      ) : (
        <>
          <VerdictBadge verdict={reading.verdict} />
          <span className="under">{reading.kind}</span>
        </>
      ),
    order: ({ reading }) => reading?.verdict ?? 'zz',
  },
  {
    id: 'shares',
    label: 'Share across zones',
    means: 'Before (above) and after (below), with the interval that holds the truth in 95 of 100 cases',
    text: ({ reading }) => (reading === null ? '' : `${shareOf(reading.before)} → ${shareOf(reading.after)}`),
    cell: ({ reading }) =>
      reading !== null && (
        <>
          <ReadingPlot reading={reading} isSmall={true} />
          <span className="under">
            {shareOf(reading.before)} → {shareOf(reading.after)}
          </span>
        </>
      ),
  },
  {
    id: 'change',
    label: 'Difference',
    means: 'Share after less share before; a point is one per cent of the Service’s bytes',
    isNumber: true,
    text: ({ reading }) => (reading?.change == null ? '–' : changeInPoints(reading.change)),
    order: ({ reading }) => reading?.change?.estimate ?? Number.NaN,
  },
  {
    id: 'saved',
    label: 'Saved',
    means: 'In a month of 30 days of traffic as after the change; nothing is said while the interval holds zero',
    isNumber: true,
    text: ({ reading }) => (reading?.savedPerMonth == null ? '–' : savedWords(reading.savedPerMonth)),
    order: ({ reading }) => reading?.savedPerMonth?.estimate ?? Number.NaN,
  },
  {
    id: 'hints',
    label: 'Hints now',
    means: 'State of the Service’s topology hints',
    text: ({ hints }) => hints ?? '–',
    cell: ({ hints }) => (hints === null ? '–' : <span title={hintWords[hints]}>{hints}</span>),
    order: ({ hints }) => hints ?? 'zz',
  },
]
