import type { CostExplorerClient, Expression, GroupDefinition, ResultByTime } from '@aws-sdk/client-cost-explorer'
import {
  type AnsweredDay,
  type AnsweredGroup,
  type BillExplorer,
  type DayRange,
  ExplorerFailure,
  type FailureKind,
  type Page,
} from './bill-explorer.ts'
import type { CostFilter, Match } from './cost-filter.ts'

export interface CostExplorerOptions {
  /** Tells the partition: Cost Explorer has one endpoint in each. */
  readonly region: string
  /** URL in place of AWS's own; empty: AWS's, or what AWS_ENDPOINT_URL says. */
  readonly endpoint: string
  /** Ends whatever is under way. */
  readonly signal: AbortSignal
}

const REQUEST_TIMEOUT_MS = 60_000
const CONNECT_TIMEOUT_MS = 5_000

/** The client is loaded only where the bill is read. Credentials: the SDK's default chain. */
export async function openCostExplorer({ region, endpoint, signal }: CostExplorerOptions): Promise<BillExplorer> {
  const sdk = await import('@aws-sdk/client-cost-explorer')
  const client: CostExplorerClient = new sdk.CostExplorerClient({
    region,
    maxAttempts: 1, // each try may be charged: they are counted and paced by the plan (bill-plan.ts)
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: CONNECT_TIMEOUT_MS },
    ...(endpoint !== '' && { endpoint }),
  })
  const abort = { abortSignal: signal }
  const costs = async (range: DayRange, filter: CostFilter, keys: readonly string[], token?: string) => {
    const command = new sdk.GetCostAndUsageCommand({
      TimePeriod: { Start: range.from, End: range.to },
      Granularity: 'DAILY',
      Metrics: ['UsageQuantity', 'UnblendedCost', 'NetUnblendedCost'],
      GroupBy: keys.map((Key): GroupDefinition => ({ Type: 'DIMENSION', Key })),
      Filter: expressionOf(filter),
      NextPageToken: token,
    })
    const answer = await told(client.send(command, abort))
    return pageOf(answer.ResultsByTime?.map(dayOf) ?? [], answer.NextPageToken)
  }
  return {
    async usageTypes(range, search, token) {
      const command = new sdk.GetDimensionValuesCommand({
        TimePeriod: { Start: range.from, End: range.to },
        Dimension: 'USAGE_TYPE',
        Context: 'COST_AND_USAGE',
        SearchString: search, // excludes SortBy, and MaxResults is for that only
        NextPageToken: token,
      })
      const answer = await told(client.send(command, abort))
      const values = (answer.DimensionValues ?? []).flatMap(({ Value }) => Value ?? [])
      return pageOf(values, answer.NextPageToken)
    },
    usage: (range, filter, token) => costs(range, filter, ['USAGE_TYPE', 'OPERATION'], token),
    records: (range, filter, token) => costs(range, filter, ['RECORD_TYPE', 'USAGE_TYPE'], token),
    close: () => client.destroy(),
  }
}

const pageOf = <T>(items: readonly T[], next: string | undefined): Page<T> => ({
  items,
  ...(next !== undefined && next !== '' && { next }),
})

function dayOf({ TimePeriod, Estimated, Groups }: ResultByTime): AnsweredDay {
  const groups = (Groups ?? []).map(({ Keys, Metrics }): AnsweredGroup => {
    const amount = (name: string) => {
      const { Amount: text, Unit: unit } = Metrics?.[name] ?? {}
      return text === undefined ? undefined : { text, unit: unit ?? '' }
    }
    const netCost = amount('NetUnblendedCost')
    return {
      keys: [Keys?.[0] ?? '', Keys?.[1] ?? ''],
      quantity: amount('UsageQuantity') ?? { text: '', unit: '' },
      cost: amount('UnblendedCost') ?? { text: '', unit: '' },
      ...(netCost !== undefined && { netCost }),
    }
  })
  return { day: TimePeriod?.Start ?? '', isEstimated: Estimated === true, groups }
}

function expressionOf(filter: CostFilter): Expression {
  const match = ({ Key, Values, MatchOptions }: Match) => ({
    Key,
    Values: [...Values],
    ...(MatchOptions !== undefined && { MatchOptions: [...MatchOptions] }),
  })
  if ('And' in filter) return { And: filter.And.map(expressionOf) }
  if ('Or' in filter) return { Or: filter.Or.map(expressionOf) }
  if ('Not' in filter) return { Not: expressionOf(filter.Not) }
  if ('Tags' in filter) return { Tags: match(filter.Tags) }
  if ('CostCategories' in filter) return { CostCategories: match(filter.CostCategories) }
  return { Dimensions: { ...match(filter.Dimensions), Key: filter.Dimensions.Key } }
}

/** @throws ExplorerFailure for whatever goes wrong. */
async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    const message = error instanceof Error ? error.message : String(error)
    throw new ExplorerFailure(kindOf(name, error), name === '' ? message : `${name}: ${message}`)
  }
}

const kinds: { readonly [name: string]: FailureKind } = {
  CredentialsProviderError: 'no credentials',
  TokenProviderError: 'no credentials',
  ExpiredTokenException: 'expired',
  ExpiredToken: 'expired',
  UnrecognizedClientException: 'expired',
  InvalidClientTokenId: 'expired',
  InvalidSignatureException: 'expired',
  RequestExpired: 'expired',
  AccessDeniedException: 'denied',
  LimitExceededException: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  DataUnavailableException: 'not available',
  BillExpirationException: 'not available',
  InvalidNextTokenException: 'bad page',
  RequestChangedException: 'bad page',
  ValidationException: 'bad question',
  ResourceNotFoundException: 'bad question',
}

function kindOf(name: string, error: unknown): FailureKind {
  const kind = kinds[name]
  if (kind !== undefined) return kind
  const status = statusOf(error)
  if (status === undefined) return 'unanswered'
  return status >= 500 ? 'not available' : status === 403 ? 'denied' : 'bad question'
}

/** Of an answer of AWS; undefined where there was none. A broken-off 200 is no answer. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined
  const { $metadata: metadata } = error
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  const { httpStatusCode: status } = metadata
  return typeof status === 'number' && status >= 400 ? status : undefined
}
