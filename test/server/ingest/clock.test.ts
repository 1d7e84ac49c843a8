import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from '@weir/contract/batch-codec.ts'
import { epochMs } from '@weir/contract/units.ts'
import { ClockOffset } from '../../../server/ingest/clock.ts'

const NOW = epochMs(1_700_000_000_000)
type Request = [aheadMs: number, onTheWayMs: number, aheadAtMostMs?: number]

/**
 * A clock after requests of an agent that was so many ms ahead of ours: each with its time on the way, and what the
 * answer before it said.
 */
function clockOf(...requests: Request[]): ClockOffset {
  const clock = new ClockOffset()
  for (const [ahead, way, atMost] of requests) clock.measure(NOW + ahead, epochMs(NOW + way), atMost)
  return clock
}

const ahead: Request = [60_000, 0, 60_010]
const good: Request = [100, 0, 110]

const cases: [why: string, clock: ClockOffset, offset: number, shift: number][] = [
  ['a clock nobody measured is believed', clockOf(), 0, 0],
  ['a good clock keeps its aligned minutes', clockOf([900, 20]), 880, 0],
  ['a clock that is wrong is shifted', clockOf([60_000, 0]), 60_000, 60_000],
  ['a clock that is behind is shifted once an answer proved it', clockOf([-60_000, 50, -59_900]), -59_900, -59_900],
  ['a slow request does not make the clock look behind', clockOf([0, 10], [0, 30_000]), 0, 0],
  ['neither does a slow first request', clockOf([0, 30_000]), 0, 0],
  ['nor many slow ones in a row', clockOf(...eight(0, 30_000)), 0, 0],
  ['nor a slow request after a slow answer', clockOf([0, 30_000, 20_000]), 0, 0],
  ['a slow request keeps the shift', clockOf([-60_000, 0, -60_000], [-60_000, 9_000, -60_000]), -60_000, -60_000],
  ['a small change keeps the shift: every change leaves a gap', clockOf([60_000, 0], [60_800, 0]), 60_800, 60_000],
  ['a clock ahead that was set right is believed with the next answer', clockOf(ahead, [100, 0, 60_010], good), 100, 0],
  ['a clock behind that was set right is believed at once', clockOf([-60_000, 0, -59_990], [100, 0, -59_990]), 100, 0],
  ['one that never tells is believed after eight requests', clockOf([60_000, 0], ...eight(100, 0)), 100, 0],
]
for (const [why, clock, offset, shift] of cases)
  test(`clock: ${why}`, () => {
    equal(clock.offsetMs, offset)
    equal(clock.shifted(windowOf(NOW, NOW + 10_000, 'live')).from, NOW - shift)
  })

test('the shift from before a restart stays while the requests allow it', () => {
  const clock = new ClockOffset(-60_000)
  equal(clock.shifted(windowOf(NOW, NOW + 10_000, 'live')).from, NOW + 60_000)
  clock.measure(NOW - 60_000, epochMs(NOW + 700))
  equal(clock.offsetMs, -60_000)
  clock.measure(NOW, epochMs(NOW + 700))
  equal(clock.shifted(windowOf(NOW, NOW + 10_000, 'live')).from, NOW)
})

test('a clock two minutes off is flagged', () => {
  equal(clockOf([119_000, 0]).isWrong, false)
  equal(clockOf([-121_000, 0, -120_900]).isWrong, true)
})

function eight(ahead: number, onTheWay: number): Request[] {
  return Array.from({ length: 8 }, () => [ahead, onTheWay])
}
