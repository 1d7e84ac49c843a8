import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { unplacedBytes } from '../../../server/answers/unplaced.ts'
import { anEnd, aSeries, randomRows, worldOf, zoneA } from './world.ts'

test('bytes with two unplaced ends are counted once, under the initiator’s reason; largest first', () => {
  const web = anEnd('pod', 'web', zoneA, 'shop')
  const gone = anEnd('unplaced', 'gone', '')
  const never = anEnd('unplaced', 'never listed', '')
  const { sums, catalogue } = worldOf([
    { key: aSeries(gone, never), amounts: [1, 2, 0, 0, 0] },
    { key: aSeries(web, never), amounts: [10, 20, 0, 0, 0] },
    { key: aSeries(web, web), amounts: [100, 200, 0, 0, 0] },
  ])
  deepEqual(unplacedBytes([sums], catalogue, undefined), [
    { reason: 'never listed', bytes: 30 },
    { reason: 'gone', bytes: 3 },
  ])
})

test('placed and unplaced are all bytes, over random series', () => {
  const rows = randomRows(23, 500)
  const { sums, catalogue } = worldOf(rows)
  const isUnplaced = (row: (typeof rows)[number]) =>
    [row.key.initiator, row.key.responder].some(end => end.kind === 'unplaced')
  equal(
    unplacedBytes([sums], catalogue, undefined).reduce((sum, { bytes }) => sum + bytes, 0),
    rows.filter(isUnplaced).reduce((sum, { amounts }) => sum + amounts[0] + amounts[1], 0),
  )
})
