/**
 * Regions as the bill writes them: the prefixes of usage types, and what a GB across zones costs by the price list.
 * Prefixes: docs.aws.amazon.com/global-infrastructure/latest/regions/aws-region-billing-codes.html, read 2026-11.
 */
export interface BillingRegion {
  /** Before a usage type's name; '' is a name without a prefix, as older types of us-east-1 have. */
  readonly prefixes: readonly string[]
  /** Micro-dollars per GB and billed side; undefined where no source was found. */
  readonly listMicroUsdPerGb: number | undefined
}

/** The EC2 pricing page carries one figure, $0.01, and no commercial region is known to differ. */
const LIST_MICRO_USD = 10_000

const codes: { readonly [region: string]: string } = {
  'us-east-2': 'USE2',
  'us-west-1': 'USW1',
  'us-west-2': 'USW2',
  'ca-central-1': 'CAN1',
  'ca-west-1': 'CAN2',
  'mx-central-1': 'MXC1',
  'sa-east-1': 'SAE1',
  'af-south-1': 'AFS1',
  'ap-east-1': 'APE1',
  'ap-east-2': 'APE2',
  'ap-northeast-1': 'APN1',
  'ap-northeast-2': 'APN2',
  'ap-northeast-3': 'APN3',
  'ap-southeast-1': 'APS1',
  'ap-southeast-2': 'APS2',
  'ap-south-1': 'APS3',
  'ap-southeast-3': 'APS4',
  'ap-south-2': 'APS5',
  'ap-southeast-4': 'APS6',
  'ap-southeast-5': 'APS7',
  'ap-southeast-6': 'APS8',
  'ap-southeast-7': 'APS9',
  'eu-west-2': 'EUW2',
  'eu-west-3': 'EUW3',
  'eu-central-1': 'EUC1',
  'eu-central-2': 'EUC2',
  'eu-north-1': 'EUN1',
  'eu-south-1': 'EUS1',
  'eu-south-2': 'EUS2',
  'il-central-1': 'ILC1',
  'me-central-1': 'MEC1',
  'me-south-1': 'MES1',
}

/** Partitions with prices of their own, of which no list was found. */
const withoutPrice: { readonly [region: string]: string } = {
  'us-gov-west-1': 'UGW1',
  'us-gov-east-1': 'UGE1',
  'cn-north-1': 'CNN1',
  'cn-northwest-1': 'CNW1',
}

const several: { readonly [region: string]: readonly string[] } = {
  'us-east-1': ['', 'USE1'], // newer types carry the prefix, older ones do not
  'eu-west-1': ['EU', 'EUW1'], // EUW1: seen in old usage types only
}

/** undefined: the region is not in the table (a new one, a Local Zone, the European sovereign cloud). */
export function billingRegion(region: string): BillingRegion | undefined {
  const prefixes = several[region] ?? [codes[region]].filter(code => code !== undefined)
  if (prefixes.length > 0) return { prefixes, listMicroUsdPerGb: LIST_MICRO_USD }
  const code = withoutPrice[region]
  return code === undefined ? undefined : { prefixes: [code], listMicroUsdPerGb: undefined }
}

/** A region as a setting names it. */
export interface NamedRegion {
  readonly region: string
  /** Empty where they are neither in the table nor given: then the bill of the region cannot be asked for. */
  readonly prefixes: readonly string[]
}

/**
 * Reads the setting: `us-east-1, eusc-de-east-1=EUSC1`.
 * @throws Error that says which part is wrong and what would be right.
 */
export function parseRegions(text: string): readonly NamedRegion[] {
  const regions = text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => {
      const [, region, prefix] = /^([a-z]{2,5}(?:-[a-z]+){1,3}-\d+)(?:=([A-Z0-9]{2,8}))?$/.exec(part) ?? []
      if (region === undefined)
        throw new Error(`${JSON.stringify(part)} must be a region such as us-east-1, or REGION=PREFIX`)
      return { region, prefixes: prefix === undefined ? (billingRegion(region)?.prefixes ?? []) : [prefix] }
    })
  const twice = regions.find(({ region }, i) => regions.findIndex(other => other.region === region) < i)
  if (twice !== undefined) throw new Error(`${twice.region} is given twice`)
  return regions
}
