import { readFile } from 'node:fs/promises'
import type { NamedRegion } from '../pricing/regions.ts'

/** Cost Explorer's Expression: exactly one of these at its root. */
export type CostFilter =
  | { readonly And: readonly CostFilter[] }
  | { readonly Or: readonly CostFilter[] }
  | { readonly Not: CostFilter }
  | { readonly Dimensions: DimensionMatch }
  | { readonly Tags: Match }
  | { readonly CostCategories: Match }

export interface Match {
  readonly Key: string
  readonly Values: readonly string[]
  readonly MatchOptions?: readonly MatchOption[]
}
export interface DimensionMatch extends Match {
  readonly Key: FilterDimension
}

export const matchOptions = ['EQUALS', 'CASE_SENSITIVE', 'ABSENT'] as const
export type MatchOption = (typeof matchOptions)[number]

/** Dimensions that a filter may name: GetCostAndUsage, client-cost-explorer 3.1138. */
export const filterDimensions = [
  'AZ',
  'BILLING_ENTITY',
  'INSTANCE_TYPE',
  'LEGAL_ENTITY_NAME',
  'LINKED_ACCOUNT',
  'LINKED_ACCOUNT_NAME',
  'OPERATION',
  'PURCHASE_TYPE',
  'RECORD_TYPE',
  'REGION',
  'SERVICE',
  'SERVICE_CODE',
  'USAGE_TYPE',
  'USAGE_TYPE_GROUP',
] as const
export type FilterDimension = (typeof filterDimensions)[number]

/** What of the bill is the cluster's. */
export interface BillScope {
  /** Linked accounts; empty: all that the credentials see. */
  readonly accounts: readonly string[]
  readonly filter?: CostFilter
}

const SHORT = /^(tag|cost-category):([^=]+)=(.+)$/

/**
 * Reads the setting: `tag:Key=value`, `cost-category:Name=value` (several values with | between), an Expression of Cost
 * Explorer as JSON, or the path of a file with one. '' is no filter.
 * @throws Error that says what is wrong and what would be right.
 */
export async function readFilter(text: string): Promise<CostFilter | undefined> {
  if (text === '') return undefined
  const [, kind, Key, values] = SHORT.exec(text) ?? []
  if (Key !== undefined && values !== undefined) {
    const match = { Key, Values: values.split('|') }
    return kind === 'tag' ? { Tags: match } : { CostCategories: match }
  }
  try {
    return parseFilter(JSON.parse(text.startsWith('{') ? text : await readFile(text, 'utf8')))
  } catch (error) {
    const why = error instanceof Error ? error.message : error
    throw new Error(
      `the cost filter ${text}: ${why}; it must be tag:Key=value, cost-category:Name=value, an Expression of Cost Explorer as JSON, or a file with one`,
    )
  }
}

/** @throws Error that names the place and what would be right there. */
export function parseFilter(value: unknown, at = 'Expression'): CostFilter {
  const roots = isRecord(value) ? Object.keys(value) : []
  const [root] = roots
  if (!isRecord(value) || root === undefined || roots.length > 1)
    throw new Error(`${at} must have exactly one of And, Or, Not, Dimensions, Tags, CostCategories`)
  const inner = value[root]
  const here = `${at}.${root}`
  switch (root) {
    case 'And':
      return { And: parseSeveral(inner, here) }
    case 'Or':
      return { Or: parseSeveral(inner, here) }
    case 'Not':
      return { Not: parseFilter(inner, here) }
    case 'Tags':
      return { Tags: parseMatch(inner, here) }
    case 'CostCategories':
      return { CostCategories: parseMatch(inner, here) }
    case 'Dimensions': {
      const match = parseMatch(inner, here)
      const Key = filterDimensions.find(dimension => dimension === match.Key)
      if (Key === undefined) throw new Error(`${here}.Key must be one of ${filterDimensions.join(', ')}`)
      return { Dimensions: { ...match, Key } }
    }
    default:
      throw new Error(`${here} must be And, Or, Not, Dimensions, Tags or CostCategories`)
  }
}

function parseSeveral(value: unknown, at: string): readonly CostFilter[] {
  if (!Array.isArray(value) || value.length < 2) throw new Error(`${at} must be a list of two or more expressions`)
  return value.map((one, i) => parseFilter(one, `${at}[${i}]`))
}

function parseMatch(value: unknown, at: string): Match {
  if (!isRecord(value) || typeof value.Key !== 'string') throw new Error(`${at} must have a Key and Values`)
  const Values = textsOf(value.Values, `${at}.Values`)
  if (value.MatchOptions === undefined) return { Key: value.Key, Values }
  const options = textsOf(value.MatchOptions, `${at}.MatchOptions`)
  const known = matchOptions.filter(option => options.includes(option))
  if (known.length < options.length) throw new Error(`${at}.MatchOptions must be of ${matchOptions.join(', ')}`)
  return { Key: value.Key, Values, MatchOptions: known }
}

function textsOf(value: unknown, at: string): readonly string[] {
  if (!Array.isArray(value) || !value.every(one => typeof one === 'string'))
    throw new Error(`${at} must be a list of texts`)
  return value
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whose bill it is, in words. */
export function scopeText({ accounts, filter }: BillScope): string {
  const whose = accounts.length === 0 ? 'all accounts that its credentials see' : `accounts ${accounts.join(', ')}`
  return filter === undefined ? whose : `${whose}, filtered by ${JSON.stringify(filter)}`
}

/** Tells the days of one bill from another's: regions, accounts and filter. */
export const scopeKey = (scope: BillScope, regions: readonly NamedRegion[]): string =>
  `${regions.map(({ region, prefixes }) => `${region} (${prefixes.join(', ')})`).join(', ')} of ${scopeText(scope)}`
