import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { BillReader, type BillReaderOptions } from '../../../server/billing/bill-reader.ts'
import { billFiles } from '../../../server/billing/bill-store.ts'
import { CostBook } from '../../../server/billing/cost-book.ts'
import { openCostExplorer } from '../../../server/billing/cost-explorer.ts'
import { parseRegions } from '../../../server/pricing/regions.ts'
import { CostExplorerFake, errorFault } from '../../aws-api/cost-explorer.ts'
import { priceAt } from '../pricing/price-at.ts'
import { withCredentials } from './aws-environment.ts'

withCredentials()
const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 3, 9)
const month = { from: epochMs(Date.UTC(2026, 9, 1)), to: epochMs(Date.UTC(2026, 10, 1)) }

/** A fake account, a data folder and a clock; readers come and go. */
class Desk implements AsyncDisposable {
  readonly fake: CostExplorerFake
  readonly folder = mkdtempSync(join(tmpdir(), 'weir-bill-'))
  now: EpochMs = epochMs(START)
  readonly said: string[] = []

  private constructor(fake: CostExplorerFake) {
    this.fake = fake
  }

  static async open(): Promise<Desk> {
    const desk = new Desk(await CostExplorerFake.listen())
    for (let day = Date.UTC(2026, 9, 1); day < START; day += 24 * HOUR) {
      const text = new Date(day).toISOString().slice(0, 10)
      desk.fake.bill(text, 'InterZone-In', '100.000000001', '1.00000000001')
      desk.fake.bill(text, 'InterZone-Out', '100', '1')
      desk.fake.bill(text, 'PublicIP-In', '7', '0.07')
    }
    desk.fake.estimatedFrom = '2026-11-01'
    return desk
  }

  reader(more: Partial<BillReaderOptions> = {}): BillReader {
    const reader = new BillReader({
      open: signal => openCostExplorer({ region: 'us-east-1', endpoint: this.fake.url, signal }),
      store: billFiles(this.folder, () => this.now),
      regions: parseRegions('us-east-1'),
      scope: { accounts: [] },
      callsPerDay: 4,
      refreshMs: 12 * HOUR,
      currency: 'USD',
      now: () => this.now,
      log: (_level, _part, message, fields) => this.said.push(`${message} ${JSON.stringify(fields ?? {})}`),
      ...more,
    })
    reader.recover()
    return reader
  }

  book(reader: BillReader): CostBook {
    const list = priceAt(0.01, 2 ** 30)
    return new CostBook(reader, { accounts: [] }, { callsPerDay: 4, list, now: () => this.now })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fake[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true })
  }
}

/** Until the plan is to wait; returns why. */
async function untilWait(reader: BillReader): Promise<string> {
  for (;;) {
    const plan = await reader.step()
    if (plan.kind === 'wait') return plan.why
  }
}
const names = (desk: Desk) => desk.fake.asked.map(({ name }) => name)

test('a first day: names, bill and credits with three calls, and the month is there to the last decimal', async () => {
  await using desk = await Desk.open()
  const reader = desk.reader()
  equal(await untilWait(reader), 'everything is fresh')
  deepEqual(names(desk), ['GetDimensionValues', 'GetCostAndUsage', 'GetCostAndUsage'])
  const { bills, apart } = desk.book(reader).read(month)
  equal(bills.size, 31)
  deepEqual(bills.get(month.from), {
    day: month.from,
    state: 'final',
    lines: {
      'inter-zone': { nanoGb: 200_000_000_001n, microUsd: 2_000_000n },
      peering: { nanoGb: 0n, microUsd: 0n },
    },
  })
  deepEqual(apart.get(month.from), [{ name: 'by public IP address within the region', gb: 7, costMicroUsd: 70_000 }])
  equal(desk.book(reader).calls(month), 0)
  equal(desk.book(reader).calls({ from: month.to, to: epochMs(START) }), 3)
  equal(reader.outcomes.answered, 3)
  await reader.stop()
})

test('what is asked for: exact usage types that Cost Explorer told, usage only, accounts and a filter of the user', async () => {
  await using desk = await Desk.open()
  const scope = { accounts: ['123456789012'], filter: { Tags: { Key: 'cluster', Values: ['prod'] } } }
  const reader = desk.reader({ scope })
  await untilWait(reader)
  const [, usage, credits] = desk.fake.asked
  const and = usage?.input.Filter?.And ?? []
  ok(and[0]?.Dimensions?.Values.includes('DataTransfer-Regional-Bytes'))
  deepEqual(and.slice(1), [
    { Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } },
    { Dimensions: { Key: 'LINKED_ACCOUNT', Values: ['123456789012'] } },
    { Tags: { Key: 'cluster', Values: ['prod'] } },
  ])
  deepEqual(credits?.input.Filter?.And?.[1], { Not: { Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } } })
  equal(desk.book(reader).read(month).bills.size, 0) // no row has the tag: no data, not a bill of nothing
  await reader.stop()
})

test('a region that the bill has nothing of is told, and its bill has no data', async () => {
  await using desk = await Desk.open()
  const reader = desk.reader({ regions: parseRegions('ap-south-1') })
  await untilWait(reader)
  ok(
    desk.said.includes(
      'the bill has no usage type of transfer across zones of these regions {"regions":["ap-south-1"]}',
    ),
  )
  equal(desk.book(reader).read(month).bills.size, 0)
  ok(desk.fake.asked[1]?.input.Filter?.And?.[0]?.Dimensions?.Values.includes('APS3-DataTransfer-Regional-Bytes'))
  await reader.stop()
})

test('days that are estimated are read again until they are final, and no other', async () => {
  await using desk = await Desk.open()
  const reader = desk.reader()
  await untilWait(reader)
  const november = epochMs(Date.UTC(2026, 10, 1))
  const stateOf = () => desk.book(reader).read({ from: november, to: desk.now }).bills.get(november)?.state
  equal(stateOf(), 'provisional')
  desk.now = epochMs(START + 12 * HOUR)
  desk.fake.estimatedFrom = '2026-11-02'
  desk.fake.rows = desk.fake.rows.map(row => (row.day === '2026-11-01' ? { ...row, quantity: '50', cost: '0.5' } : row))
  equal(await untilWait(reader), 'the calls of today are used up')
  equal(stateOf(), 'final')
  deepEqual(desk.fake.asked.at(-1)?.input.TimePeriod, { Start: '2026-11-01', End: '2026-11-03' })
  equal(
    desk.book(reader).read({ from: november, to: desk.now }).bills.get(november)?.lines['inter-zone'].nanoGb,
    100_000_000_000n,
  )
  await reader.stop()
})

test('a process that dies and starts again spends no more than the day has, and still has the bill', async () => {
  await using desk = await Desk.open()
  for (let life = 0; life < 10; life++) {
    const reader = desk.reader()
    await untilWait(reader)
    equal(desk.book(reader).read(month).bills.size, 31)
    await reader.stop()
    desk.now = epochMs(desk.now + 60_000)
  }
  equal(desk.fake.server.seen.length, 3)
})

test('a process that is killed in a call has spent it', async () => {
  await using desk = await Desk.open()
  for (let life = 0; life < 6; life++) {
    const reader = desk.reader()
    const held = desk.fake.server.hold()
    const asked = reader.step()
    if (reader.calls.days[0]?.unanswered === 4) {
      equal((await asked).kind, 'wait')
      break
    }
    await held.arrived
    await Promise.all([reader.stop(), asked])
    held.release()
    desk.now = epochMs(desk.now + (7 * HOUR) / 4) // past the wait after a failure
  }
  equal(desk.fake.server.seen.length, 4)
})

test('throttled, then expired, then served: each is counted, only the answers are charged', async () => {
  await using desk = await Desk.open()
  const reader = desk.reader()
  desk.fake.server.fail(errorFault('LimitExceededException'))
  desk.fake.server.fail(errorFault('ExpiredTokenException'))
  equal(await untilWait(reader), 'after a failure')
  match(desk.book(reader).source(), /the last call failed: throttled: .*; expired: /)
  match(desk.book(reader).source(), /1 of 4 calls/)
  desk.now = epochMs(desk.now + HOUR)
  equal(await untilWait(reader), 'everything is fresh')
  deepEqual([reader.outcomes.throttled, reader.outcomes.expired, reader.outcomes.answered], [1, 1, 3])
  match(desk.book(reader).source(), /3 of 4 calls of 2026-11-03 used$/)
  await reader.stop()
})

test('an answer of more pages than the day has calls: whole days are kept, the rest comes the next day', async () => {
  await using desk = await Desk.open()
  desk.fake.groupsPerPage = 30
  const reader = desk.reader()
  equal(await untilWait(reader), 'the calls of today are used up')
  const read = () => reader.bill.days.size
  equal(read(), 29) // three pages are 30 days, of which the last may have more rows on the fourth
  desk.now = epochMs(START + 24 * HOUR)
  await untilWait(reader)
  equal(read(), 34)
  const resumed = desk.fake.asked[4]?.input.TimePeriod
  deepEqual(resumed, { Start: '2026-10-30', End: '2026-11-04' })
  await reader.stop()
})

for (const [why, more] of [
  ['another filter', { scope: { accounts: ['123456789012'] } }],
  ['another region', { regions: parseRegions('us-east-1,us-west-2') }],
] as const)
  test(`${why} is another bill: the one that was kept is told, and its days are read anew, however old`, async () => {
    await using desk = await Desk.open()
    const first = desk.reader()
    await untilWait(first)
    await first.stop()
    desk.now = epochMs(Date.UTC(2026, 11, 20, 9))
    const second = desk.reader(more)
    ok(desk.said.some(line => line.startsWith('the bill kept is of another scope')))
    equal(desk.book(second).read(month).bills.size, 0)
    await untilWait(second)
    equal(
      desk.fake.asked.find(({ name }, i) => i > 3 && name === 'GetCostAndUsage')?.input.TimePeriod.Start,
      '2026-10-01',
    )
    equal(desk.book(second).read(month).bills.size, 31)
    await second.stop()
  })

test('as a part it reads at once, and stops in the middle of a call', async () => {
  await using desk = await Desk.open()
  const held = desk.fake.server.hold()
  const reader = desk.reader()
  await reader.start()
  await held.arrived
  await reader.stop()
  equal(reader.outcomes.unanswered, 1)
  held.release()
})
