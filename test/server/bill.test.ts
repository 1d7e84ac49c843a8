import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { createBill } from '../../server/bill.ts'
import { billFiles } from '../../server/billing/bill-store.ts'
import { spentBook } from '../../server/billing/calls.ts'
import { scopeKey } from '../../server/billing/cost-filter.ts'
import { emptyBill, withDays } from '../../server/billing/stored-bill.ts'
import { readServerSettings, type ServerSettings } from '../../server/config.ts'
import { parseRegions } from '../../server/pricing/regions.ts'
import { CostExplorerFake } from '../aws-api/cost-explorer.ts'
import { withCredentials, withoutCredentials } from './billing/aws-environment.ts'

withCredentials()
const NOW = epochMs(Date.UTC(2026, 10, 3, 9))
const base = ['--directory-file', 'x', '--open', 'true', '--dashboard-auth', 'none']

function settingsOf(...flags: readonly string[]): ServerSettings {
  const read = readServerSettings([...base, ...flags], {})
  if (!read.ok) throw new Error(read.problems.join())
  return read.settings
}
const problemsOf = (...flags: readonly string[]): readonly string[] => {
  const read = readServerSettings([...base, ...flags], {})
  return read.ok ? [] : read.problems
}

test('off, there is no bill: prices are the list’s and statements say so', async () => {
  const bill = await createBill({ settings: settingsOf(), now: () => NOW, log: () => {} })
  deepEqual(bill.parts, [])
  equal(bill.price().usdPerGb, 0.01)
  equal(bill.book.source(), 'no bill is read')
})

const problems: [why: string, flags: readonly string[], problem: RegExp][] = [
  ['no region', [], /--aws-regions \(or WEIR_AWS_REGIONS\) must be given/],
  ['a region whose prefix nobody knows', ['--aws-regions', 'eusc-de-east-1'], /give it as eusc-de-east-1=PREFIX/],
  [
    'an account of eleven digits',
    ['--aws-regions', 'us-east-1', '--cost-explorer-accounts', '12345678901'],
    /12 digits/,
  ],
  ['no calls', ['--aws-regions', 'us-east-1', '--cost-explorer-calls-per-day', '0'], /from 1 to 100/],
]
for (const [why, flags, problem] of problems)
  test(`${why}: the settings are refused in words`, () => {
    const found = problemsOf('--cost-explorer', 'on', ...flags)
    equal(found.length, 1)
    match(found[0] ?? '', problem)
  })

test('a filter that is wrong keeps the server from starting', async () => {
  const settings = settingsOf('--cost-explorer', 'on', '--aws-regions', 'us-east-1', '--cost-explorer-filter', '{}')
  await rejects(createBill({ settings, now: () => NOW, log: () => {} }), /exactly one of And/)
})

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bill-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const regional = (operation: string, quantity: string, cost: string) =>
  ({
    keys: ['DataTransfer-Regional-Bytes', operation],
    quantity: { text: quantity, unit: 'GB' },
    cost: { text: cost, unit: 'USD' },
  }) as const

test('on, the price is what the bill comes to, from the first moment on where it was read before', () =>
  inFolder(async folder => {
    await using fake = await CostExplorerFake.listen()
    const groups = [regional('InterZone-In', '200', '1.8'), regional('InterZone-Out', '100', '0.9')]
    const day = { day: '2026-10-01', isEstimated: false, groups }
    const store = billFiles(folder, () => NOW)
    store.bill.write(
      withDays(emptyBill(scopeKey({ accounts: [] }, parseRegions('us-east-1'))), [day], NOW, 'USD').taken,
    )
    store.calls.write(spentBook(NOW, 4))
    const settings = settingsOf(
      ...['--cost-explorer', 'on', '--aws-regions', 'us-east-1', '--cost-explorer-endpoint', fake.url],
      ...['--data-dir', folder],
    )
    const bill = await createBill({ settings, now: () => NOW, log: () => {} })
    equal(bill.price().usdPerGb, 0.01)
    await bill.parts[0]?.start()
    equal(bill.price().usdPerGb, 0.009)
    match(bill.price().source, /^the bill, cost ÷ quantity of 2026-10-01 to 2026-10-01/)
    const { source } = bill.book.list()
    match(source, /^AWS EC2 pricing page/)
    equal(bill.counts().days, 1)
    await bill.parts[0]?.stop()
    equal(fake.server.seen.length, 0) // the calls of the day are used up
  }))

test('without credentials the server goes on, tells it and spends nothing', () =>
  inFolder(async folder => {
    withoutCredentials()
    try {
      await using fake = await CostExplorerFake.listen()
      const told = Promise.withResolvers<void>()
      const settings = settingsOf(
        ...['--cost-explorer', 'on', '--aws-regions', 'us-east-1', '--cost-explorer-endpoint', fake.url],
        ...['--data-dir', folder],
      )
      const bill = await createBill({ settings, now: () => NOW, log: () => told.resolve() })
      await bill.parts[0]?.start()
      await told.promise
      await bill.parts[0]?.stop()
      equal(bill.counts().calls['no credentials'], 1)
      equal(bill.counts().spentUsd, 0)
      match(bill.book.source(), /the last call failed: no credentials/)
      equal(bill.price().usdPerGb, 0.01)
      equal(fake.server.seen.length, 0)
    } finally {
      withCredentials()
    }
  }))
