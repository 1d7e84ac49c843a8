import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { blankScreen, nextScreen, type Screen, type ScreenEvent } from '../../../web/frame/screen.ts'
import { statusOf } from '../../../web/frame/status.ts'
import { someFrame } from '../frames.ts'

const play = (...events: readonly ScreenEvent[]): Screen => events.reduce(nextScreen, blankScreen(0))
const frame = (number: number, at: number, paused = false): ScreenEvent => ({
  type: 'frame',
  frame: someFrame({ number }),
  at,
  paused,
})
const open: ScreenEvent = { type: 'link', link: 'open', at: 10 }
const lost: ScreenEvent = { type: 'link', link: 'lost', at: 5000 }

test('the newest frame of a view is shown, and only that is kept', () => {
  const screen = play(open, frame(1, 20), frame(2, 30))
  equal(screen.arrivals.zones?.frame.number, 2)
  equal(screen.arrivals.zones?.receivedAt, 30)
})

test('paused: frames that come change nothing', () => {
  const before = play(open, frame(1, 20))
  equal(nextScreen(before, frame(2, 30, true)), before)
})

test('paused from the start (a reloaded link): the first frame is shown and kept', () => {
  equal(play(open, frame(1, 20, true), frame(2, 30, true)).arrivals.zones?.frame.number, 1)
})

test('paused, but asked for something else: its first answer is shown', () => {
  const screen = play(open, frame(1, 20), { type: 'asked', view: 'zones' }, frame(2, 30, true), frame(3, 40, true))
  equal(screen.arrivals.zones?.frame.number, 2)
})

test('a new question is awaited until a frame of its view comes', () => {
  const asked = play(open, frame(1, 20), { type: 'asked', view: 'zones' })
  deepEqual(asked.awaited, ['zones'])
  deepEqual(nextScreen(asked, frame(2, 30)).awaited, [])
})

test('a refusal is told until the next question', () => {
  const refused = play(open, { type: 'refused', detail: 'no such zone' })
  equal(refused.refused, 'no such zone')
  equal(nextScreen(refused, { type: 'asked', view: 'pairs' }).refused, undefined)
})

// The frame was made at 100 s with data up to 90 s, and came at 20 ms of the browser's own clock: age = 10 s + since then.
const states: readonly [why: string, screen: Screen, paused: boolean, now: number, word: string, says: RegExp][] = [
  ['nothing yet', play(), false, 100, 'Loading', /^$/],
  ['no server for a while', play(), false, 9000, 'Disconnected', /No connection to the server for 9 s/],
  ['all well', play(open, frame(1, 20)), false, 1020, 'Receiving', /^$/],
  ['paused', play(open, frame(1, 20)), true, 50_020, 'Paused', /data on screen is 60 s old/],
  [
    'no frame',
    play(open, frame(1, 20)),
    false,
    16_020,
    'Stale',
    /sent nothing for 16 s, though the connection is open/,
  ],
  ['lost', play(open, frame(1, 20), lost), false, 8000, 'Disconnected', /for 3 s. The last data stays/],
  ['lost while paused is still lost', play(open, frame(1, 20), lost), true, 8000, 'Disconnected', /reconnecting/],
  [
    'frames come, but no agent reports',
    play(open, { type: 'frame', frame: someFrame({ asOf: someFrame().range.from }), at: 20, paused: false }),
    false,
    1020,
    'Stale',
    /No agent has reported anything newer for 71 s/,
  ],
  [
    'not let in: what is on screen is not worth a word any more',
    play(open, frame(1, 20), { type: 'denied', denied: { detail: 'ask the proxy', signIn: undefined } }),
    true,
    1020,
    'Not let in',
    /The server shows nothing here: ask the proxy\./,
  ],
  [
    'no agent yet',
    play(open, { type: 'frame', frame: someFrame({ asOf: null }), at: 20, paused: false }),
    false,
    1020,
    'Waiting for agents',
    /^$/,
  ],
]
for (const [why, screen, paused, now, word, says] of states)
  test(`status: ${why}`, () => {
    const status = statusOf(screen, paused, now)
    equal(status.word, word)
    equal(says.test(status.detail), true, status.detail)
  })
