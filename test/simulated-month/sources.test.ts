import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type CostsAnswer, costPolicies, type ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import { listOnly } from '../../server/billing/list-only.ts'
import { random } from '../random.ts'
import { live, type Sources } from './run.ts'
import { type Truth, truthOf } from './truth.ts'
import { startMonth } from './weir.ts'

const MONTH = '2026-10'

/** Three days of what passes from a node of the cluster to another machine: agents and flow logs both see all of it. */
function seenByBoth(): Truth {
  const { transfers, machines, ...month } = truthOf(MONTH, random(7))
  const byId = new Map(machines.map(machine => [machine.id, machine]))
  const of = (id: string) => byId.get(id)
  return {
    ...month,
    days: 3,
    machines,
    transfers: transfers.filter(({ from, to, hour }) => {
      const [a, b] = [of(from)?.node, of(to)?.node]
      return hour < 72 && (a ?? b) !== undefined && a !== b && of(to)?.kind !== 'nat'
    }),
  }
}

async function told(truth: Truth, sources: Sources) {
  await using server = await startMonth(truth, listOnly({ usdPerGb: 0.01, source: 'the list' }))
  await live(server, truth, sources)
  const statements = await Promise.all(
    costPolicies.map(policy => server.ask<CostsAnswer>(`/costs?month=${MONTH}&policy=${policy}`)),
  )
  const { days } = await server.ask<ReconciliationAnswer>(`/reconciliation?from=${MONTH}-01&to=${MONTH}-04`)
  return {
    paid: statements.map(({ rows }) =>
      rows.map(({ name, meteredBytes, costMicroUsd }) => [name, meteredBytes, costMicroUsd]),
    ),
    causes: days.map(({ causes }) => causes.map(({ name, gb }) => [name, gb])),
    total: statements[0]?.total?.meteredBytes,
  }
}

test('agents alone, flow logs alone and both together give the same statement, where both see everything', async () => {
  const truth = seenByBoth()
  const agents = await told(truth, { agents: true, flowLogs: false })
  ok((agents.total ?? 0) > 2 ** 40)
  deepEqual(await told(truth, { agents: false, flowLogs: true }), agents)
  deepEqual(await told(truth, { agents: true, flowLogs: true }), agents)
})

test('the same with an agent that is away for a night: flow logs stand in for what the other ends did not see', async () => {
  const truth = seenByBoth()
  const isDown = (node: string, hour: number) => node === 'b1' && hour >= 22 && hour < 30
  const [whole, together, alone] = [
    await told(truth, { agents: false, flowLogs: true }),
    await told(truth, { agents: true, flowLogs: true, isDown }),
    await told(truth, { agents: true, flowLogs: false, isDown }),
  ]
  equal(together.total, whole.total)
  ok((alone.total ?? 0) < (whole.total ?? 0))
})
