import type { CostRow, CostsAnswer, ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import { type Amount, csvLines, usd } from './csv.ts'

interface Line {
  readonly cost: number
  readonly category: 'Usage' | 'Adjustment'
  readonly description: string
  readonly meteredBytes: number
  readonly row: Pick<CostRow, 'kind' | 'cluster' | 'namespace' | 'name' | 'workload'> | undefined
  readonly provisional: number
  readonly estimated: number
}

/** Columns of the FinOps Open Cost and Usage Specification where it has them, ours with x_ in front. */
const columns: readonly (readonly [header: string, text: (line: Line, of: CsvSurroundings) => string | Amount])[] = [
  ['BilledCost', line => dollars(line.cost)],
  ['EffectiveCost', line => dollars(line.cost)],
  ['BillingCurrency', (_, { answer }) => answer.currency],
  ['BillingPeriodStart', (_, { answer }) => iso(answer.range.from)],
  ['BillingPeriodEnd', (_, { answer }) => iso(answer.range.to)],
  ['ChargePeriodStart', (_, { answer }) => iso(answer.range.from)],
  ['ChargePeriodEnd', (_, { answer }) => iso(answer.range.to)],
  ['ChargeCategory', line => line.category],
  ['ChargeDescription', line => line.description],
  ['ServiceCategory', () => 'Networking'],
  ['ServiceName', () => 'Data transfer across availability zones'],
  ['RegionId', (_, { region }) => region],
  ['ConsumedQuantity', (line, { bytesPerGb }) => quantity(line.meteredBytes / bytesPerGb)],
  ['ConsumedUnit', () => 'GB'],
  ['x_Kind', line => line.row?.kind ?? 'unattributed'],
  ['x_Cluster', line => line.row?.cluster ?? ''],
  ['x_Namespace', line => line.row?.namespace ?? ''],
  ['x_WorkloadKind', line => line.row?.workload?.kind ?? ''],
  ['x_Name', line => line.row?.name ?? ''],
  ['x_Policy', (_, { answer }) => answer.policy],
  ['x_ProvisionalCost', line => dollars(line.provisional)],
  ['x_EstimatedCost', line => dollars(line.estimated)],
]

interface CsvSurroundings {
  readonly answer: CostsAnswer
  /** '' where traffic lies in several regions. */
  readonly region: string
  readonly bytesPerGb: number
}

/** The rows of the JSON answer, and the unattributed as one of them: the costs add up to the total. */
export function costsCsv(of: CsvSurroundings): string {
  const { days, rows, total } = of.answer
  const lines: Line[] = rows.map(row => ({
    cost: row.costMicroUsd,
    category: 'Usage',
    description: 'observed, at the price of its day',
    meteredBytes: row.meteredBytes,
    row,
    provisional: row.provisionalMicroUsd,
    estimated: row.estimatedMicroUsd,
  }))
  if (total !== null)
    lines.push({
      cost: total.unattributedMicroUsd,
      category: 'Adjustment',
      description: 'billed and not observed',
      meteredBytes: 0,
      row: undefined,
      provisional: days
        .filter(({ state }) => state === 'provisional')
        .reduce((sum, { figures }) => sum + (figures?.unattributedMicroUsd ?? 0), 0),
      estimated: 0,
    })
  return csvLines([columns.map(([header]) => header), ...lines.map(line => columns.map(([, text]) => text(line, of)))])
}

/** A line for each day and cause, and one for what is unattributed: in GB and dollars they add up to the day's bill. */
export function reconciliationCsv({ days }: ReconciliationAnswer): string {
  const lines = days.flatMap(({ day, state, isSealed, figures, causes, unattributedGb }) => {
    const of = [iso(day).slice(0, 10), state, isSealed ? 'yes' : 'no']
    const bill = [quantityOrNone(figures.billedGb), dollarsOrNone(figures.billedMicroUsd)]
    const told = causes.map(({ name, gb, costMicroUsd }) => [...of, name, quantity(gb), dollars(costMicroUsd), ...bill])
    const rest = [...of, 'unattributed', quantityOrNone(unattributedGb), dollarsOrNone(figures.unattributedMicroUsd)]
    return [...told, [...rest, ...bill]]
  })
  const header = ['day', 'bill', 'sealed', 'cause', 'GB times sides', 'cost USD', 'billed GB', 'billed USD']
  return csvLines([header, ...lines])
}

const dollars = (microUsd: number): Amount => ({ amount: usd(microUsd) })
const dollarsOrNone = (microUsd: number | null): string | Amount => (microUsd === null ? '' : dollars(microUsd))
const quantity = (gb: number): Amount => ({ amount: gb.toFixed(9) })
const quantityOrNone = (gb: number | null): string | Amount => (gb === null ? '' : quantity(gb))
const iso = (at: number): string => new Date(at).toISOString()
