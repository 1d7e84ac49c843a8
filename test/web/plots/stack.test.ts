import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { byteTicks, levelled, perSecond, stackLines, stepEdges } from '../../../web/plots/stack.ts'

test('each line of a stack is the sum of itself and those below', () =>
  deepEqual(
    stackLines([
      [1, 2],
      [10, 20],
      [100, 200],
    ]),
    [
      [1, 2],
      [11, 22],
      [111, 222],
    ],
  ))

test('a step that one line has not is a gap in all, and does not shift what follows', () =>
  deepEqual(
    stackLines([
      [1, 2, 3],
      [10, null, 30],
    ]),
    [
      [1, null, 3],
      [11, null, 33],
    ],
  ))

test('nothing stacks to nothing', () => deepEqual(stackLines([]), []))

test('bytes per step become bytes per second; a gap stays a gap', () =>
  deepEqual(perSecond([60, null, 0], 60_000), [1, null, 0]))

const MiB = 1024 ** 2
const axes: readonly [why: string, top: number, want: number[]][] = [
  ['round in the unit that is shown', 52 * MiB, [0, 20 * MiB, 40 * MiB]],
  ['fine where there is room', 4.9 * MiB, [0, MiB, 2 * MiB, 3 * MiB, 4 * MiB]],
  ['the top itself may be a tick', 100, [0, 20, 40, 60, 80, 100]],
  ['an empty axis has its zero', 0, [0]],
]
for (const [why, top, want] of axes) test(`ticks: ${why}`, () => deepEqual(byteTicks(top, 5), want))

test('a step is level from its start to its end, and a gap is as wide as the step that is missing', () => {
  deepEqual(stepEdges([0, 60], 60), [0, 60, 60, 120])
  deepEqual(levelled([5, null]), [5, 5, null, null])
})
