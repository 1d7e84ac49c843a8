import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Bindings } from '../../../agent/directory/bindings.ts'
import { at } from './labels.ts'

test('a binding stands for the time from its raise to the next', () => {
  const bindings = new Bindings()
  const first = bindings.raise(at(10))
  const second = bindings.raise(at(25))
  deepEqual(bindings.spanOf(first), { from: at(10), until: at(25) })
  deepEqual(bindings.spanOf(second), { from: at(25), until: Number.POSITIVE_INFINITY })
  equal(bindings.current, second)
})

test('two raises within a second are two bindings, and the number never falls with the clock', () => {
  const bindings = new Bindings()
  const first = bindings.raise(at(10))
  ok(bindings.raise(at(10)) > first)
  ok(bindings.raise(at(3)) > first + 1)
})

test('a binding tells its time also when the history was lost with the spool', () => {
  const old = new Bindings().raise(at(10))
  const fresh = new Bindings()
  fresh.raise(at(500))
  deepEqual(fresh.spanOf(old), { from: at(10), until: at(500) })
})

test('an earlier process is taken up', () => {
  const before = new Bindings()
  const bound = before.raise(at(10))
  before.raise(at(20))
  deepEqual(new Bindings(before.raises).spanOf(bound), { from: at(10), until: at(20) })
})

test('a binding fits the 31 bits the source has for it, in 2090 too', () => {
  ok(new Bindings().raise(at(64 * 365.25 * 86_400)) < 2 ** 31)
})

test('a history that grows for ever stays bounded', () => {
  const bindings = new Bindings()
  for (let i = 0; i < 10_000; i++) bindings.raise(at(i))
  ok(bindings.raises.length <= 4096)
  deepEqual(bindings.spanOf(bindings.current).from, at(9999))
})
