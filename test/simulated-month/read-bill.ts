import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EpochMs } from '@weir/contract/units.ts'
import type { BillBook } from '../../server/billing/bill-book.ts'
import { BillReader } from '../../server/billing/bill-reader.ts'
import { billFiles } from '../../server/billing/bill-store.ts'
import { CostBook } from '../../server/billing/cost-book.ts'
import { openCostExplorer } from '../../server/billing/cost-explorer.ts'
import { priceInForce } from '../../server/pricing/price.ts'
import { parseRegions } from '../../server/pricing/regions.ts'
import { CostExplorerFake } from '../aws-api/cost-explorer.ts'
import { withCredentials } from '../server/billing/aws-environment.ts'
import type { BillLine } from './bill/cost-explorer.ts'

const CALLS_PER_DAY = 10

/** The other program's bill as the server reads it: by the real client, over HTTP, in pages. */
export async function readBill(lines: readonly BillLine[], now: EpochMs): Promise<BillBook> {
  withCredentials()
  const folder = await mkdtemp(join(tmpdir(), 'weir-bill-'))
  await using fake = await CostExplorerFake.listen()
  fake.groupsPerPage = 100
  for (const { day, usageType, operation, gb, usd, recordType } of lines)
    fake.bill(day, operation, gb, usd, { usageType, recordType })
  const scope = { accounts: [] }
  const regions = parseRegions('us-east-1')
  const reader = new BillReader({
    open: signal => openCostExplorer({ region: 'us-east-1', endpoint: fake.url, signal }),
    store: billFiles(folder, () => now),
    regions,
    scope,
    callsPerDay: CALLS_PER_DAY,
    refreshMs: 12 * 3_600_000,
    currency: 'USD',
    now: () => now,
    log: (_level, _part, line) => {
      throw new Error(line)
    },
  })
  reader.recover()
  while ((await reader.step()).kind !== 'wait');
  await reader.stop()
  await rm(folder, { recursive: true })
  const list = priceInForce({ usdPerGb: 0.01, bytesPerGb: 2 ** 30, currency: 'USD', regions: ['us-east-1'] })
  return new CostBook(reader, scope, { callsPerDay: CALLS_PER_DAY, list, now: () => now })
}
