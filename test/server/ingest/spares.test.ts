import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Spares } from '../../../server/ingest/spares.ts'

test('what is given back is taken next, once', () => {
  const spares = new Spares<{ readonly room: number }>()
  const one = { room: 10 }
  spares.give(one)
  equal(spares.take(), one)
  equal(spares.take(), undefined)
})

test('what is large is left to the collector', () => {
  const spares = new Spares<{ readonly room: number }>()
  spares.give({ room: 200_000 })
  equal(spares.take(), undefined)
})

test('no more are kept than a burst of batches needs', () => {
  const spares = new Spares<{ readonly room: number }>()
  for (let i = 0; i < 1_000; i++) spares.give({ room: 10 })
  let kept = 0
  while (spares.take() !== undefined) kept++
  equal(kept, 128)
})
