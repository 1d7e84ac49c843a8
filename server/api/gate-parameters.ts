import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { type Parameter, quoted } from './parameters.ts'
import { momentParameter } from './time-range.ts'

/** As one writes a share: 10% or 0.1. A bare 10 could be either. @throws Error that says what would be right */
export function readShare(given: string): number {
  const [, digits, sign] = /^(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(%?)$/.exec(given.trim()) ?? []
  const share = Number(digits) / (sign === '%' ? 100 : 1)
  if (digits === undefined || share > 1) throw new Error(`${quoted(given)} is no share: write 10% or 0.1`)
  return share
}

export const shareParameter: Parameter<number> = {
  means: 'The largest share of its bytes that may cross zones.',
  allowed: 'from 0% to 100%, or from 0 to 1; it must be given',
  parse: ([given]) => {
    if (given === undefined) throw new Error('it must be given, such as 10%')
    return readShare(given)
  },
}

const units: { readonly [unit: string]: number } = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 1440 * MINUTE_MS }
const fallback = '1h'
const moment = momentParameter('', fallback)

/** How long ago, or a moment. */
export const sinceParameter: Parameter<(now: EpochMs) => EpochMs> = {
  means: 'From when on: how long ago, or a moment.',
  allowed: `30m, 6h, 7d and the like, or ${moment.allowed}`,
  parse: ([given = fallback]) => {
    const [, digits, unit = ''] = /^(\d{1,4})([mhd])$/.exec(given) ?? []
    if (digits !== undefined) return now => epochMs(Math.max(0, now - Number(digits) * (units[unit] ?? 0)))
    const at = moment.parse([given])
    return () => at ?? epochMs(0)
  },
}

/** A name that must be given. */
export const named = (means: string): Parameter<string> => ({
  means,
  allowed: 'a name; it must be given',
  parse: ([given]) => {
    if (given === undefined || given === '') throw new Error('it must be given')
    return given
  },
})
