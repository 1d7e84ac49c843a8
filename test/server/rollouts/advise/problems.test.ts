import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf } from '../../../../server/pricing/cost.ts'
import { listPrices } from '../../../../server/rollouts/advise/list-prices.ts'
import { advised, MONTHS_FACTOR, price } from './lab/advised.ts'
import { apply } from './lab/apply.ts'
import type { Tally } from './lab/tally.ts'
import { run } from './lab/traffic.ts'
import { problems } from './problems.ts'

/** The two runs draw other connections: what is told before holds for traffic that comes after. */
const [BEFORE, AFTER] = [1, 2]

for (const { name, first, lab } of problems)
  test(`${name}: "${first}" comes first, and its patch saves what was said`, () => {
    const town = lab()
    const before = run(town, BEFORE)
    const { rows } = advised(town, before)
    const [row] = rows
    assert.equal(row?.remedy, first, JSON.stringify(rows.map(one => [one.remedy, one.subject, one.savedPerMonth])))
    apply(town, row)
    const after = run(town, AFTER)
    assert.equal(after.dropped, 0, 'connections were dropped')
    assertWithin(row.savedBytes, before.crossed - after.crossed, 'bytes kept within a zone')
    const spared = byTheGb(before) - byTheGb(after)
    assertWithin(row.savedPerMonth + row.ownCostPerMonth, money(before) - money(after) + spared, 'money a month')
  })

function assertWithin(told: number, measured: number, what: string): void {
  const off = Math.abs(told - measured) / Math.abs(measured)
  assert.ok(off <= 0.1, `${what}: told ${told}, measured ${measured}: ${(off * 100).toFixed(1)} % off`)
}

const money = ({ billed }: Tally): number => costOf(Math.round(billed * MONTHS_FACTOR), price)

/** What load balancers and NAT gateways cost by the bytes that they processed. */
const byTheGb = ({ balanced, translated }: Tally): number =>
  ((balanced * listPrices.albUnit.microUsd + translated * listPrices.natGatewayGb.microUsd) * MONTHS_FACTOR) /
  price.bytesPerGb
