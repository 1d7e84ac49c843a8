import type {
  ReadingKind,
  RolloutAnswer,
  SavedPerMonth,
  ShareReading,
  ShareSide,
} from '@weir/contract/rollout-queries.ts'
import { microUsd } from '@weir/contract/units.ts'
import { VerdictBadge } from '../../frame/verdict.tsx'
import { IntervalPlot } from '../../plots/interval-plot.tsx'
import type { TableColumn } from '../../tables/columns.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatBytes, formatCount } from '../../words/bytes.ts'
import { changeInPoints, savedWords } from '../../words/changes.ts'
import { dayMinute } from '../../words/times.ts'
import { ReadingPlot, shareOf } from './reading-plot.tsx'

interface Props {
  readonly reading: ShareReading
  readonly againstOthers: RolloutAnswer['againstOthers']
}

const kindWords: { readonly [kind in ReadingKind]: string } = {
  early: 'Early: connections opened after the change against those opened before it',
  settled: 'Settled: hours after the change against the same hours of the week before it',
}

/** The verdict in a sentence, and the figures it rests on. */
export function ReadingPanel({ reading, againstOthers }: Props) {
  const { change, kind, savedPerMonth, verdict, why } = reading
  const title = `reading-${kind}`
  return (
    <section className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{kindWords[kind]}</h2>
      </header>
      <p className="sentence">
        <VerdictBadge verdict={verdict} /> {why}
      </p>
      {savedPerMonth !== null && (
        <p className="sentence">
          {savedPerMonth.estimate >= 0 ? 'Saved' : 'Costs more'}:{' '}
          <b className="number">{savedWords(savedPerMonth.estimate >= 0 ? savedPerMonth : lossOf(savedPerMonth))}</b>,
          in a month of 30 days of traffic as after the change.
        </p>
      )}
      <h3>Share across zones</h3>
      <ReadingPlot reading={reading} />
      {change !== null && (
        <>
          <h3>Difference: {changeInPoints(change)}</h3>
          <IntervalPlot
            rows={[
              { label: 'this Service', value: change.estimate, interval: change },
              ...(againstOthers === null
                ? []
                : [
                    {
                      label: `less ${formatCount(againstOthers.services)} unchanged ones`,
                      value: againstOthers.change.estimate,
                      interval: againstOthers.change,
                    },
                  ]),
            ]}
            {...boundsOf([change, ...(againstOthers === null ? [] : [againstOthers.change])])}
            mark={0}
            words={value => `${Math.round(value * 100)}`.replace('-', '−')}
            summary={`Difference ${changeInPoints(change)}${againstOthers === null ? '' : `; less what ${againstOthers.services} unchanged Services did: ${changeInPoints(againstOthers.change)}`}`}
          />
        </>
      )}
      <details className="twin-of">
        <summary>The figures as a table</summary>
        <DataTable
          label={`Figures, ${kind}`}
          columns={columns}
          rows={[
            { name: 'before', side: reading.before },
            { name: 'after', side: reading.after },
          ]}
          keyOf={({ name }) => name}
          fileName={`weir-reading-${kind}`}
        />
      </details>
    </section>
  )
}

const lossOf = ({ estimate, low, high, currency }: SavedPerMonth): SavedPerMonth => ({
  estimate: microUsd(-estimate),
  low: microUsd(-high),
  high: microUsd(-low),
  currency,
})

/** The axis holds zero and every whisker. */
function boundsOf(intervals: readonly { readonly low: number; readonly high: number }[]) {
  const most = Math.max(0.05, ...intervals.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]))
  const to = Math.ceil(most * 10) / 10
  return { from: -to, to }
}

interface Line {
  readonly name: string
  readonly side: ShareSide
}

const columns: readonly TableColumn<Line>[] = [
  { id: 'side', label: 'Side', means: 'Before or after the change', text: ({ name }) => name },
  {
    id: 'range',
    label: 'Range',
    unit: 'UTC',
    means: 'From when to when',
    text: ({ side: { range } }) => `${dayMinute(range.from)} to ${dayMinute(range.to)}`,
  },
  {
    id: 'bytes',
    label: 'All',
    means: 'Bytes of the Service, both ways',
    isNumber: true,
    text: ({ side }) => formatBytes(side.bytes),
    csv: ({ side }) => side.bytes,
  },
  {
    id: 'crossing',
    label: 'Cross-zone',
    means: 'Of them across zones',
    isNumber: true,
    text: ({ side }) => formatBytes(side.crossZoneBytes),
    csv: ({ side }) => side.crossZoneBytes,
  },
  {
    id: 'share',
    label: 'Share (95 % interval)',
    means: 'Cross-zone ÷ all, with the interval that holds the truth in 95 of 100 cases',
    isNumber: true,
    text: ({ side }) => shareOf(side),
  },
  {
    id: 'steps',
    label: 'Steps with data',
    means: 'Of the steps in the range',
    isNumber: true,
    text: ({ side }) => `${formatCount(side.steps)} of ${formatCount(side.stepsInRange)}`,
  },
]
