import type { EpochMs } from '@weir/contract/units.ts'
import { DAY_MS, dayText } from './months.ts'
import { timesOver } from './share.ts'
import type { StatementDay } from './statement.ts'

/** What the month will come to, and how that was found, in words. */
export interface Projection {
  readonly microUsd: bigint
  readonly method: string
}

const MOST_DAYS = 7

/**
 * The complete days as they are, and every other day like the mean of the newest complete ones. A day is complete when
 * its bill is final, or when it is sealed and something is known of it. null: no day is complete yet.
 * @param days those of the month that have begun, oldest first
 * @param monthEnd start of the next month
 */
export function projectionOf(days: readonly StatementDay[], monthEnd: EpochMs, now: EpochMs): Projection | null {
  const complete = days.filter(isComplete)
  const amounts = complete.map(expected)
  const sum = total(amounts)
  if (now >= monthEnd) return { microUsd: total(days.map(expected)), method: 'the month is over: its total' }
  const newest = amounts.slice(-MOST_DAYS)
  const [first, last] = [complete.at(-newest.length), complete.at(-1)]
  if (first === undefined || last === undefined) return null
  const missing = days.length - complete.length + Math.round((monthEnd - startOfNext(days)) / DAY_MS)
  const mean = timesOver(total(newest), BigInt(missing), BigInt(newest.length))
  const which = newest.length === 1 ? dayText(last.day) : `${dayText(first.day)} to ${dayText(last.day)}`
  const plural = newest.length === 1 ? 'day' : `${newest.length} days`
  return {
    microUsd: sum + mean,
    method: `complete days as they are, ${missing} more like the mean of the newest complete ${plural} (${which})`,
  }
}

const isComplete = ({ state, isSealed, meteredBytes, billed }: StatementDay): boolean =>
  state === 'final' || (isSealed && (meteredBytes > 0 || billed !== null))

/** A provisional bill below what was observed is not complete yet: then what was observed counts. */
function expected({ state, attributed, unattributed }: StatementDay): bigint {
  return state === 'provisional' && unattributed < 0n ? attributed : attributed + unattributed
}

const startOfNext = (days: readonly StatementDay[]): number => (days.at(-1)?.day ?? 0) + DAY_MS
const total = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n)
