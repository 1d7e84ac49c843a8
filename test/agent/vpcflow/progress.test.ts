import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Progress, progressLine, resultLines, resultOf } from '../../../agent/vpcflow/progress.ts'
import { Totals } from '../../../agent/vpcflow/totals.ts'

const some: Progress = {
  objects: 12,
  objectsLeft: 18,
  records: 1_234_567,
  bytes: 300,
  bytesLeft: 700,
  elapsedMs: 60_000,
}
const lines: readonly [progress: Progress, line: string][] = [
  [some, '30 % · 12 of 30 objects · 1,234,567 records · 3 min left'],
  [
    { ...some, bytes: 0, bytesLeft: 0 },
    '40 % · 12 of 30 objects · 1,234,567 records · 90 s left'.replace('90 s', '2 min'),
  ],
  [{ ...some, objects: 0, bytes: 0 }, '0 % · 0 of 18 objects · 1,234,567 records'],
  [{ ...some, objectsLeft: 0, bytesLeft: 0 }, '100 % · 12 of 12 objects · 1,234,567 records'],
  [{ ...some, elapsedMs: 3_600_000 }, '30 % · 12 of 30 objects · 1,234,567 records · 2 h 20 min left'],
]
for (const [progress, line] of lines)
  test(`shown as: ${line}`, () => {
    equal(progressLine(progress), line)
  })

test('a range without objects is done, and says that nothing was there', () => {
  const nothing = { objects: 0, objectsLeft: 0, records: 0, bytes: 0, bytesLeft: 0, elapsedMs: 5 }
  equal(progressLine(nothing), '100 % · 0 of 0 objects · 0 records')
  deepEqual(resultLines(resultOf(new Totals())), ['0 records of 0 objects, as 0 rows'])
})
