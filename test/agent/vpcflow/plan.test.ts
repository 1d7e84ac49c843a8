import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import type { ListedObject } from '../../../agent/vpcflow/objects.ts'
import {
  Backlog,
  heldLease,
  nextStep,
  type Situation,
  type Step,
  TRIES,
  tailFrom,
} from '../../../agent/vpcflow/plan.ts'

const NOW = epochMs(1_000_000)
const [past, later] = [epochMs(NOW - 1), epochMs(NOW + 500)]
const object: ListedObject = { id: 's3://b/k#1', at: past, flowLog: 'fl-1', place: 's3://b/', isWhole: true }
const lease = heldLease('lease-1', 10_000, NOW)
const ready = { object, committed: 7, notBefore: past }
const calm: Situation = { lease, next: undefined, listAt: later, notBefore: past }

const steps: readonly [when: string, situation: Partial<Situation>, step: Step][] = [
  ['there is no lease', { lease: undefined, next: ready }, { do: 'ask for the lease' }],
  ['half of the lease is over', { lease: heldLease('l', 10_000, epochMs(NOW - 5_000)) }, { do: 'ask for the lease' }],
  ['it is time to list', { listAt: past, next: ready }, { do: 'list' }],
  ['an object is ready', { next: ready }, { do: 'read', object, committed: 7 }],
  ['nothing is ready', {}, { do: 'wait', until: later }],
  [
    'an object is to be tried later',
    { next: { ...ready, notBefore: epochMs(NOW + 9) } },
    { do: 'wait', until: epochMs(NOW + 9) },
  ],
  ['patience was asked for', { notBefore: later, lease: undefined }, { do: 'wait', until: later }],
  ['an import has read all', { listAt: undefined }, { do: 'end' }],
  [
    'an import waits for a second try',
    { listAt: undefined, next: { ...ready, notBefore: later } },
    { do: 'wait', until: later },
  ],
]
for (const [when, situation, step] of steps)
  test(`${when}: ${step.do}`, () => deepEqual(nextStep({ ...calm, ...situation }, NOW), step))

test('a tail begins at the look-back before what was committed last, else before now', () => {
  equal(tailFrom(epochMs(500_000), NOW, 60_000), 440_000)
  equal(tailFrom(undefined, NOW, 60_000), 940_000)
})

const named = (id: string, at: number): ListedObject => ({ ...object, id, at: epochMs(at) })
const nothing = { records: 0, isDone: false }

test('the oldest is read first, unless it waits for another try', () => {
  const backlog = new Backlog()
  const [old, young] = [named('old', 1), named('young', 2)]
  backlog.learn([young, old], [nothing, nothing])
  equal(backlog.next(NOW)?.object.id, 'old')
  equal(backlog.failed(old, 'truncated', NOW), 'again later')
  equal(backlog.next(NOW)?.object.id, 'young')
  backlog.finished(young)
  deepEqual(backlog.next(NOW)?.notBefore, NOW + 60_000)
})

test(`what fails ${TRIES} times is set aside, a format at once, and neither is listed anew`, () => {
  const backlog = new Backlog()
  const [cut, foreign] = [named('cut', 1), named('foreign', 2)]
  backlog.learn([cut, foreign], [nothing, nothing])
  equal(backlog.failed(foreign, 'unknown format', NOW), 'set aside')
  for (let tries = 1; tries < TRIES; tries++) equal(backlog.failed(cut, 'truncated', NOW), 'again later')
  equal(backlog.failed(cut, 'truncated', NOW), 'set aside')
  deepEqual(backlog.unknown([cut, foreign]), [])
})

test('the past of a first start is left alone, but not what was begun', () => {
  const backlog = new Backlog()
  backlog.learn(
    [named('never', 1), named('begun', 2), named('new', 9)],
    [nothing, { records: 5, isDone: false }, nothing],
  )
  backlog.leavePast(epochMs(5))
  equal(backlog.size, 2)
  deepEqual([backlog.next(NOW)?.object.id, backlog.next(NOW)?.committed], ['begun', 5])
})
