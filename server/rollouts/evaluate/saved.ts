import type { SavedPerMonth } from '@weir/contract/rollout-queries.ts'
import { type MicroUsd, microUsd } from '@weir/contract/units.ts'
import type { Judged } from './verdict.ts'

const MONTH_MS = 30 * 24 * 3_600_000

/**
 * What a change is worth in a month of 30 days of traffic as after it; null while the interval holds zero, and where the
 * reading claims no change.
 * @param microUsdPerByte what a byte of this Service costs when it crosses: its cost ÷ its counted cross-zone bytes.
 */
export function savedPerMonth(
  { verdict, change, after }: Judged,
  microUsdPerByte: number,
  currency: string,
): SavedPerMonth | null {
  if (change === null || (verdict !== 'reduced' && verdict !== 'increased')) return null
  if (change.low <= 0 && change.high >= 0) return null
  const watched = ((after.range.to - after.range.from) * after.steps) / after.stepsInRange
  const worth = (fall: number): MicroUsd =>
    microUsd(Math.round((fall * after.bytes * microUsdPerByte * MONTH_MS) / watched))
  return { estimate: worth(-change.estimate), low: worth(-change.high), high: worth(-change.low), currency }
}
