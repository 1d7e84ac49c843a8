import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { priceInForce } from '../../../server/pricing/price.ts'
import { billingRegion, parseRegions } from '../../../server/pricing/regions.ts'

const base = { usdPerGb: 0.01, regions: ['us-east-1'], bytesPerGb: 2 ** 30, currency: 'USD' }
const effective = { microUsdPerGb: 9_500, from: '2026-10-01', to: '2026-10-31' }

const prices: [why: string, sources: object, usdPerGb: number, source: RegExp][] = [
  ['the bill comes before everything', { effective, usdPerGb: 0.02 }, 0.0095, /^the bill, .*2026-10-01 to 2026-10-31/],
  ['a price that was set comes before the list', { usdPerGb: 0.02 }, 0.02, /^setting usdPerGb;/],
  ['else the list, with the regions', {}, 0.01, /^AWS EC2 pricing page.* for us-east-1;/],
  ['no region told: the figure that all share', { regions: [] }, 0.01, /^AWS EC2 pricing page.*2026-11;/],
  [
    'GovCloud has no list price that was found',
    { regions: ['us-gov-west-1'] },
    0.01,
    /no list price is known of us-gov-west-1/,
  ],
  ['nor has China', { regions: ['us-east-1', 'cn-north-1'], usdPerGb: 0.07 }, 0.07, /setting usdPerGb/],
  [
    'nor has a region that the table does not know',
    { regions: ['xx-new-1'] },
    0.01,
    /no list price is known of xx-new-1/,
  ],
]
for (const [why, sources, usdPerGb, source] of prices)
  test(why, () => {
    const price = priceInForce({ ...base, ...sources })
    equal(price.usdPerGb, usdPerGb)
    match(price.source, source)
    equal(price.currency, 'USD')
  })

// docs.aws.amazon.com/global-infrastructure/latest/regions/aws-region-billing-codes.html
const prefixes: [region: string, prefixes: readonly string[]][] = [
  ['us-east-1', ['', 'USE1']],
  ['us-west-2', ['USW2']],
  ['eu-west-1', ['EU', 'EUW1']],
  ['ap-northeast-1', ['APN1']],
  ['us-gov-east-1', ['UGE1']],
  ['cn-northwest-1', ['CNW1']],
]
for (const [region, want] of prefixes)
  test(`usage types of ${region} begin with ${want.map(prefix => prefix || 'no prefix').join(' or ')}`, () => {
    deepEqual(billingRegion(region)?.prefixes, want)
  })

test('regions as a setting; the prefix of one that is not in the table can be given', () => {
  deepEqual(parseRegions(' us-west-2 , eusc-de-east-1=EUSC1, us-gov-west-1,zz-nowhere-9 '), [
    { region: 'us-west-2', prefixes: ['USW2'] },
    { region: 'eusc-de-east-1', prefixes: ['EUSC1'] },
    { region: 'us-gov-west-1', prefixes: ['UGW1'] },
    { region: 'zz-nowhere-9', prefixes: [] },
  ])
  deepEqual(parseRegions(''), [])
  for (const bad of ['use1', 'us-east-1a', 'us-east-1=use1', 'us-east-1,us-east-1'])
    throws(() => parseRegions(bad), /must be a region|given twice/)
})
