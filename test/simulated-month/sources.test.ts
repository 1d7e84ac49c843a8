import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type CostsAnswer, costPolicies, type ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import { listOnly } from '../../server/billing/list-only.ts'
import type { VpcRecords } from '../../server/directory/vpc-map.ts'
import { random } from '../random.ts'
import { live, type Sources } from './run.ts'
import { routedVpcsOf } from './town.ts'
import { type Truth, truthOf } from './truth.ts'
import { startMonth } from './weir.ts'

const MONTH = '2026-10'

/** Three days of what `isMeant` takes of the month: from and to are a node's name, or undefined. */
function threeDays(isMeant: (from: string | undefined, to: string | undefined, isNat: boolean) => boolean): Truth {
  const { transfers, machines, ...month } = truthOf(MONTH, random(7))
  const byId = new Map(machines.map(machine => [machine.id, machine]))
  const of = (id: string) => byId.get(id)
  return {
    ...month,
    days: 3,
    machines,
    transfers: transfers.filter(({ from, to, hour }) => {
      return hour < 72 && isMeant(of(from)?.node, of(to)?.node, of(to)?.kind === 'nat')
    }),
  }
}

/** What passes from a node of the cluster to another machine: agents and flow logs both see all of it. */
const seenByBoth = (): Truth => threeDays((from, to, isNat) => (from ?? to) !== undefined && from !== to && !isNat)

async function told(truth: Truth, sources: Sources, vpcs?: VpcRecords[]) {
  await using server = await startMonth(truth, listOnly({ usdPerGb: 0.01, source: 'the list' }), vpcs)
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

test('the way to a NAT gateway in another zone: agents and routes tell what its flow logs do, and both together no more', async () => {
  const truth = threeDays((_, __, isNat) => isNat)
  const flowLogs = await told(truth, { agents: false, flowLogs: true })
  ok((flowLogs.total ?? 0) > 2 ** 30)
  equal((await told(truth, { agents: true, flowLogs: false })).total, 0)
  const routed = routedVpcsOf(truth)
  deepEqual(await told(truth, { agents: true, flowLogs: false }, routed), flowLogs)
  deepEqual(await told(truth, { agents: true, flowLogs: true }, routed), flowLogs)
})
