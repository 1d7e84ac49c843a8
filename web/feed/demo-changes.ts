import type { ChangeKind, HintState, Interval, RoutingChange, ShareReading } from '@weir/contract/rollout-queries.ts'
import { epochMs, microUsd } from '@weir/contract/units.ts'
import { changeInPoints } from '../words/changes.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A change of the demo's story, before it has a time. */
interface Plot {
  readonly id: string
  /** How long before now. */
  readonly agoMs: number
  readonly kind: ChangeKind
  readonly namespace: string
  readonly service: string
  readonly before: string
  readonly after: string
  readonly note?: string
  readonly hints: HintState | null
  /** Shares before and after with half the width of their intervals; undefined: not judged. */
  readonly shares?: readonly [before: number, after: number, half: number]
  /** Per month of what crossed before, in dollars. */
  readonly dollars?: number
  readonly isShort?: boolean
}

const plots: readonly Plot[] = [
  {
    id: 'demo-1',
    agoMs: 9 * DAY_MS,
    kind: 'traffic distribution',
    namespace: 'shop',
    service: 'catalogue',
    before: '',
    after: 'PreferSameZone',
    hints: 'as predicted',
    shares: [0.664, 0.121, 0.021],
    dollars: 505,
  },
  {
    id: 'demo-2',
    agoMs: 6 * DAY_MS,
    kind: 'topology mode',
    namespace: 'shop',
    service: 'checkout',
    before: '',
    after: 'Auto',
    hints: 'none, as predicted',
    shares: [0.671, 0.662, 0.03],
  },
  {
    id: 'demo-3',
    agoMs: 3 * DAY_MS,
    kind: 'replicas per zone',
    namespace: 'search',
    service: 'opensearch',
    before: 'us-east-1a 2, us-east-1b 2, us-east-1c 2',
    after: 'us-east-1a 4, us-east-1b 1, us-east-1c 1',
    hints: null,
    shares: [0.1, 0.318, 0.04],
    dollars: 210,
  },
  {
    id: 'demo-4',
    agoMs: 2 * HOUR_MS,
    kind: 'marked by hand',
    namespace: 'payments',
    service: 'gateway',
    before: '',
    after: '',
    note: 'client 2.4 keeps its connections open',
    hints: 'none, as predicted',
    shares: [0.7, 0.69, 0.11],
    isShort: true,
  },
]

export interface DemoChange {
  readonly change: RoutingChange
  readonly reading: ShareReading | null
  readonly hints: HintState | null
}

export const demoChanges = (now: number): DemoChange[] =>
  plots.toReversed().map(plot => {
    const at = Math.floor((now - plot.agoMs) / 60_000) * 60_000
    const { before, after, hints, id, kind, namespace, note = '', service } = plot
    const subject = { kind: 'service', namespace, name: service } as const
    const services = [{ namespace, name: service }]
    const change = { id, cluster: 'demo', at: epochMs(at), kind, subject, services, before, after, note, times: 1 }
    return { change, hints, reading: plot.shares === undefined ? null : readingOf(plot, plot.shares, at, now) }
  })

function readingOf(
  plot: Plot,
  [before, after, half]: readonly [number, number, number],
  at: number,
  now: number,
): ShareReading {
  const length = Math.min(now - at, 7 * DAY_MS)
  const stepMs = plot.isShort ? 60_000 : HOUR_MS
  const side = (share: number, from: number) => {
    const bytes = Math.round((length / 1000) * 9_000_000)
    const steps = Math.floor(length / stepMs)
    return {
      range: { from: epochMs(from), to: epochMs(from + length) },
      bytes,
      crossZoneBytes: Math.round(bytes * share),
      share,
      interval: { estimate: share, low: Math.max(0, share - half), high: Math.min(1, share + half) },
      steps,
      stepsInRange: steps,
    }
  }
  const change: Interval = {
    estimate: after - before,
    low: after - before - 1.4 * half,
    high: after - before + 1.4 * half,
  }
  const isClear = change.low > 0 || change.high < 0
  const verdict = plot.isShort
    ? 'not enough data'
    : !isClear
      ? 'no clear change'
      : change.high < 0
        ? 'reduced'
        : 'increased'
  const money = (points: number) => microUsd(Math.round(((plot.dollars ?? 0) * 1e6 * points) / before))
  return {
    kind: plot.isShort ? 'early' : 'settled',
    verdict,
    why: plot.isShort
      ? 'Two hours are not enough to judge by: at least 24 hours on each side are needed.'
      : `Of its bytes ${Math.round(before * 1000) / 10} % crossed zones before, ${Math.round(after * 1000) / 10} % after: ${changeInPoints(change)}${isClear ? '' : '; the interval holds zero'}.`,
    before: side(before, at - length),
    after: side(after, at),
    change: plot.isShort ? null : change,
    savedPerMonth:
      isClear && plot.dollars !== undefined
        ? { estimate: money(-change.estimate), low: money(-change.high), high: money(-change.low), currency: 'USD' }
        : null,
  }
}
