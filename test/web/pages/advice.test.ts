import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { demoAdvice } from '../../../web/feed/demo-advice.ts'
import { DemoWorld } from '../../../web/feed/demo-world.ts'
import { serviceOf } from '../../../web/pages/advice/service-of.ts'
import { readWhatIf } from '../../../web/pages/advice/what-if-address.ts'

const now = Date.UTC(2026, 10, 20, 14)
const answer = demoAdvice(new DemoWorld('', () => now), {
  range: { from: epochMs(now - 86_400_000), to: epochMs(now) },
})

test('a row about a Service leads to its routing; one about a node, or in words, does not', () => {
  const [row] = answer.rows
  if (row === undefined) throw new Error('a row')
  deepEqual(serviceOf({ ...row, namespace: 'shop', subject: 'shop/cart' }), { namespace: 'shop', name: 'cart' })
  equal(serviceOf({ ...row, namespace: '', subject: '/cart' }), undefined)
  equal(serviceOf({ ...row, namespace: 'shop', subject: 'shop/cart from outside' }), undefined)
  equal(serviceOf({ ...row, namespace: 'shop', subject: 'ip-10-0-1-7' }), undefined)
})

test('the demo adds savings up over rows that are no alternative, as the contract has it', () => {
  const firsts = answer.rows.filter(row => row.alternativeTo === null)
  equal(
    answer.savedPerMonth,
    firsts.reduce((sum, row) => sum + row.savedPerMonth, 0),
  )
  for (const { alternativeTo } of answer.rows)
    if (alternativeTo !== null)
      equal(
        firsts.some(row => row.id === alternativeTo),
        true,
      )
})

test('a volume to price: per cent in the address, a share in the question; nonsense is the default', () => {
  deepEqual(readWhatIf('?gb=500.5&zones=2&hinted=12'), { gb: 500.5, zones: 2, hintedShare: 0.12 })
  deepEqual(readWhatIf('?gb=many&zones='), { gb: 10_240, zones: 3, hintedShare: 0.3 })
  equal(readWhatIf('?gb=0').gb, 0)
})
