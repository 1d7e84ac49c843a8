import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from '@weir/contract/batch-codec.ts'
import { epochMs } from '@weir/contract/units.ts'
import { ClockOffset } from '../../../server/ingest/clock.ts'

const NOW = epochMs(1_700_000_000_000)
/** A clock after requests that left so many ms ahead of ours, each after its time on the way. */
function clockOf(...requests: [aheadMs: number, onTheWayMs: number][]): ClockOffset {
  const clock = new ClockOffset()
  for (const [ahead, way] of requests) clock.measure(NOW + ahead, epochMs(NOW + way))
  return clock
}

const cases: [why: string, clock: ClockOffset, offset: number, shift: number][] = [
  ['a clock nobody measured is believed', clockOf(), 0, 0],
  ['a good clock keeps its aligned minutes', clockOf([900, 20]), 880, 0],
  ['a clock that is wrong is shifted', clockOf([60_000, 0]), 60_000, 60_000],
  ['a clock that is behind is shifted too', clockOf([-60_000, 0]), -60_000, -60_000],
  ['a slow request does not make the clock look behind', clockOf([0, 10], [0, 30_000]), -10, 0],
  ['a small change keeps the shift: every change leaves a gap', clockOf([60_000, 0], [60_800, 0]), 60_800, 60_000],
  ['a clock that was set right is believed again', clockOf([60_000, 0], ...eight(100)), 100, 0],
]
for (const [why, clock, offset, shift] of cases)
  test(`clock: ${why}`, () => {
    equal(clock.offsetMs, offset)
    equal(clock.shifted(windowOf(NOW, NOW + 10_000, 'live')).from, NOW - shift)
  })

test('a clock two minutes off is flagged', () => {
  equal(clockOf([119_000, 0]).isWrong, false)
  equal(clockOf([-121_000, 0]).isWrong, true)
})

function eight(ahead: number): [number, number][] {
  return Array.from({ length: 8 }, () => [ahead, 0])
}
