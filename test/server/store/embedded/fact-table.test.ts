import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { FactTable } from '../../../../server/store/embedded/fact-table.ts'
import { factColumns, randomNumbers } from '../../../contracts/store-samples.ts'

test('a fact table adds up what a map adds up, also while it grows', () => {
  const random = randomNumbers(1)
  const table = new FactTable()
  const sums = new Map<string, number>()
  for (let block = 0; block < 50; block++) {
    const rows = Array.from({ length: 400 }, () => {
      const [minute, series, amount] = [
        Math.floor(random() * 8),
        Math.floor(random() * 2000),
        Math.floor(random() * 1e9),
      ]
      sums.set(`${minute}/${series}`, (sums.get(`${minute}/${series}`) ?? 0) + amount)
      return [minute, series, amount] as const
    })
    const facts = factColumns(rows)
    table.add(facts, facts.minute)
  }
  equal(table.count, sums.size)
  const { minute, series, bytesToResponder, wireToResponder } = table.columns()
  deepEqual(new Map(Array.from(minute, (at, i) => [`${at}/${series[i]}`, bytesToResponder[i]])), sums)
  deepEqual(
    [...wireToResponder],
    Array.from(bytesToResponder, bytes => 3 * bytes),
  )
})

test('times before the epoch are times like others', () => {
  const table = new FactTable()
  const facts = factColumns([
    [-5, 1, 2],
    [-5, 1, 3],
  ])
  table.add(facts, facts.minute)
  deepEqual([table.count, table.time(0), table.columns().bytesToResponder[0]], [1, -5, 5])
})
