import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { LiveWindow } from '../../../server/live/window.ts'
import { random } from '../../random.ts'
import { counted, facts, SECOND, T } from './facts.ts'

/** Bytes by series over the last `seconds`. */
function bytes(window: LiveWindow, seconds: number): { [series: string]: number } {
  const { count, series, bytesToResponder } = window.sums(seconds)
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [series[i], bytesToResponder[i]]))
}

test('before the first window there is no moment and nothing is summed', () => {
  const window = new LiveWindow()
  equal(window.asOf, null)
  deepEqual(bytes(window, 900), {})
})

test('a span ends with the newest window and holds those that ended in it', () => {
  const window = new LiveWindow()
  window.counted(counted('a', 10, { 0: 1 }))
  window.counted(counted('a', 20, { 0: 2, 1: 5 }))
  equal(window.asOf, T + 20 * SECOND)
  deepEqual(bytes(window, 10), { 0: 2, 1: 5 })
  deepEqual(bytes(window, 60), { 0: 3, 1: 5 })
})

test('the span ends where every node that still reports has reported, so that no node is missing in it', () => {
  const window = new LiveWindow()
  window.counted(counted('a', 20, { 0: 1 }))
  window.counted(counted('b', 20, { 1: 1 }))
  window.counted(counted('a', 30, { 0: 7 }))
  equal(window.asOf, T + 20 * SECOND)
  deepEqual(bytes(window, 10), { 0: 1, 1: 1 })
})

test('a node that is two windows behind holds nobody back', () => {
  const window = new LiveWindow()
  window.counted(counted('gone', 20, { 1: 1 }))
  window.counted(counted('a', 30, { 0: 1 }))
  equal(window.asOf, T + 20 * SECOND)
  window.counted(counted('a', 40, { 0: 1 }))
  equal(window.asOf, T + 40 * SECOND)
})

test('of a window that lies half inside the span, its share by time is taken', () => {
  const window = new LiveWindow()
  window.counted(counted('a', 20, { 0: 100 }, 20))
  deepEqual(bytes(window, 10), { 0: 50 })
})

test('a catch-up window is about an absence, not about now', () => {
  const window = new LiveWindow()
  window.counted(counted('a', 3600, { 0: 1 }, 3600, 'catch-up'))
  equal(window.asOf, null)
})

test('promoted bytes come in with their minute', () => {
  const window = new LiveWindow()
  window.counted(counted('a', 60, { 0: 1 }))
  window.sealed({ facts: [facts(T, { 7: 30 })] })
  deepEqual(bytes(window, 60), { 0: 1, 7: 30 })
  deepEqual(bytes(window, 10), { 0: 1, 7: 5 }) // a sixth of the minute
})

test('older windows are merged into minutes: spans of whole minutes stay exact for 15 minutes (random windows)', () => {
  const next = random(5)
  const window = new LiveWindow()
  const came: { readonly to: number; readonly bytes: number }[] = []
  for (let to = 10; to <= 1800; to += 10) {
    const amount = Math.floor(next() * 1e6)
    came.push({ to, bytes: amount })
    window.counted(counted('a', to, { 3: amount }))
  }
  for (const seconds of [10, 60, 300, 900]) {
    const wanted = came.filter(one => one.to > 1800 - seconds).reduce((sum, one) => sum + one.bytes, 0)
    deepEqual(bytes(window, seconds), { 3: wanted })
  }
})

test('what is older than 15 minutes is forgotten, in one step and in many', () => {
  const window = new LiveWindow()
  window.counted(counted('a', 10, { 0: 1 }))
  window.counted(counted('a', 5000, { 1: 1 }))
  deepEqual(bytes(window, 900), { 1: 1 })
})

test('series numbers far apart cost memory, not sums', () => {
  const window = new LiveWindow()
  window.counted(counted('a', 10, { 0: 1, 200000: 2, 65536: 3 }))
  deepEqual(bytes(window, 10), { 0: 1, 65536: 3, 200000: 2 })
})

test('the version rises with everything that comes', () => {
  const window = new LiveWindow()
  const before = window.version
  window.counted(counted('a', 10, { 0: 1 }))
  ok(window.version > before)
})
