import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { NetlinkError } from '../../../agent/netlink/conntrack-socket.ts'
import { EINVAL, ENOBUFS, EPERM } from '../../../agent/netlink/constants.ts'
import { totals } from './collector.ts'
import { Harness } from './watch-harness.ts'

const spans = (h: Harness) => h.windows.map(({ from, to, kind }) => [from, to, kind])

test('windows are cut at whole multiples of the window on the wall clock; the first begins with the watch', () => {
  const h = new Harness(1_003_210)
  h.start()
  h.until(1_034_999)
  deepEqual(spans(h), [
    [1_003_210, 1_010_000, 'live'],
    [1_010_000, 1_020_000, 'live'],
    [1_020_000, 1_030_000, 'live'],
  ])
})

test('stop cuts the last window at once', () => {
  const h = new Harness(1_000_000)
  h.start()
  h.until(1_012_345)
  h.kernel.table = [{ up: 70 }]
  h.watch.stop()
  deepEqual(spans(h).at(-1), [1_010_000, 1_012_345, 'live'])
  deepEqual(totals(h.windows), { up: 70, down: 0, connections: 1 })
  equal(h.kernel.opened, 0)
})

test('a window that is not durable yet is not followed by another: the next one grows', () => {
  const h = new Harness(1_000_000)
  h.durable = false
  h.start()
  h.until(1_025_000)
  equal(h.windows.length, 1)
  h.watch.acknowledge()
  h.until(1_035_000)
  deepEqual(spans(h), [
    [1_000_000, 1_010_000, 'live'],
    [1_010_000, 1_030_000, 'live'],
  ])
})

test('dumps that cost more than their share of a core become rarer, and windows are then cut where both fall together', () => {
  const h = new Harness(1_020_000)
  h.dumpCpuMs = 500
  h.start()
  h.until(1_080_000)
  equal(h.windows.at(-1)?.stats.dumpEveryMs, 20_000)
  deepEqual(spans(h).at(-1)?.slice(0, 2), [1_060_000, 1_080_000])
})

test('a clock set back: dumps go on, and the next window begins where the clock is now', () => {
  const h = new Harness(1_000_000)
  h.start()
  h.until(1_015_000)
  h.nowMs = 500_000
  h.kernel.table = [{ up: 5 }]
  h.until(511_000)
  deepEqual(spans(h).at(-1), [500_000, 510_000, 'live'])
  equal(totals(h.windows).up, 5)
})

test('events that come while a dump is read are applied after it: what it showed is not counted twice', () => {
  const h = new Harness(1_000_000)
  h.start()
  h.until(1_001_000)
  // 40 datagrams: the reader looks at the event socket in between. The first connection ends under the dump.
  h.kernel.table = Array.from({ length: 40 }, (_, i) => ({ id: i + 1, from: `10.0.0.1:${2000 + i}`, up: 100 }))
  h.kernel.meanwhile = datagram => {
    if (datagram === 10) h.kernel.events.push({ id: 1, from: '10.0.0.1:2000', up: 130 })
    if (datagram === 11) h.kernel.events.push({ id: 39, from: '10.0.0.1:2038', up: 120 })
  }
  h.until(1_006_000)
  h.kernel.meanwhile = () => {}
  h.kernel.table = h.kernel.table.slice(1, -2).concat(h.kernel.table.slice(-1))
  h.until(1_010_000)
  deepEqual(totals(h.windows), { up: 40 * 100 + 30 + 20, down: 0, connections: 40 })
})

test('an overrun of the event socket is counted, and a dump follows at once', () => {
  const h = new Harness(1_000_000)
  h.start()
  h.until(1_001_000)
  h.kernel.events.push(-ENOBUFS, { up: 10 })
  h.kernel.lost = 53_447
  h.kernel.table = [{ id: 2, from: '10.0.0.1:40001', up: 7 }]
  h.until(1_002_000)
  h.kernel.table = []
  h.until(1_010_000)
  const [window] = h.windows
  equal(window?.stats.overrunsTotal, 1)
  equal(window?.stats.lostEventsTotal, 53_447)
  // Only the dump after the overrun ever showed the second connection.
  deepEqual(totals(h.windows), { up: 17, down: 0, connections: 2 })
})

test('without the DESTROY group dumps alone must do, and the mode says so', () => {
  const h = new Harness(1_000_000)
  h.kernel.joinRefusal = new NetlinkError('joining: errno 92', 92)
  h.start()
  h.until(1_010_000)
  equal(h.windows[0]?.stats.mode, 'dump')
  match(h.log.join(), /dumps alone must do: joining: errno 92/)
})

test('a dump that fails is made up for by the next', () => {
  const h = new Harness(1_000_000)
  h.start()
  h.kernel.refusal = -ENOBUFS
  h.until(1_006_000)
  h.kernel.refusal = 0
  h.kernel.table = [{ up: 9 }]
  h.until(1_010_000)
  equal(totals(h.windows).up, 9)
  match(h.log.join(), /a dump failed, the next makes up for it: reading the table: errno 105/)
})

const refusals: readonly [why: string, errno: number, words: RegExp][] = [
  ['no permission', EPERM, /CAP_NET_ADMIN.*capabilities\.add: \[NET_ADMIN\]/],
  ['no ctnetlink in the kernel', EINVAL, /modprobe nf_conntrack_netlink/],
]
for (const [why, errno, words] of refusals)
  test(`${why} ends the start with a message that says what to do`, () => {
    const h = new Harness(1_000_000)
    h.kernel.refusal = -errno
    throws(() => h.start(), words)
  })

test('entries without counters and ends over loopback are in the stats, and in no row', () => {
  const h = new Harness(1_000_000)
  h.start()
  h.until(1_001_000)
  h.kernel.table = [{ counters: false }, { id: 2, from: '127.0.0.1:1', to: '127.0.0.1:2', up: 5 }]
  h.kernel.events.push({ id: 3, from: '[::1]:1', to: '[::1]:2', up: 5 })
  h.until(1_010_000)
  const [window] = h.windows
  deepEqual(window?.rows, [])
  equal(window?.stats.entries, 2)
  equal(window?.stats.entriesWithoutCounters, 1)
  equal(window?.stats.loopbackTotal, 1)
})
