import { equal, match, rejects, throws } from 'node:assert/strict'
import { readdirSync, readlinkSync } from 'node:fs'
import { platform } from 'node:process'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { LiveConntrack } from '../../../agent/sources/live-conntrack.ts'
import { Collector } from './collector.ts'

const skip = platform === 'linux' ? false : 'needs Linux: opens netlink sockets'

const sockets = (): number =>
  readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      return false // the descriptor that listed them
    }
  }).length

test('a worker that hangs is replaced, its sockets are closed, and after ten times it is fatal', { skip }, async () => {
  const log: string[] = []
  let asked = 0
  const source = new LiveConntrack({
    mtu: 1500,
    hungAfterMs: 50,
    workerFile: new URL('./program-hung-worker.ts', import.meta.url),
    reload: async () => {
      asked++
      return undefined
    },
    log: text => log.push(text),
  })
  const sink = new Collector()
  const before = sockets()
  await source.start(sink)
  await new Promise<void>(resolve => {
    sink.onFatal = error => {
      match(error.message, /replaced too often, at last: no sign of life for 50 ms/)
      resolve()
    }
  })
  await source.stop()
  equal(log.length, 11)
  equal(asked, 10)
  equal(sockets(), before)
})

test('a worker that hangs does not keep the process from its end', { skip }, async () => {
  const workerFile = new URL('./program-hung-worker.ts', import.meta.url)
  const source = new LiveConntrack({ mtu: 1500, hungAfterMs: 500, workerFile })
  const before = sockets()
  await source.start(new Collector())
  await source.stop()
  equal(sockets(), before)
})

test('a worker that cannot start rejects the start', async () => {
  const source = new LiveConntrack({
    mtu: 1500,
    workerFile: new URL('data:text/javascript,throw new Error("no koffi")'),
  })
  await rejects(source.start(new Collector()), /no koffi/)
})

const intervals: readonly [why: string, options: { windowMs?: number; dumpEveryMs?: number }, words: RegExp][] = [
  ['a window of 7 s', { windowMs: 7000 }, /the window is 7000 ms; it must divide a minute/],
  ['a dump interval of 90 s', { dumpEveryMs: 90_000 }, /the dump interval is 90000 ms/],
]
for (const [why, options, words] of intervals)
  test(`${why} does not divide a minute and is refused`, () => {
    throws(() => new LiveConntrack({ mtu: 1500, ...options }), words)
  })

test('a binding that is no small whole number is refused', () => {
  const source = new LiveConntrack({ mtu: 1500 })
  for (const binding of [-1, 1.5, 2 ** 31, Number.NaN]) throws(() => source.bind(binding, epochMs(0)), RangeError)
})
