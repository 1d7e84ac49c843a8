import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { Bindings } from '../../../agent/directory/bindings.ts'
import type { Bound } from '../../../agent/sources/flow-source.ts'
import { at } from './labels.ts'

const restored = (binding: number): Bound => ({ binding, since: epochMs(0) })

test('a binding stands for the time from its raise to the next', () => {
  const bindings = new Bindings()
  const first = bindings.raise(at(10))
  const second = bindings.raise(at(25))
  deepEqual(bindings.spanOf(restored(first)), { from: at(10), until: at(25) })
  deepEqual(bindings.spanOf(restored(second)), { from: at(25), until: Number.POSITIVE_INFINITY })
})

test('a row that began later than its binding stands for its own beginning on', () => {
  const bindings = new Bindings()
  const binding = bindings.raise(at(10))
  deepEqual(bindings.spanOf({ binding, since: at(17.5) }).from, at(17.5))
  deepEqual(bindings.spanOf({ binding, since: at(3) }).from, at(10))
})

test('two changes within a second are one binding, which stands after both', () => {
  const bindings = new Bindings()
  const first = bindings.raise(at(10.2))
  equal(bindings.raise(at(10.7)), first)
  deepEqual(bindings.spanOf(restored(first)).from, at(11))
})

test('news of a change that come after those of a later one divide the earlier span', () => {
  const bindings = new Bindings()
  const [first, last] = [bindings.raise(at(10)), bindings.raise(at(30))]
  const between = bindings.raise(at(20))
  const spans = [first, between, last].map(binding => bindings.spanOf(restored(binding)))
  deepEqual(
    spans.map(({ from, until }) => [from, until]),
    [
      [at(10), at(20)],
      [at(20), at(30)],
      [at(30), Number.POSITIVE_INFINITY],
    ],
  )
})

test('a binding tells its time also when the history was lost with the spool', () => {
  const old = new Bindings().raise(at(10))
  const fresh = new Bindings()
  fresh.raise(at(500))
  deepEqual(fresh.spanOf(restored(old)), { from: at(10), until: at(500) })
})

test('an earlier process is taken up', () => {
  const before = new Bindings()
  const bound = before.raise(at(10))
  before.raise(at(20))
  deepEqual(new Bindings(before.raises).spanOf(restored(bound)), { from: at(10), until: at(20) })
})

test('a binding fits the 31 bits the source has for it, in 2090 too', () => {
  ok(new Bindings().raise(at(64 * 365.25 * 86_400)) < 2 ** 31)
})

test('a history that grows for ever stays bounded', () => {
  const bindings = new Bindings()
  let last = 0
  for (let i = 0; i < 10_000; i++) last = bindings.raise(at(i))
  ok(bindings.raises.length <= 4096)
  deepEqual(bindings.spanOf(restored(last)).from, at(9999))
})
