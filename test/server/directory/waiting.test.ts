import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Directory } from '../../../server/directory/directory.ts'
import { createDirectory } from '../../../server/directory/label-directory.ts'
import { Waiting } from '../../../server/directory/waiting.ts'
import { cart, minutes, shop, web } from './shop.ts'

const HOLD_MS = 25_000

/** Agents waiting on a directory, with time in the test's hands. */
function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 })
  const real = createDirectory({ instance: 'test', log: () => {} })
  real.apply(shop, minutes(0))
  const onChange = t.mock.method(real, 'onChange')
  const directory: Directory = real
  const waiting = new Waiting(directory, HOLD_MS, () => Date.now())
  const answers: string[] = []
  const wait = (node: string): (() => void) =>
    waiting.add({
      cluster: 'lab',
      node,
      cursor: directory.updateFor('lab', node, undefined)?.cursor,
      answer: update => answers.push(`${node}: ${update === undefined ? 'nothing' : `${update.labels.length} labels`}`),
    })
  return { real, waiting, wait, answers, onChange, tick: (ms: number) => t.mock.timers.tick(ms) }
}

test('news are told at once to those they are for, and to no others', t => {
  const { real, waiting, wait, answers } = setUp(t)
  wait('node-a')
  wait('node-b')
  real.apply({ ...shop, pods: [web, cart] }, minutes(1)) // the hostNetwork pod of node-a is gone, from two addresses
  assert.deepEqual(answers, ['node-a: 2 labels'])
  assert.equal(waiting.count, 1)
})

test('each is told nothing when its own time is up', t => {
  const { wait, answers, tick } = setUp(t)
  wait('node-a')
  tick(10_000)
  wait('node-b')
  tick(HOLD_MS - 10_000)
  assert.deepEqual(answers, ['node-a: nothing'])
  tick(10_000)
  assert.deepEqual(answers, ['node-a: nothing', 'node-b: nothing'])
})

test('who hung up is not answered', t => {
  const { waiting, wait, answers, tick } = setUp(t)
  const leave = wait('node-a')
  wait('node-b')
  leave()
  leave()
  tick(HOLD_MS)
  assert.deepEqual(answers, ['node-b: nothing'])
  assert.equal(waiting.count, 0)
})

test('a thousand agents share one listener, which goes with the last', t => {
  const { real, waiting, wait, answers, onChange, tick } = setUp(t)
  for (let i = 0; i < 1_000; i++) wait(`node-${i}`)
  assert.equal(onChange.mock.callCount(), 1)
  tick(HOLD_MS)
  assert.equal(answers.length, 1_000)
  assert.equal(waiting.count, 0)
  wait('node-a')
  assert.equal(onChange.mock.callCount(), 2)
  real.apply({ ...shop, pods: [] }, minutes(1))
  assert.equal(answers.at(-1), 'node-a: 3 labels')
})

test('stopping answers all', t => {
  const { waiting, wait, answers } = setUp(t)
  wait('node-a')
  wait('node-b')
  waiting.stop()
  assert.deepEqual(answers, ['node-a: nothing', 'node-b: nothing'])
})

test('news for all are told in turns, so that others get theirs in between', t => {
  const { real, wait, answers, tick } = setUp(t)
  for (let i = 0; i < 20; i++) wait(`node-${i}`)
  wait('node-a')
  const moved = shop.services.map(service => ({ ...service, addresses: ['10.96.0.11'] }))
  real.apply({ ...shop, services: moved, pods: [web, cart] }, minutes(1))
  // Its own pods changed for node-a, a Service for all.
  assert.deepEqual([answers.length, answers[0]], [6, 'node-a: 2 labels'])
  tick(10)
  assert.equal(answers.length, 11)
  tick(10)
  tick(10)
  assert.equal(answers.length, 21)
})

test('agents that begin anew together are told in turns', t => {
  const { waiting, answers, tick } = setUp(t)
  for (let i = 0; i < 12; i++)
    waiting.add({ cluster: 'lab', node: `node-${i}`, cursor: undefined, answer: () => answers.push('told') })
  assert.equal(answers.length, 5)
  tick(10)
  assert.equal(answers.length, 10)
  tick(10)
  assert.equal(answers.length, 12)
})
