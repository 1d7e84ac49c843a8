import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { transfers } from '../../../../server/rollouts/hints/transfers.ts'
import { byZone, counts } from './slices.ts'

type Counts = { readonly [zone: string]: number }
const cases: [why: string, desired: Counts, have: Counts, giving: Counts, receiving: Counts][] = [
  ['what is less than an endpoint stays', { a: 5.1, b: 5.1, c: 5.8 }, { a: 16 }, { a: 10 }, { b: 5, c: 5 }],
  ['the larger rest decides', { a: 5, b: 5.6, c: 5.4 }, { a: 16 }, { a: 11 }, { b: 6, c: 5 }],
  ['two give to one', { a: 5, b: 5.6, c: 5.4 }, { b: 8, c: 8 }, { b: 2, c: 3 }, { a: 5 }],
  ['nothing moves for less than half an endpoint', { a: 1.2, b: 1.1, c: 1 }, { a: 1, b: 1, c: 1 }, {}, {}],
]
for (const [why, desired, have, giving, receiving] of cases)
  test(why, () => {
    const wanted = new Map(Object.entries(desired).map(([zone, value]) => [zone, { desired: value }]))
    const found = transfers(wanted, byZone(have))
    deepEqual([counts(found.giving), counts(found.receiving)], [giving, receiving])
  })
