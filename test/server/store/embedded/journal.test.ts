import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFacts, JournalEncoder } from '../../../../server/store/embedded/journal.ts'
import type { FactColumns } from '../../../../server/store/flow-store.ts'
import { type FactRow, factColumns } from '../../../contracts/store-samples.ts'

const cases: [why: string, blocks: FactRow[][]][] = [
  ['one fact', [[[29_000_000, 1, 5]]]],
  [
    'an odd number of facts, whose columns need padding',
    [
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
  ],
  [
    'several blocks',
    [
      [[1, 2, 3]],
      [
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
  ],
  ['amounts beyond 32 bits', [[[1, 2, 2 ** 40 + 1]], [[3, 4, 5]]]],
  ['amounts below zero', [[[1, 2, -3]]]],
]
for (const [why, blocks] of cases)
  test(`a journal gives back ${why}`, () => {
    const facts = blocks.map(factColumns)
    deepEqual([...decodeFacts(new JournalEncoder().encode(facts))].map(plain), facts.map(plain))
  })

test('only the first `count` rows of columns are written', () => {
  const facts = {
    ...factColumns([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    count: 1,
  }
  const [read] = decodeFacts(new JournalEncoder().encode([facts]))
  deepEqual([...(read?.minute ?? [])], [1])
})

test('amounts of 32 bits take 4 bytes, others 8', () => {
  const encoder = new JournalEncoder()
  equal(
    encoder.encode([
      factColumns([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ]).byteLength,
    8 + 2 * 8 + 5 * 8,
  )
  equal(
    encoder.encode([
      factColumns([
        [1, 2, 2 ** 33],
        [4, 5, 6],
      ]),
    ]).byteLength,
    8 + 2 * 8 + 5 * 16,
  )
})

const plain = (columns: FactColumns) =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, Array.from(Object(column))]))
