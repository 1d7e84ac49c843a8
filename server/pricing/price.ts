import type { Price } from '@weir/contract/queries.ts'

/** A crossing is charged at the sender and at the receiver (EC2 pricing page: "charged ... in each direction"). */
const SIDES_PER_CROSSING = 2

export const DEFAULT_USD_PER_GB = 0.01
/** Cost Explorer's unit string is GB; AWS meters data transfer in binary GB. */
export const DEFAULT_BYTES_PER_GB = 2 ** 30

/** The price in force, with its source in words: what every answer about traffic carries beside its costs. */
export function priceOf(usdPerGb: number, bytesPerGb: number): Price {
  const origin =
    usdPerGb === DEFAULT_USD_PER_GB
      ? 'AWS EC2 pricing page, data transfer across availability zones of one region, read 2026-11'
      : 'setting usdPerGb'
  return {
    usdPerGb,
    sidesPerCrossing: SIDES_PER_CROSSING,
    bytesPerGb,
    source: `${origin}; cross-zone bytes only, at both ends: cross-region and internet are not priced`,
  }
}
