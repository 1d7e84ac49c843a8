import { envName, flagName, oneOf, type Settings, text, wholeNumber } from '@weir/contract/settings.ts'
import type { PricingSettings } from '../pricing/settings.ts'

/** Settings of reading the bill: rows of the server's table (config.ts). */
export const billingSettings = {
  costExplorer: {
    means: 'on: read the bill of --aws-regions from AWS Cost Explorer. Each call costs $0.01',
    fallback: 'off',
    parse: oneOf('off', 'on'),
  },
  costExplorerAccounts: {
    means: 'Comma separated AWS accounts (12 digits) whose bill it is; empty = all that the credentials see',
    fallback: '',
    parse: accountIds,
  },
  costExplorerFilter: {
    means:
      "What of the bill is the cluster's: tag:KEY=VALUE, cost-category:NAME=VALUE, an Expression of Cost Explorer as JSON, or a file with one; empty = all of it, and statements say so",
    fallback: '',
    parse: text,
  },
  costExplorerCallsPerDay: {
    means: 'Most calls of Cost Explorer per UTC day, every page counted; with less than 3 the bill is days late',
    fallback: '4',
    parse: wholeNumber(1, 100),
  },
  costExplorerRefreshHours: {
    means: 'Hours after which days of the bill that are not final are read again',
    fallback: '12',
    parse: wholeNumber(1, 168),
  },
  costExplorerEndpoint: {
    means: "URL in place of AWS's own for Cost Explorer; empty = AWS's, or what AWS_ENDPOINT_URL says",
    fallback: '',
    parse: url,
  },
} as const

export type BillingSettings = Settings<typeof billingSettings>

/** What is missing where the bill is read, each with what would be right. */
export function billingProblems({ costExplorer, awsRegions }: BillingSettings & PricingSettings): string[] {
  if (costExplorer === 'off') return []
  const name = `${flagName('awsRegions')} (or ${envName('awsRegions')})`
  if (awsRegions.length === 0) return [`${name} must be given for --cost-explorer on`]
  return awsRegions
    .filter(({ prefixes }) => prefixes.length === 0)
    .map(
      ({ region }) =>
        `${name}: the prefix of ${region}'s usage types is not known: give it as ${region}=PREFIX, as the bill has it before -DataTransfer-Regional-Bytes`,
    )
}

function accountIds(value: string): readonly string[] {
  const ids = value
    .split(',')
    .map(id => id.trim())
    .filter(id => id !== '')
  const wrong = ids.find(id => !/^\d{12}$/.test(id))
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} must be an account of 12 digits`)
  return ids
}

function url(value: string): string {
  if (value !== '' && !/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : ''))
    throw new Error('must be an http(s):// URL')
  return value
}
