import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { compactMarks } from '../../../../server/store/embedded/marks.ts'
import type { BatchId, Mark } from '../../../../server/store/flow-store.ts'

const id = (sequence: number, parts: Partial<BatchId> = {}): BatchId => ({
  cluster: 'c',
  node: 'n',
  epoch: 'e',
  sequence,
  part: 0,
  of: 1,
  ...parts,
})
const mark = (sequence: number, settledBelow = 0, parts: Partial<BatchId> = {}): Mark => ({
  id: id(sequence, parts),
  settledBelow,
})

const cases: [why: string, marks: Mark[], want: Mark[]][] = [
  ['an unbroken row from the first on is one mark', [mark(1), mark(2), mark(3)], [mark(3, 4)]],
  ['the order of arrival does not matter', [mark(3), mark(1), mark(2)], [mark(3, 4)]],
  ['what lies beyond a gap is kept', [mark(1), mark(3), mark(4)], [mark(3, 2), mark(4, 2)]],
  ['a gap that will never be filled is no gap', [mark(1), mark(3, 3)], [mark(3, 4)]],
  [
    'a sequence counts when all its parts are there',
    [mark(1, 0, { of: 2 }), mark(1, 0, { part: 1, of: 2 })],
    [mark(1, 2)],
  ],
  ['… and not before', [mark(1, 0, { of: 2 })], [mark(1, 1, { of: 2 })]],
  ['a new spool is another epoch', [mark(1), mark(1, 0, { epoch: 'f' })], [mark(1, 2), mark(1, 2, { epoch: 'f' })]],
  ['compacting again changes nothing', compactMarks([mark(1), mark(2), mark(4)]), [mark(4, 3)]],
  ['a duplicate says nothing new', [mark(1), mark(1), mark(2)], [mark(2, 3)]],
]
for (const [why, marks, want] of cases) test(why, () => deepEqual(compactMarks(marks), want))
