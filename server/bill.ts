import type { Part } from '@weir/contract/parts.ts'
import type { Price } from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { BillBook } from './billing/bill-book.ts'
import { BillReader } from './billing/bill-reader.ts'
import { billFiles } from './billing/bill-store.ts'
import { MICRO_USD_PER_CALL } from './billing/calls.ts'
import { CostBook } from './billing/cost-book.ts'
import { openCostExplorer } from './billing/cost-explorer.ts'
import { readFilter } from './billing/cost-filter.ts'
import { listOnly } from './billing/list-only.ts'
import type { BillingSettings } from './billing/settings.ts'
import type { Log } from './log.ts'
import { priceInForce } from './pricing/price.ts'
import type { PricingSettings } from './pricing/settings.ts'

/** The bill, where it is read, and the price that follows from it. */
export interface Bill {
  readonly parts: readonly Part[]
  readonly book: BillBook
  /** The price in force now. */
  readonly price: () => Price
  readonly counts: () => BillCounts
}

export interface BillCounts {
  /** Requests to Cost Explorer since this process started, by what became of them. */
  readonly calls: { readonly [outcome: string]: number }
  readonly spentUsd: number
  readonly setAside: number
  readonly days: number
}

export interface BillOptions {
  readonly settings: BillingSettings & PricingSettings & { readonly dataDir: string }
  readonly now: () => EpochMs
  readonly log: Log
}

const HOUR_MS = 3_600_000
const noCounts: BillCounts = { calls: {}, spentUsd: 0, setAside: 0, days: 0 }

/** @throws Error when the filter cannot be read. */
export async function createBill({ settings, now, log }: BillOptions): Promise<Bill> {
  const { usdPerGb, bytesPerGb, currency, awsRegions: regions } = settings
  const sources = { usdPerGb, bytesPerGb, currency, regions: regions.map(({ region }) => region) }
  const list = priceInForce(sources)
  const [first] = regions
  if (settings.costExplorer === 'off' || first === undefined)
    return { parts: [], book: listOnly(list), price: () => list, counts: () => noCounts }
  const filter = await readFilter(settings.costExplorerFilter)
  const scope = { accounts: settings.costExplorerAccounts, ...(filter !== undefined && { filter }) }
  const callsPerDay = settings.costExplorerCallsPerDay
  const reader = new BillReader({
    open: signal => openCostExplorer({ region: first.region, endpoint: settings.costExplorerEndpoint, signal }),
    store: billFiles(settings.dataDir, now),
    regions,
    scope,
    callsPerDay,
    refreshMs: settings.costExplorerRefreshHours * HOUR_MS,
    currency,
    now,
    log,
  })
  const book = new CostBook(reader, scope, { callsPerDay, list, now })
  const price = (): Price => {
    const effective = book.effective()
    return effective === undefined ? list : priceInForce({ ...sources, effective })
  }
  return { parts: [reader], book, price, counts: () => countsOf(reader) }
}

function countsOf({ outcomes, setAside, bill }: BillReader): BillCounts {
  const charged = (outcomes.answered ?? 0) + (outcomes.unanswered ?? 0)
  return {
    calls: { ...outcomes },
    spentUsd: (charged * MICRO_USD_PER_CALL) / 1e6,
    setAside: Object.values(setAside).reduce((sum, count) => sum + count, 0),
    days: bill.days.size,
  }
}
