import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Interest } from '../../../server/directory/interest.ts'
import { minutes } from './shop.ts'

test('an address is followed by every node that asked for it', () => {
  const interest = new Interest()
  interest.note('a', '10.0.0.1', minutes(0))
  interest.note('b', '10.0.0.1', minutes(1))
  interest.note('b', '10.0.0.2', minutes(1))
  assert.deepEqual([...interest.nodes('10.0.0.1')], ['a', 'b'])
  assert.deepEqual([...interest.addresses('b')], ['10.0.0.1', '10.0.0.2'])
  assert.deepEqual([...interest.nodes('10.0.0.3')], [])
})

test('what was not asked for again within 26 hours is let go', () => {
  const interest = new Interest()
  interest.note('a', '10.0.0.1', minutes(0))
  interest.note('a', '10.0.0.2', minutes(0))
  interest.note('a', '10.0.0.1', minutes(60))
  interest.note('a', '10.0.0.3', minutes(26 * 60 + 1))
  assert.deepEqual([...interest.addresses('a')], ['10.0.0.1', '10.0.0.3'])
  assert.deepEqual([...interest.nodes('10.0.0.2')], [])
})

test('of more than 50,000 addresses of a node the one asked for longest ago is let go', () => {
  const interest = new Interest()
  for (let i = 0; i <= 50_000; i++) interest.note('a', `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, minutes(0))
  const kept = [...interest.addresses('a')]
  assert.deepEqual([kept.length, kept[0]], [50_000, '10.0.0.1'])
})
