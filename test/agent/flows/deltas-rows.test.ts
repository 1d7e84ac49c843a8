import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionRow } from '../../../agent/sources/flow-source.ts'
import { type Shown, Watched } from './watched.ts'

const cases: readonly [why: string, shown: Shown, want: Partial<ConnectionRow>][] = [
  [
    'a direct call: who is dialled answers, ephemeral ports are summed away',
    { from: '10.0.0.1:40000', to: '10.0.0.2:80', up: 10, down: 20, packetsUp: 1, packetsDown: 2 },
    {
      protocol: 6,
      initiator: '10.0.0.1',
      initiatorPort: 0,
      dialled: '10.0.0.2',
      dialledPort: 80,
      responder: '10.0.0.2',
      responderPort: 80,
      seenAs: '10.0.0.1',
      bytesToResponder: 10,
      bytesToInitiator: 20,
      packetsToResponder: 1,
      packetsToInitiator: 2,
      connections: 1,
    },
  ],
  [
    'a Service address is seen through to the pod that answers',
    { from: '10.1.1.10:33442', to: '10.96.0.10:80', answeredBy: '10.1.2.20:8080', up: 1 },
    { initiator: '10.1.1.10', dialled: '10.96.0.10', dialledPort: 80, responder: '10.1.2.20', responderPort: 8080 },
  ],
  [
    'a NodePort with masquerade tells whom the pod sees',
    {
      from: '192.168.50.99:35692',
      to: '192.168.50.1:30080',
      answeredBy: '10.1.2.20:8080',
      seenAs: '192.168.50.1:23172',
      up: 1,
    },
    { initiator: '192.168.50.99', dialledPort: 30080, seenAs: '192.168.50.1' },
  ],
  [
    'a process of the node that dials localhost:nodePort goes out under the address of the node',
    { from: '127.0.0.1:40000', to: '127.0.0.1:30080', answeredBy: '10.1.2.20:8080', seenAs: '10.0.0.5:40000', up: 1 },
    { initiator: '10.0.0.5', dialled: '127.0.0.1', responder: '10.1.2.20' },
  ],
  [
    'an echo request has no ports, whatever stands in their place',
    { protocol: 1, from: '10.0.0.1:4711', to: '10.0.0.2:0', up: 84 },
    { protocol: 1, initiatorPort: 0, dialledPort: 0, responderPort: 0 },
  ],
  ['the zone of the table is kept', { zone: 65520, up: 1 }, { conntrackZone: 65520 }],
  ['a port above 32767 stays positive', { to: '10.0.0.2:65535', up: 1 }, { dialledPort: 65535, responderPort: 65535 }],
  [
    'a superpacket of TCP was cut into segments with headers of their own',
    { up: 14_532, packetsUp: 1, down: 52, packetsDown: 1 },
    { bytesToResponder: 14_532, wireToResponder: 14_532 + 9 * 52, wireToInitiator: 52 },
  ],
]

for (const [why, shown, want] of cases)
  test(why, () => {
    const watched = new Watched()
    watched.dump([])
    watched.end(shown)
    const [row, ...more] = watched.take()
    equal(more.length, 0)
    deepEqual({ ...row, ...want }, row)
  })

test('connections that differ in the ephemeral port are one row', () => {
  const watched = new Watched()
  watched.dump([])
  watched.dump([{ up: 1 }, { id: 2, from: '10.0.0.1:40001', up: 2 }, { id: 3, from: '10.0.0.1:40002', up: 4 }])
  deepEqual(
    watched.take().map(row => [row.bytesToResponder, row.connections]),
    [[7, 3]],
  )
})

test('a row nothing is bound to is forgotten with its window', () => {
  const watched = new Watched()
  watched.dump([])
  for (let i = 0; i < 500; i++) watched.end({ from: `10.0.${i >> 8}.${i & 255}:1`, up: 1 })
  equal(watched.take().length, 500)
  equal(watched.connections.records.rows.size, 0)
})

test('IPv6 addresses are told apart in every word', () => {
  const watched = new Watched(4)
  const shown: Shown[] = ['fd00::1', 'fd01::1', 'fd00:0:1::1', 'fd00::1:0:1', 'fd00::2'].map((address, i) => ({
    from: `[${address}]:1000`,
    to: '[fd00::9]:80',
    up: 10 ** i,
  }))
  watched.dump([])
  watched.dump(shown)
  deepEqual(
    watched.take().map(row => [row.initiator, row.bytesToResponder]),
    shown.map((one, i) => [one.from?.slice(1, -6), 10 ** i]),
  )
})

test('connections first seen after a bind carry the new binding, older ones keep theirs', () => {
  const watched = new Watched()
  watched.bindings.add(7, 1)
  watched.dump([{ up: 1 }])
  watched.bindings.add(8, 2)
  watched.dump([{ up: 3 }, { id: 2, from: '10.0.0.1:40001', up: 50 }])
  deepEqual(
    watched.take().map(row => [row.binding, row.bytesToResponder, row.connections]),
    [
      [7, 2, 0],
      [8, 50, 1],
    ],
  )
})

test('where the kernel tells when a connection was opened, that moment binds it, however late it is seen', () => {
  const watched = new Watched()
  watched.dump([])
  watched.bindings.add(7, 1000)
  watched.bindings.add(8, 2000)
  watched.end(
    { from: '10.0.0.1:40001', up: 10, openedMs: 1900 },
    { id: 2, from: '10.0.0.1:40002', up: 20, openedMs: 2000 },
  )
  watched.dump([
    { id: 3, from: '10.0.0.1:40003', up: 40, openedMs: 1999 },
    { id: 4, from: '10.0.0.1:40004', up: 80, openedMs: 500 },
  ])
  deepEqual(
    watched.take().map(row => [row.binding, row.since, row.bytesToResponder]),
    [
      [7, 500, 130],
      [8, 2000, 20],
    ],
  )
})

test('a row begins anew with its next connection when no connection is left in it', () => {
  const watched = new Watched()
  watched.dump([])
  for (const openedMs of [1000, 3000]) {
    watched.end({ up: 10, openedMs })
    deepEqual(
      watched.take().map(row => row.since),
      [openedMs],
    )
  }
})

test('a reopened connection has the binding of when it was reopened; the rest of the older one goes to the older', () => {
  const watched = new Watched()
  watched.dump([])
  watched.bindings.add(1, 1)
  watched.dump([{ up: 100 }])
  watched.take()
  watched.bindings.add(2, 2)
  watched.dump([{ up: 30 }], [{ up: 160 }])
  deepEqual(
    watched.take().map(row => [row.binding, row.bytesToResponder, row.connections]),
    [
      [1, 60, 0],
      [2, 30, 1],
    ],
  )
})

test('a window holds only what is new in it', () => {
  const watched = new Watched()
  watched.dump([])
  watched.dump([{ up: 100 }])
  deepEqual(watched.total(), { up: 100, down: 0, connections: 1 })
  watched.dump([{ up: 100 }])
  deepEqual(watched.take(), [])
  watched.dump([{ up: 101 }])
  deepEqual(watched.total(), { up: 1, down: 0, connections: 0 })
})
