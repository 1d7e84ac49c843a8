import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { EventStage } from '../../../agent/sources/event-stage.ts'
import { frameOf } from '../netlink/captured.ts'

const datagram = (length: number, fill: number) => frameOf(new Uint8Array(length).fill(fill)).frame
const replayed = (stage: EventStage): [from: number, length: number, first: number | undefined][] => {
  const out: [number, number, number | undefined][] = []
  stage.replay((frame, from, to) => out.push([from, to - from, frame.bytes[from]]))
  return out
}

test('datagrams come back in order, each on a word, and once', () => {
  const stage = new EventStage()
  for (const [length, fill] of [
    [260, 1],
    [41, 2],
    [3, 3],
  ] as const)
    stage.add(datagram(length, fill), length)
  deepEqual(replayed(stage), [
    [0, 260, 1],
    [260, 41, 2],
    [304, 3, 3],
  ])
  deepEqual(replayed(stage), [])
})

test('10,000 datagrams survive its growth', () => {
  const stage = new EventStage()
  for (let i = 0; i < 10_000; i++) stage.add(datagram(260, i % 251), 260)
  const all = replayed(stage)
  equal(all.length, 10_000)
  equal(
    all.every(([, , first], i) => first === i % 251),
    true,
  )
})

test('when it is full it says so, and keeps the last one', () => {
  const stage = new EventStage()
  const big = datagram(64_000, 9)
  let kept = 1
  while (stage.add(big, 64_000)) kept++
  equal(kept, Math.ceil((32 * 1024 * 1024) / 64_000))
  equal(replayed(stage).length, kept)
})
