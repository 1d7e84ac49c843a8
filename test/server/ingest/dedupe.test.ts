import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { EpochMarks, Marks } from '../../../server/ingest/dedupe.ts'
import { seeded } from './seeded.ts'

const id = (sequence: number, part = 0, of = 1) => ({ cluster: 'lab', node: 'a1', epoch: 'e', sequence, part, of })

function marked(...ids: ReturnType<typeof id>[]): EpochMarks {
  const marks = new EpochMarks()
  for (const one of ids) marks.add(one)
  return marks
}

const cases: [why: string, marks: EpochMarks, settledBelow: number, has: number[], lacks: number[]][] = [
  ['nothing was received yet', marked(), 1, [], [1, 2]],
  ['in order', marked(id(1), id(2)), 3, [1, 2], [3]],
  ['out of order: a gap stays open', marked(id(1), id(3)), 2, [1, 3], [2, 4]],
  ['out of order: the gap closes', marked(id(1), id(3), id(2)), 4, [1, 2, 3], [4]],
  ['the same twice changes nothing', marked(id(2), id(2)), 1, [2], [1, 3]],
  ['a sequence is settled with its last part', marked(id(1, 0, 2)), 1, [], [2]],
  ['parts in any order', marked(id(1, 1, 2), id(1, 0, 2)), 2, [1], [2]],
]
for (const [why, marks, settledBelow, has, lacks] of cases)
  test(`marks: ${why}`, () => {
    equal(marks.settledBelow, settledBelow)
    for (const sequence of has) equal(marks.has(id(sequence)), true, `has ${sequence}`)
    for (const sequence of lacks) equal(marks.has(id(sequence)), false, `lacks ${sequence}`)
  })

test('one part is a duplicate while the other is still missing', () => {
  const marks = marked(id(1, 0, 2))
  deepEqual([marks.has(id(1, 0, 2)), marks.has(id(1, 1, 2))], [true, false])
  deepEqual([marks.completes(id(1, 0, 2)), marks.completes(id(1, 1, 2))], [false, true])
})

test('what the agent no longer holds will never come, and would be a duplicate', () => {
  const marks = marked(id(1), id(7))
  marks.settle(5)
  equal(marks.settledBelow, 5)
  equal(marks.has(id(3)), true)
  equal(marks.has(id(5)), false)
  marks.settle(7)
  equal(marks.settledBelow, 8)
})

test('the mark of a batch says up to where its epoch will be settled with it', () => {
  const marks = marked(id(1), id(3), id(4))
  equal(marks.settledAfter(id(2), 1), 5)
  equal(marks.settledAfter(id(6), 6), 7)
  equal(marks.settledAfter(id(2, 0, 2), 1), 2)
  equal(marks.settledBelow, 2) // nothing has changed yet
})

test('marks survive in any order, and through what the store makes of them', () => {
  const random = seeded(5)
  const all = Array.from({ length: 50 }, (_, i) => ({ id: id(i + 1), settledBelow: 1 })).filter(() => random() < 0.8)
  const one = new Marks()
  const other = new Marks()
  for (const mark of all) one.add(mark)
  for (const mark of all.map(mark => ({ mark, at: random() })).sort((a, b) => a.at - b.at)) other.add(mark.mark)
  for (let sequence = 1; sequence <= 51; sequence++)
    equal(one.of(id(1)).has(id(sequence)), other.of(id(1)).has(id(sequence)))
  deepEqual(one.nodes(), [{ cluster: 'lab', node: 'a1' }])
})
