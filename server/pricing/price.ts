import type { Price } from '@weir/contract/queries.ts'
import { billingRegion } from './regions.ts'

export const DEFAULT_USD_PER_GB = 0.01
/** Cost Explorer's unit string is GB; AWS meters data transfer in binary GB. */
export const DEFAULT_BYTES_PER_GB = 2 ** 30

/** What a price can be taken from, best first. */
export interface PriceSources {
  /** What the bill itself came to, per GB and billed side. */
  readonly effective?: EffectivePrice
  /** The setting: in force where it is not its default, or where the list price of a region is not known. */
  readonly usdPerGb: number
  /** AWS regions whose traffic is priced; empty where it is not told. */
  readonly regions: readonly string[]
  readonly bytesPerGb: number
  /** ISO 4217. */
  readonly currency: string
}

export interface EffectivePrice {
  readonly microUsdPerGb: number
  /** First and last day of the bill that it was taken from: "2026-10-01". */
  readonly from: string
  readonly to: string
}

/** The price in force, with its source in words: what every answer about traffic carries beside its costs. */
export function priceInForce({ effective, usdPerGb, regions, bytesPerGb, currency }: PriceSources): Price {
  const scope =
    'cross-zone bytes only, at the sides that AWS charges on each path; cross-region and internet are not priced'
  const price = (perGb: number, origin: string): Price => ({
    usdPerGb: perGb,
    bytesPerGb,
    currency,
    source: `${origin}; ${scope}`,
  })
  if (effective !== undefined) {
    const { microUsdPerGb, from, to } = effective
    return price(microUsdPerGb / 1e6, `the bill, cost ÷ quantity of ${from} to ${to}`)
  }
  if (usdPerGb !== DEFAULT_USD_PER_GB) return price(usdPerGb, 'setting usdPerGb')
  const read = 'AWS EC2 pricing page, data transfer across availability zones of one region, read 2026-11'
  const [region] = regions
  if (region === undefined) return price(usdPerGb, read)
  const unlisted = regions.filter(one => billingRegion(one)?.listMicroUsdPerGb === undefined)
  const listed = billingRegion(region)?.listMicroUsdPerGb
  if (listed === undefined || unlisted.length > 0)
    return price(usdPerGb, `setting usdPerGb: no list price is known of ${unlisted.join(', ')}`)
  return price(listed / 1e6, `${read}, for ${regions.join(', ')}`)
}
