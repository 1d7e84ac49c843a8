import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { CostsAnswer } from '@weir/contract/cost-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { zoneKey } from '@weir/contract/zones.ts'
import { anEnd, aSeries } from '../answers/world.ts'
import { type RowStore, stage } from '../api/stage.ts'
import { dayAt, GB } from './samples.ts'

/**
 * The case that articles on cross-zone costs begin with: 10 TB a month between services, evenly over three zones. Both
 * figures are in circulation; docs/accuracy.md says which one is on the bill, and where the other comes from.
 */
const ZONES = ['a', 'b', 'c'].map((letter, i) =>
  zoneKey({ region: 'us-east-1', account: '1', name: `us-east-1${letter}`, id: `use1-az${i + 1}` }),
)
const total = 10_240 * GB
const cell = Math.floor(total / 9)
const evenly: RowStore['rows'] = ZONES.flatMap(from =>
  ZONES.map(to => ({
    at: epochMs(dayAt(3)),
    key: aSeries(anEnd('pod', 'client', from, 'clients'), anEnd('pod', 'server', to, 'servers')),
    amounts: [cell, 0, cell, 0, 1] as const,
  })),
)

const cents = (microUsd: number) => Math.round(microUsd / 1e4) / 100

test('10,240 GB evenly over three zones: two thirds cross; $68.27 at one side, $136.53 at both', async () => {
  await using server = await stage({ rows: evenly })
  const ask = async (policy: string) => {
    const response = await server.get(`/api/v1/costs?policy=${policy}`)
    return (await response.json()) as CostsAnswer // the schema is checked in openapi.test.ts
  }
  const split = await ask('split')
  deepEqual(
    split.rows.map(({ name, costMicroUsd }) => [name, cents(costMicroUsd)]),
    [
      ['clients', 68.27],
      ['servers', 68.27],
    ],
  )
  equal(cents(split.total?.costMicroUsd ?? 0), 136.53)
  equal(Math.round(((split.total?.meteredBytes ?? 0) / 2 / total) * 1e6) / 1e6, 0.666667)
  for (const policy of ['initiator', 'sender'])
    deepEqual(
      (await ask(policy)).rows.map(({ name, costMicroUsd }) => [name, cents(costMicroUsd)]),
      [['clients', 136.53]],
    )
})
