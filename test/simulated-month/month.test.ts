import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  type CostPolicy,
  type CostsAnswer,
  costPolicies,
  type ReconciliationAnswer,
} from '@weir/contract/cost-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { random } from '../random.ts'
import type { BillLine } from './bill/cost-explorer.ts'
import { readBill } from './read-bill.ts'
import { live } from './run.ts'
import { type Truth, truthOf } from './truth.ts'
import { type MonthServer, startMonth } from './weir.ts'

/**
 * A month of a cluster, from the same truth twice: through Weir's agents, flow logs and server, and through a program that makes the
 * bill by AWS's rules and shares no code with Weir. What the two say must agree.
 */
const MONTH = '2026-10'
const GB = 2 ** 30

interface Billed {
  readonly bill: readonly BillLine[]
  /** Metered bytes by policy and name; "unseen": of what neither agents nor flow logs report. */
  readonly shares: { readonly [policy in CostPolicy]: { readonly [name: string]: number } }
}

const truth = truthOf(MONTH, random(20261001))
const billed = billProgram(truth)
let server: MonthServer

before(async () => {
  server = await startMonth(truth, await readBill(billed.bill, epochMs(Date.parse('2026-11-10T06:00Z'))))
  // On the 9th one agent does not run for two hours: the other ends of its connections, and flow logs, stand in.
  const isDown = (node: string, hour: number) => node === 'c2' && hour >= 8 * 24 + 12 && hour < 8 * 24 + 14
  await live(server, truth, { agents: true, flowLogs: true, isDown })
})
after(() => server[Symbol.asyncDispose]())

const costs = (policy: CostPolicy) => server.ask<CostsAnswer>(`/costs?month=${MONTH}&policy=${policy}`)

for (const policy of costPolicies)
  test(`${policy}: each namespace and each named remainder is within 0.5 % of the truth`, async t => {
    const { unseen = 0, ...named } = billed.shares[policy]
    const { rows, total } = await costs(policy)
    deepEqual(rows.map(({ name }) => name).sort(), Object.keys(named).sort())
    const off = rows.map(({ name, costMicroUsd }) => near(costMicroUsd, named[name] ?? 0, name))
    off.push(near(total?.unattributedMicroUsd ?? 0, unseen, 'unattributed'))
    t.diagnostic(`${off.length} rows, at most ${(Math.max(...off) * 100).toFixed(4)} % off`)
  })

for (const policy of costPolicies)
  test(`${policy}: the statement adds up to the bill to the cent`, async () => {
    const { days, rows, total } = await costs(policy)
    const sum = rows.reduce((all, { costMicroUsd }) => all + costMicroUsd, 0)
    equal(sum + (total?.unattributedMicroUsd ?? 0), total?.costMicroUsd)
    equal(Math.round((total?.costMicroUsd ?? 0) / 1e4), Math.round(usdOfBill() * 100))
    equal(total?.byState.final, total?.costMicroUsd)
    equal(days.length, truth.days)
    const csv = await server.text(`/costs?month=${MONTH}&policy=${policy}&format=csv`)
    const cents = csv
      .split('\r\n')
      .slice(1, -1)
      .reduce((all, line) => all + Number(line.split('","')[0]?.slice(1)), 0)
    equal(Math.round(cents * 100), Math.round(usdOfBill() * 100))
  })

test('by workload and by namespace the same is attributed', async () => {
  const byNamespace = await costs('split')
  const byWorkload = await server.ask<CostsAnswer>(`/costs?month=${MONTH}&policy=split&by=workload`)
  equal(byWorkload.total?.attributedMicroUsd, byNamespace.total?.attributedMicroUsd)
  for (const { namespace, costMicroUsd } of byNamespace.rows.filter(({ kind }) => kind === 'namespace')) {
    const own = byWorkload.rows.filter(row => row.namespace === namespace)
    const sum = own.reduce((all, row) => all + row.costMicroUsd, 0)
    ok(Math.abs(sum - costMicroUsd) <= 31 * own.length, `${namespace}: ${sum} and ${costMicroUsd}`)
  }
})

test('every day is matched with its bill: causes and what is unattributed add up to it', async () => {
  const { days } = await server.ask<ReconciliationAnswer>(`/reconciliation?from=${MONTH}-01&to=2026-11-01`)
  equal(days.length, truth.days)
  for (const { causes, figures, isSealed, state, unattributedGb } of days) {
    deepEqual([state, isSealed], ['final', true])
    const gb = causes.reduce((all, cause) => all + cause.gb, unattributedGb ?? 0)
    ok(Math.abs(gb - (figures.billedGb ?? 0)) < 1e-6)
    const cost = causes.reduce((all, { costMicroUsd }) => all + costMicroUsd, figures.unattributedMicroUsd ?? 0)
    equal(cost, figures.billedMicroUsd)
  }
  const names = new Set(days.flatMap(({ causes }) => causes.map(({ name }) => name)))
  for (const cause of ['RDS', 'ElastiCache', 'network load balancer', 'NAT gateway', 'EKS control plane ↔ nodes'])
    ok(names.has(cause), cause)
})

test('what the bill has beside it is shown apart and in no sum', async () => {
  const { bill } = await costs('split')
  const named = Object.fromEntries(bill?.apart.map(({ name, costMicroUsd }) => [name, costMicroUsd]) ?? [])
  equal(named['load balancing within the region'], truth.days * 32_500)
  ok((named['by public IP address within the region'] ?? 0) > 0)
  equal(named['across zones, not charged'], 0)
  equal(named.credit, truth.days * -500_000)
})

test('the program that makes the bill shares no code with Weir', async () => {
  const folder = new URL('./bill/', import.meta.url)
  const files = [...(await readdir(folder)).map(name => new URL(name, folder)), new URL('./truth.ts', import.meta.url)]
  for (const file of files)
    for (const [, from = ''] of (await readFile(file, 'utf8')).matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g))
      ok(/^node:|^\.\/[\w-]+\.ts$|^\.\.\/truth\.ts$/.test(from), `${file.pathname} imports ${from}`)
})

/** Costs are at a cent a GB, as the bill has it. */
function near(microUsd: number, meteredBytes: number, what: string): number {
  const wanted = (meteredBytes / GB) * 10_000
  const off = Math.abs(microUsd - wanted) / wanted
  ok(off < 0.005, `${what}: ${microUsd / 1e6} for ${wanted / 1e6}, ${(off * 100).toFixed(3)} % off`)
  return off
}

const usdOfBill = (): number =>
  billed.bill
    .filter(({ recordType }) => recordType === 'Usage')
    .filter(({ usageType, operation }) => /Peering/.test(usageType) || /^Data.*InterZone/.test(usageType + operation))
    .reduce((sum, { usd }) => sum + Number(usd), 0)

/** A process of its own: the truth in, the bill out. */
function billProgram(truth: Truth): Billed {
  const program = fileURLToPath(new URL('./bill/program.ts', import.meta.url))
  const input = JSON.stringify({ truth, seenBy: 'agents and flow logs' })
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Billed
}
