import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type Chip, filterOf, parseChip, withChip, withoutChip } from '../../web/filters.ts'

const chip = (field: Chip['field'], value: string, exclude = false): Chip => ({ field, value, exclude })
const known = [chip('zone', 'us-east-1a'), chip('namespace', 'shop'), chip('responder', 'checkout')]

const typed: readonly [why: string, text: string, want: Chip][] = [
  ['a field and a value', 'namespace:payments', chip('namespace', 'payments')],
  ['short words for common fields', 'ns:payments', chip('namespace', 'payments')],
  ['a service is a responder', 'service:checkout', chip('responder', 'checkout')],
  ['a field in other letters', 'initiatornamespace:shop', chip('initiatorNamespace', 'shop')],
  ['a minus leaves out', '-zone:us-east-1a', chip('zone', 'us-east-1a', true)],
  ['an exclamation mark leaves out', '! az: us-east-1a ', chip('zone', 'us-east-1a', true)],
  ['a bare word is a known value', 'shop', chip('namespace', 'shop')],
  ['part of a bare word finds the first that has it', 'check', chip('responder', 'checkout')],
  ['a bare word can be left out', '-checkout', chip('responder', 'checkout', true)],
  ['a value may have colons', 'responder:a:b', chip('responder', 'a:b')],
]
for (const [why, text, want] of typed) test(why, () => deepEqual(parseChip(text, known), { ok: true, chip: want }))

const wrong: readonly [why: string, text: string, says: RegExp][] = [
  ['a field there is not', 'planet:earth', /no filter “planet”.*namespace/],
  ['a field without a value', 'namespace:', /value after “namespace:”/],
  ['a word nobody has', 'xyz', /Nothing on the page is called “xyz”.*namespace:shop/],
]
for (const [why, text, says] of wrong)
  test(`${why} is told in words`, () => {
    const result = parseChip(text, known)
    match(result.ok ? '' : result.why, says)
  })

test('chips become the contract’s filter: values of a field together, "!" in front of what is left out', () =>
  deepEqual(filterOf([chip('zone', 'a'), chip('namespace', 'x'), chip('zone', 'b', true)], 'cross-zone'), {
    zone: ['a', '!b'],
    namespace: ['x'],
    crossing: ['cross-zone'],
  }))

test('all crossings are no filter', () => deepEqual(filterOf([], 'all'), {}))

test('a value asked for the other way round replaces itself', () => {
  const chips = withChip([chip('zone', 'a')], chip('zone', 'a', true))
  deepEqual(chips, [chip('zone', 'a', true)])
  equal(withoutChip(chips, chip('zone', 'a')).length, 0)
})
