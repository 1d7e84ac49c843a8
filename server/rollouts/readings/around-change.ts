import type { TimeRange } from '@weir/contract/queries.ts'
import type { RolloutAnswer, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { ServiceName, ShareSteps, TrafficOfServices } from '../service-traffic.ts'
import { HOUR_MS, type Kept, type Sides, spanOf } from './ranges.ts'

/** While there is less than this after the change, hours would hardly show it. */
const YOUNG_MS = 12 * HOUR_MS
const FINE_STEP_MS = 5 * MINUTE_MS

/** What is drawn around a change: the hours of both sides, or the half days around a young one by five minutes. */
export function drawnRange(
  change: RoutingChange,
  sides: Sides,
  { sealedUntil, minutesFrom }: Kept,
): { readonly range: TimeRange; readonly stepMs: number } {
  const isYoung = sides.after.to - sides.after.from < YOUNG_MS && change.at - YOUNG_MS >= minutesFrom
  const stepMs = isYoung ? FINE_STEP_MS : HOUR_MS
  const wanted = isYoung ? { from: change.at - YOUNG_MS, to: change.at + YOUNG_MS } : spanOf(sides)
  const down = (at: number) => Math.floor(at / stepMs) * stepMs
  const to = Math.min(down(wanted.to), down(sealedUntil))
  const from = Math.min(down(wanted.from), to)
  return { range: { from: epochMs(from), to: epochMs(to) }, stepMs }
}

export async function seriesAround(
  traffic: Pick<TrafficOfServices, 'steps'>,
  services: readonly ServiceName[],
  { range, stepMs }: ReturnType<typeof drawnRange>,
): Promise<RolloutAnswer['series']> {
  return seriesOf(await traffic.steps(services, range, stepMs))
}

const seriesOf = ({ from, stepMs, bytes, crossZoneBytes }: ShareSteps): RolloutAnswer['series'] => ({
  stepMs,
  times: Array.from(bytes, (_, step) => epochMs(from + step * stepMs)),
  bytes: Array.from(bytes, orNull),
  crossZoneBytes: Array.from(crossZoneBytes, orNull),
})

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)
