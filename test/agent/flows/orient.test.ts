import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { isMidStream, OrientationMemory } from '../../../agent/flows/orient.ts'
import type { ConnectionRow } from '../../../agent/sources/flow-source.ts'
import { type Shown, sighting, Watched } from './watched.ts'

const flags: readonly [why: string, flags: number, want: boolean][] = [
  ['a connection whose SYN was seen scales its window', 0x23, false],
  ['one picked up in mid-stream is liberal and does not', 0x0a, true],
  ['Open vSwitch and offloads make established connections liberal too', 0x2b, false],
  ['a peer without any option is no sign of it', 0x00, false],
]
for (const [why, value, want] of flags) test(why, () => equal(isMidStream(value), want))

/** Client 10.0.0.1:40000 opened a connection to server 10.0.0.2:80; after a flush the server's packet came first. */
const opened: Shown = { from: '10.0.0.1:40000', to: '10.0.0.2:80', up: 100, down: 9000, endedAlive: true }
const pickedUp: Shown = { id: 2, from: '10.0.0.2:80', to: '10.0.0.1:40000', up: 700, down: 7, midStream: true }
const brief = (rows: readonly ConnectionRow[]) =>
  rows.map(row => [
    row.initiator,
    row.initiatorPort,
    row.responder,
    row.responderPort,
    row.midStream,
    row.bytesToResponder,
    row.bytesToInitiator,
  ])

const cases: readonly [why: string, script: (w: Watched) => void, want: unknown[][]][] = [
  [
    'after a flush the connection goes on the way round it was opened',
    w => {
      w.dump([opened])
      w.end(opened)
      w.dump([pickedUp])
    },
    [['10.0.0.1', 0, '10.0.0.2', 80, false, 7, 700]],
  ],
  [
    'also when the DESTROY comes while the dump that shows it again is read',
    w => {
      w.dump([opened])
      w.dump([pickedUp], [opened])
    },
    [['10.0.0.1', 0, '10.0.0.2', 80, false, 7, 700]],
  ],
  [
    'also when the DESTROY was lost: the dump does not show the old entry any more',
    w => {
      w.dump([opened])
      w.dump([pickedUp])
    },
    [['10.0.0.1', 0, '10.0.0.2', 80, false, 7, 700]],
  ],
  [
    'picked up and ended between two dumps',
    w => {
      w.dump([opened])
      w.end(opened, { ...pickedUp, midStream: false })
    },
    [['10.0.0.1', 0, '10.0.0.2', 80, false, 7, 700]],
  ],
  [
    'later bytes of it go the same way',
    w => {
      w.dump([opened])
      w.end(opened)
      w.dump([pickedUp])
      w.take()
      w.dump([{ ...pickedUp, up: 1700, down: 17 }])
    },
    [['10.0.0.1', 0, '10.0.0.2', 80, false, 10, 1000]],
  ],
  [
    'behind a Service the packets that come by after a flush carry the addresses of the reply',
    w => {
      const dialled = { ...opened, to: '10.96.0.9:80', answeredBy: '10.0.0.2:8080' }
      w.dump([dialled])
      w.end(dialled)
      w.dump([{ ...pickedUp, from: '10.0.0.2:8080' }])
    },
    [['10.0.0.1', 0, '10.0.0.2', 8080, false, 7, 700]],
  ],
  [
    'nobody knows: the row carries both ports and says so',
    w => {
      w.dump([])
      w.dump([pickedUp])
    },
    [['10.0.0.2', 80, '10.0.0.1', 40000, true, 700, 7]],
  ],
  [
    'a connection that had been closed tells nothing about the next one on its ports',
    w => {
      w.dump([{ ...opened, endedAlive: false }])
      w.end({ ...opened, endedAlive: false })
      w.dump([pickedUp])
    },
    [['10.0.0.2', 80, '10.0.0.1', 40000, true, 700, 7]],
  ],
]
for (const [why, script, want] of cases)
  test(why, () => {
    const watched = new Watched()
    script(watched)
    deepEqual(brief(watched.take()), want)
  })

test('what is remembered is forgotten after its time', () => {
  const memory = new OrientationMemory(16, 60)
  const { key } = sighting(opened)
  memory.remember(key, 0, 1, 'as is', 1_000_000)
  equal(memory.recall(key, 0, 1, 1_059_000), 'as is')
  equal(memory.recall(key, 0, 1, 1_061_000), undefined)
})

test('memory is bounded: the oldest of those that share a place give way', () => {
  const memory = new OrientationMemory(64, 3600)
  const keys = Array.from({ length: 1000 }, (_, i) => sighting({ from: `10.0.0.1:${1000 + i}` }).key)
  for (const [i, key] of keys.entries()) memory.remember(key, 0, 1, 'as is', 1_000_000 + i * 1000)
  const known = keys.filter(key => memory.recall(key, 0, 1, 2_000_000) !== undefined)
  equal(known.length <= 64, true)
  equal(memory.recall(sighting({ from: '10.0.0.1:1999' }).key, 0, 1, 2_000_000), 'as is')
})

test('an IPv6 connection asked for from its other end is swapped', () => {
  const memory = new OrientationMemory(16)
  memory.remember(sighting({ from: '[fd00::1]:1000', to: '[fd00::2]:80' }).key, 0, 4, 'as is', 1_000_000)
  const other = sighting({ from: '[fd00::2]:80', to: '[fd00::1]:1000' }).key
  equal(memory.recall(other, 0, 4, 1_000_001), 'swapped')
})
