import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as units from '@weir/contract/units.ts'

const rows: [what: string, made: () => number, want: number | 'refused'][] = [
  ['no bytes', () => units.bytes(0), 0],
  ['2^53 - 1 bytes', () => units.bytes(2 ** 53 - 1), 2 ** 53 - 1],
  ['2^53 bytes', () => units.bytes(2 ** 53), 'refused'],
  ['half a byte', () => units.bytes(0.5), 'refused'],
  ['a byte less than none', () => units.bytes(-1), 'refused'],
  ['bytes that are no number', () => units.bytes(Number.NaN), 'refused'],
  ['a moment with a fraction is cut', () => units.epochMs(1.9), 1],
  ['a moment before 1970', () => units.epochMs(-1.9), -1],
  ['a moment that never comes', () => units.epochMs(Number.POSITIVE_INFINITY), 'refused'],
  ['a length of time may have a fraction', () => units.millis(0.5), 0.5],
  ['a negative length of time', () => units.millis(-1), 'refused'],
  ['an endless length of time', () => units.millis(Number.POSITIVE_INFINITY), 'refused'],
  ['a whole minute', () => units.minute(29_474_400), 29_474_400],
  ['half a minute', () => units.minute(0.5), 'refused'],
  ['negative micro-dollars: a refund', () => units.microUsd(-5), -5],
  ['a fraction of a micro-dollar', () => units.microUsd(0.1), 'refused'],
]
for (const [what, made, want] of rows)
  test(`${what}: ${want}`, () => {
    if (want === 'refused') assert.throws(made, RangeError)
    else assert.equal(made(), want)
  })

test('a minute is half-open: its last millisecond is in it, the next is not', () => {
  const noon = Date.UTC(2026, 0, 15, 12)
  assert.equal(units.startOf(units.minuteOf(units.epochMs(noon))), noon)
  assert.equal(units.startOf(units.minuteOf(units.epochMs(noon + 59_999))), noon)
  assert.equal(units.startOf(units.minuteOf(units.epochMs(noon + 60_000))), noon + 60_000)
})

test('minutes before 1970 begin before their moments, too', () => {
  assert.equal(units.startOf(units.minuteOf(units.epochMs(-1))), -60_000)
})

test('what should not be reachable says what it met', () => {
  assert.throws(() => Reflect.apply(units.unreachable, undefined, [{ kind: 'new' }]), /unreachable: {"kind":"new"}/)
})
