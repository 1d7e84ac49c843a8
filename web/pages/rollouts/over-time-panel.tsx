import type { RolloutAnswer } from '@weir/contract/rollout-queries.ts'
import { ShareChart } from '../../plots/share-chart.tsx'
import type { TableColumn } from '../../tables/columns.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatBytes } from '../../words/bytes.ts'
import { formatShare } from '../../words/shares.ts'
import { dayMinute } from '../../words/times.ts'

interface Step {
  readonly time: number
  readonly bytes: number | null
  readonly crossing: number | null
}

/** The share by step, with the change marked; the total traffic beside it, because a share says nothing of how much. */
export function OverTimePanel({ series, at }: { readonly series: RolloutAnswer['series']; readonly at: number }) {
  const { bytes, crossZoneBytes, stepMs, times } = series
  const shares = times.map((_, i) => {
    const [all, crossing] = [bytes[i] ?? null, crossZoneBytes[i] ?? null]
    return all === null || crossing === null || all === 0 ? null : crossing / all
  })
  const steps = times.map((time, i) => ({ time, bytes: bytes[i] ?? null, crossing: crossZoneBytes[i] ?? null }))
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  return (
    <section className="panel" aria-labelledby="over-time-title">
      <header>
        <h2 id="over-time-title">Share across zones over time</h2>
        <span className="quiet small">
          {dayMinute(first)} to {dayMinute(last + stepMs)} UTC; the line is the change
        </span>
      </header>
      <ShareChart
        times={times}
        shares={shares}
        at={at}
        stepMs={stepMs}
        summary={`Share across zones from ${dayMinute(first)} to ${dayMinute(last + stepMs)} UTC, the change at ${dayMinute(at)}`}
      />
      <details className="twin-of">
        <summary>The steps as a table</summary>
        <DataTable
          label="Steps"
          columns={columns}
          rows={steps}
          keyOf={({ time }) => `${time}`}
          fileName="weir-rollout-steps"
        />
      </details>
    </section>
  )
}

const columns: readonly TableColumn<Step>[] = [
  {
    id: 'time',
    label: 'From',
    unit: 'UTC',
    means: 'Beginning of the step',
    text: ({ time }) => dayMinute(time),
    order: ({ time }) => time,
    csv: ({ time }) => new Date(time).toISOString(),
  },
  {
    id: 'bytes',
    label: 'All',
    means: 'Bytes of the Service, both ways',
    isNumber: true,
    text: ({ bytes }) => (bytes === null ? 'not watched' : formatBytes(bytes)),
    csv: ({ bytes }) => bytes,
  },
  {
    id: 'crossing',
    label: 'Cross-zone',
    means: 'Of them across zones',
    isNumber: true,
    text: ({ crossing }) => (crossing === null ? 'not watched' : formatBytes(crossing)),
    csv: ({ crossing }) => crossing,
  },
  {
    id: 'share',
    label: 'Share',
    means: 'Cross-zone ÷ all',
    isNumber: true,
    text: ({ bytes, crossing }) => (bytes === null || crossing === null ? '–' : formatShare(crossing, bytes)),
    csv: ({ bytes, crossing }) => (bytes === null || crossing === null || bytes === 0 ? null : crossing / bytes),
  },
]
