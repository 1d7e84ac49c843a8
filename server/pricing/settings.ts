import { decimal, oneOf, type Settings } from '@weir/contract/settings.ts'
import { parseSides } from './billed-sides.ts'
import { DEFAULT_BYTES_PER_GB, DEFAULT_USD_PER_GB } from './price.ts'
import { parseRegions } from './regions.ts'

/** Settings of what traffic costs: rows of the server's table (config.ts). */
export const pricingSettings = {
  usdPerGb: {
    means:
      'Price of one GB across zones in US dollars, at each end that is billed; up to six decimals. The bill, where it is read, is followed instead',
    fallback: String(DEFAULT_USD_PER_GB),
    parse: pricePerGb,
  },
  bytesPerGb: {
    means: 'Bytes of a GB on the bill',
    fallback: String(DEFAULT_BYTES_PER_GB),
    parse: (value: string) => Number(oneOf('1073741824', '1000000000')(value)),
  },
  currency: {
    means:
      'Currency of the prices and of the bill, by its code of three letters; what is billed in another is set aside',
    fallback: 'USD',
    parse: currencyCode,
  },
  awsRegions: {
    means:
      'Comma separated AWS regions whose traffic across zones is priced and billed, such as us-east-1; REGION=PREFIX for one whose prefix of usage types Weir does not know',
    fallback: '',
    parse: parseRegions,
  },
  billedSides: {
    means:
      'Comma separated PATH=SIDES: at how many ends (0, 1, 2) AWS charges a path, where it is not as docs/design.md has it, such as NAT gateway=1',
    fallback: '',
    parse: parseSides,
  },
} as const

export type PricingSettings = Settings<typeof pricingSettings>

/** Six decimals: costs are summed in whole micro-dollars. */
function pricePerGb(value: string): number {
  const price = decimal(0, 4)(value)
  if (!/^\d*(\.\d{1,6})?$/.test(value)) throw new Error('must be a number from 0 to 4 with up to six decimals')
  return price
}

function currencyCode(value: string): string {
  if (!/^[A-Z]{3}$/.test(value)) throw new Error('must be three capital letters, such as USD or CNY')
  return value
}
