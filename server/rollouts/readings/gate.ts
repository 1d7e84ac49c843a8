import type { TimeRange } from '@weir/contract/queries.ts'
import type { GateAnswer, Interval } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { shareOf } from '../evaluate/share.ts'
import { sideOf } from '../evaluate/sides.ts'
import type { ServiceName, ShareSteps, TrafficOfServices } from '../service-traffic.ts'
import { HOUR_MS, type Kept, nameOf } from './ranges.ts'
import { seenOf } from './settled.ts'
import { when } from './wording.ts'

/** Fewer steps do not tell how much the next ones may differ. */
const LEAST_STEPS = 30
/** Where a few steps carry all the bytes the share is theirs. */
const LEAST_EVEN_STEPS = 10
/** Where less of the truth was seen, what was not may be what crosses. */
const LEAST_SEEN = 0.8
/** Longer ranges are read by the hour. */
const MOST_MINUTES_MS = 24 * HOUR_MS

export interface GateQuestion {
  readonly service: ServiceName
  readonly since: EpochMs
  /** 0 to 1. */
  readonly maxCrossShare: number
  readonly kept: Kept
}

/**
 * Whether a Service's share is below a bar, for certain: yes where the upper end of its 95 % interval is at or below it,
 * no where the lower end is above it. Where the bar lies within, or too little was seen, there is not enough data.
 */
export async function askGate(
  traffic: Pick<TrafficOfServices, 'steps' | 'summary'>,
  { service, since, maxCrossShare, kept }: GateQuestion,
): Promise<GateAnswer> {
  const { range, stepMs } = rangeOf(since, kept)
  const asked = { ...service, range, maxCrossShare }
  const about = { cluster: service.cluster, namespace: service.namespace, service: service.name, range, maxCrossShare }
  const empty = { ...about, crossShare: null, interval: null, bytes: 0, pass: 'not enough data' } as const
  if (range.from >= range.to)
    return { ...empty, why: `nothing since ${when(since)} is decided yet: minutes are up to ${when(kept.sealedUntil)}` }
  const steps = await traffic.steps([service], range, stepMs)
  const share = shareOf(steps)
  const withValue = steps.bytes.filter(value => !Number.isNaN(value)).length
  const side = sideOf(steps, share, withValue)
  if (side.share === null) return { ...empty, why: `no traffic of ${nameOf(service)} ${inRange(asked.range)}` }
  const found = { ...about, crossShare: side.share, bytes: side.bytes }
  const lack = await whatLacks(traffic, { service, range }, { withValue, evenSteps: share.evenSteps, steps })
  if (lack !== undefined) return { ...found, interval: null, pass: 'not enough data', why: lack }
  return { ...found, interval: side.interval, ...judge(side.interval, maxCrossShare, range) }
}

/** By the minute where minutes are kept, else by the hour; whole steps that are sealed. */
function rangeOf(since: EpochMs, { hoursFrom, minutesFrom, sealedUntil }: Kept): { range: TimeRange; stepMs: number } {
  const stepMs = since >= minutesFrom && sealedUntil - since <= MOST_MINUTES_MS ? MINUTE_MS : HOUR_MS
  const from = Math.max(since, stepMs === HOUR_MS ? hoursFrom : minutesFrom)
  const range = { from: Math.ceil(from / stepMs) * stepMs, to: Math.floor(sealedUntil / stepMs) * stepMs }
  return { range: { from: epochMs(range.from), to: epochMs(Math.max(range.from, range.to)) }, stepMs }
}

async function whatLacks(
  traffic: Pick<TrafficOfServices, 'summary'>,
  { service, range }: { readonly service: ServiceName; readonly range: TimeRange },
  {
    withValue,
    evenSteps,
    steps,
  }: { readonly withValue: number; readonly evenSteps: number; readonly steps: ShareSteps },
): Promise<string | undefined> {
  const unit = steps.stepMs === MINUTE_MS ? 'minutes' : 'hours'
  if (withValue < LEAST_STEPS)
    return `${withValue} ${unit} were watched ${inRange(range)}; at least ${LEAST_STEPS} are needed`
  if (evenSteps < LEAST_EVEN_STEPS) return `a few ${unit} carry most of the traffic ${inRange(range)}`
  const seen = seenOf(await traffic.summary([service], range))
  if (seen < LEAST_SEEN) return `only ${percent(seen)} of the truth was seen ${inRange(range)}`
  return undefined
}

function judge(interval: Interval | null, bar: number, range: TimeRange): Pick<GateAnswer, 'pass' | 'why'> {
  if (interval === null) return { pass: 'not enough data', why: 'no interval can be given' }
  const { estimate, low, high } = interval
  const figures = `${percent(estimate)} of its bytes crossed zones ${inRange(range)}, 95 % between ${percent(low)} and ${percent(high)}`
  if (high <= bar) return { pass: 'yes', why: `${figures}: at most ${percent(bar)}` }
  if (low > bar) return { pass: 'no', why: `${figures}: more than ${percent(bar)}` }
  return { pass: 'not enough data', why: `${figures}: ${percent(bar)} lies within` }
}

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`
const inRange = ({ from, to }: TimeRange): string => `from ${when(from)} to ${when(to)}`
