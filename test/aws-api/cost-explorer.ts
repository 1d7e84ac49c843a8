import { type AwsFault, type AwsReply, AwsServer } from './http-server.ts'

/** One row of the fake account's bill. */
export interface BillRow {
  readonly day: string
  readonly usageType: string
  readonly operation: string
  readonly account: string
  /** "Usage", "Credit", … */
  readonly recordType: string
  readonly tags: Readonly<Record<string, string>>
  readonly quantity: string
  readonly cost: string
  readonly unit: string
  readonly currency: string
}

/**
 * Cost Explorer as it speaks on the wire (x-amz-json-1.1), over rows that a test gives it: filters are exact and by case,
 * what they do not know is empty, groups come with an empty Total, amounts are decimal texts.
 */
export class CostExplorerFake implements AsyncDisposable {
  readonly server: AwsServer
  rows: BillRow[] = []
  /** Days from here on are estimated. */
  estimatedFrom = '9999-12-31'
  /** Groups on a page of an answer, as many days as it takes. */
  groupsPerPage = 1_000

  private constructor(server: AwsServer) {
    this.server = server
  }

  static async listen(): Promise<CostExplorerFake> {
    const { promise, resolve } = Promise.withResolvers<CostExplorerFake>()
    const server = await AwsServer.listen(async request => {
      const target = String(request.headers['x-amz-target'])
      return (await promise).#answer(target, JSON.parse(request.body.toString()))
    })
    const fake = new CostExplorerFake(server)
    resolve(fake)
    return fake
  }

  get url(): string {
    return this.server.url
  }

  /** A day's row with what most rows have. */
  bill(day: string, operation: string, quantity: string, cost: string, more: Partial<BillRow> = {}): void {
    this.rows.push({
      day,
      operation,
      quantity,
      cost,
      usageType: 'DataTransfer-Regional-Bytes',
      account: '123456789012',
      recordType: 'Usage',
      tags: {},
      unit: 'GB',
      currency: 'USD',
      ...more,
    })
  }

  /** What was asked, in order: the operation's name and its input. */
  get asked(): readonly { readonly name: string; readonly input: Input }[] {
    return this.server.seen.map(({ headers, body }) => ({
      name: String(headers['x-amz-target']).replace('AWSInsightsIndexService.', ''),
      input: JSON.parse(body.toString()),
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }

  #answer(target: string, input: Input): AwsReply {
    if (!target.startsWith('AWSInsightsIndexService.')) return errorReply('UnknownOperationException', target)
    if (input.NextPageToken !== undefined && !input.NextPageToken.startsWith('page-'))
      return errorReply('InvalidNextTokenException', 'no such page')
    switch (target.slice('AWSInsightsIndexService.'.length)) {
      case 'GetDimensionValues':
        if (input.SortBy !== undefined && (input.SearchString ?? input.NextPageToken) !== undefined)
          return errorReply('ValidationException', 'SortBy excludes SearchString and NextPageToken')
        return this.#dimensionValues(input)
      case 'GetCostAndUsage':
        return this.#costAndUsage(input)
      default:
        return errorReply('UnknownOperationException', target)
    }
  }

  #dimensionValues({
    TimePeriod: { Start, End },
    SearchString = '',
    MaxResults = 1_000,
    NextPageToken,
  }: Input): AwsReply {
    const rows = this.rows.filter(({ day, usageType }) => day >= Start && day < End && usageType.includes(SearchString))
    const values = [...new Set(rows.map(({ usageType }) => usageType))].sort()
    const from = startOf(NextPageToken)
    const shown = values.slice(from, from + MaxResults)
    return reply({
      DimensionValues: shown.map(Value => ({ Value, Attributes: { unit: 'GB' } })),
      ReturnSize: shown.length,
      TotalSize: values.length,
      ...(from + MaxResults < values.length && { NextPageToken: `page-${from + MaxResults}` }),
    })
  }

  #costAndUsage({ TimePeriod: { Start, End }, Filter, GroupBy = [], NextPageToken }: Input): AwsReply {
    if (Start >= End) return errorReply('ValidationException', 'Start date (and hour) should be before end date')
    const rows = this.rows.filter(row => row.day >= Start && row.day < End && (!Filter || fits(row, Filter)))
    const groups = new Map<string, BillRow[]>()
    for (const row of rows) {
      const key = JSON.stringify([row.day, ...GroupBy.map(({ Key }) => dimension(row, Key))])
      groups.set(key, [...(groups.get(key) ?? []), row])
    }
    const all = [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
    const from = startOf(NextPageToken)
    const page = all.slice(from, from + this.groupsPerPage)
    const isLast = from + this.groupsPerPage >= all.length
    const days = daysFrom(Start, End).filter(day => {
      const firstDay = from === 0 ? Start : dayOfKey(page[0]?.[0])
      return day >= firstDay && (isLast || day <= dayOfKey(page.at(-1)?.[0]))
    })
    return reply({
      GroupDefinitions: GroupBy,
      ResultsByTime: days.map(day => ({
        TimePeriod: { Start: day, End: nextDay(day) },
        Total: {},
        Groups: page.filter(([key]) => dayOfKey(key) === day).map(([key, of]) => groupOf(key, of)),
        Estimated: day >= this.estimatedFrom,
      })),
      DimensionValueAttributes: [],
      ...(!isLast && { NextPageToken: `page-${from + this.groupsPerPage}` }),
    })
  }
}

interface Input {
  readonly TimePeriod: { readonly Start: string; readonly End: string }
  readonly Granularity?: string
  readonly Metrics?: readonly string[]
  readonly Filter?: Expression
  readonly GroupBy?: readonly { readonly Type: string; readonly Key: string }[]
  readonly SearchString?: string
  readonly MaxResults?: number
  readonly SortBy?: readonly object[]
  readonly NextPageToken?: string
}

interface Expression {
  readonly And?: readonly Expression[]
  readonly Or?: readonly Expression[]
  readonly Not?: Expression
  readonly Dimensions?: { readonly Key: string; readonly Values: readonly string[] }
  readonly Tags?: { readonly Key: string; readonly Values: readonly string[] }
}

function fits(row: BillRow, { And, Or, Not, Dimensions, Tags }: Expression): boolean {
  if (And !== undefined) return And.every(one => fits(row, one))
  if (Or !== undefined) return Or.some(one => fits(row, one))
  if (Not !== undefined) return !fits(row, Not)
  if (Tags !== undefined) return Tags.Values.includes(row.tags[Tags.Key] ?? '')
  return Dimensions?.Values.includes(dimension(row, Dimensions.Key)) ?? false
}

function dimension(row: BillRow, key: string): string {
  switch (key) {
    case 'USAGE_TYPE':
      return row.usageType
    case 'OPERATION':
      return row.operation
    case 'RECORD_TYPE':
      return row.recordType
    case 'LINKED_ACCOUNT':
      return row.account
    default:
      throw new RangeError(`the fake has no dimension ${key}`)
  }
}

function groupOf(key: string, rows: readonly BillRow[]): object {
  const [first] = rows
  const amount = (of: (row: BillRow) => string, unit: string | undefined) => ({
    // Rows of one group are few: a test that needs their exact sum gives one row.
    Amount:
      rows.length === 1 && first !== undefined
        ? of(first)
        : String(rows.reduce((sum, row) => sum + Number(of(row)), 0)),
    Unit: unit,
  })
  return {
    Keys: JSON.parse(key).slice(1),
    Metrics: {
      UsageQuantity: amount(row => row.quantity, first?.unit),
      UnblendedCost: amount(row => row.cost, first?.currency),
      NetUnblendedCost: amount(row => row.cost, first?.currency),
    },
  }
}

const dayOfKey = (key: string | undefined): string => (key === undefined ? '' : String(JSON.parse(key)[0]))
const startOf = (token: string | undefined): number => Number(token?.replace('page-', '') ?? 0)
const nextDay = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)

function daysFrom(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day < to; day = nextDay(day)) days.push(day)
  return days
}

const headers = { 'content-type': 'application/x-amz-json-1.1' }
const reply = (body: object): AwsReply => ({ headers, body: JSON.stringify(body) })

/** An error in the format of the service: 400 and a type in the body. */
export const errorReply = (type: string, message: string, status = 400): AwsReply => ({
  status,
  headers,
  body: JSON.stringify({ __type: type, Message: message }),
})

/** Instead of an answer. */
export const errorFault = (type: string, message = type, status = 400): AwsFault => ({
  kind: 'reply',
  reply: errorReply(type, message, status),
})
