import { deepEqual, equal, notEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { RecordTable } from '../../../agent/flows/deltas-table.ts'

const layout = { keyWords: 3, metaWords: 1, numbers: 2, hashWords: 1 }
const key = (...words: number[]) => Int32Array.from(words)

test('records whose hashed word is the same are told apart by the rest of the key', () => {
  const table = new RecordTable(layout)
  const a = table.insert(key(7, 1, 1))
  const b = table.insert(key(7, 1, 2))
  notEqual(a, b)
  equal(table.find(key(7, 1, 1)), a)
  equal(table.find(key(7, 1, 2)), b)
  equal(table.find(key(7, 1, 3)), -1)
})

test('a removed record leaves no trace in the one that takes its place', () => {
  const table = new RecordTable(layout)
  const first = table.insert(key(1, 2, 3))
  table.words[table.meta(first)] = 99
  table.doubles[table.numbers(first)] = 1.5
  table.remove(first)
  equal(table.find(key(1, 2, 3)), -1)
  const second = table.insert(key(4, 5, 6))
  equal(second, first)
  equal(table.words[table.meta(second)], 0)
  equal(table.doubles[table.numbers(second)], 0)
})

test('indices and numbers survive growth', () => {
  const table = new RecordTable(layout)
  const indices = Array.from({ length: 10_000 }, (_, i) => {
    const index = table.insert(key(i, -i, 0))
    table.doubles[table.numbers(index)] = i
    return index
  })
  for (const [i, index] of indices.entries()) {
    equal(table.find(key(i, -i, 0)), index)
    equal(table.doubles[table.numbers(index)], i)
  }
})

for (const hashed of [3, 64, 100_000])
  test(`200,000 random additions and removals agree with a Map (keys out of ${hashed} hashes)`, () => {
    const table = new RecordTable(layout)
    const map = new Map<string, number>()
    let state = 12345
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return (state >>> 8) % below
    }
    for (let step = 0; step < 200_000; step++) {
      const words = [random(hashed), random(hashed < 100 ? 40 : 2), 0]
      const found = table.find(key(...words))
      equal(found, map.get(words.join()) ?? -1)
      if (found < 0) map.set(words.join(), table.insert(key(...words)))
      else if (random(2) === 0) {
        table.remove(found)
        map.delete(words.join())
      }
    }
    equal(table.size, map.size)
    const live = Array.from({ length: table.top }, (_, i) => i).filter(i => table.isLive(i))
    deepEqual(
      live,
      [...map.values()].sort((a, b) => a - b),
    )
  })

test('a layout that would put doubles off their 8 bytes is refused', () => {
  throws(() => new RecordTable({ ...layout, metaWords: 2 }), RangeError)
})
