import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { EAGAIN } from '../../../agent/netlink/constants.ts'
import { dumpRequest } from '../../../agent/netlink/request.ts'
import { ASKED, DUMPED, ENDED, type RecordedDatagram } from '../../../agent/sources/recording-format.ts'
import { RecordingSocket } from '../../../agent/sources/recording-socket.ts'

const EIO = 5
const EVERY_MS = 1000
/** A datagram of one message of 20 bytes; its last byte names it. */
const record = (at: number, kind: number, name = 0): RecordedDatagram => {
  const bytes = new Uint8Array(kind === ASKED ? 0 : 20)
  if (kind !== ASKED) {
    bytes[0] = 20
    bytes[19] = name
  }
  return { at, kind, bytes }
}

/** Names of what the socket gives until it has no more for now. */
function drained(socket: RecordingSocket): number[] {
  const names: number[] = []
  const buffer = new Uint8Array(100)
  for (let length = socket.receiveEvent(buffer); length > 0; length = socket.receiveEvent(buffer))
    names.push(buffer[19] ?? 0)
  return names
}

const records = [
  record(0, ASKED),
  record(1, DUMPED, 1),
  record(2, ENDED, 51),
  record(3, DUMPED, 2),
  record(400, ENDED, 52),
  record(1000, ASKED),
  record(1001, DUMPED, 3),
  record(1002, ENDED, 53),
  record(2000, ASKED),
  record(2001, DUMPED, 4),
]

test('what came after the first dump comes after it, even when the machine is far too late', () => {
  const socket = new RecordingSocket(records, 0, EVERY_MS, () => 100_000)
  const buffer = new Uint8Array(100)
  equal(socket.send(dumpRequest(7)) > 0, true)
  equal(socket.receiveDump(buffer), 20)
  deepEqual([buffer[19], buffer[8]], [1, 7])
  deepEqual(drained(socket), [])
  equal(socket.receiveDump(buffer), 20)
  equal(buffer[19], 2)
  deepEqual(drained(socket), [51])
  deepEqual(drained(socket), [52])
})

test('the newest dump that is due is given; events of those left out are not lost', () => {
  const clock = { now: 0 }
  const socket = new RecordingSocket(records, 0, EVERY_MS, () => clock.now)
  const buffer = new Uint8Array(100)
  socket.send(dumpRequest(1))
  socket.receiveDump(buffer)
  socket.receiveDump(buffer)
  const heard = drained(socket)
  clock.now = 2000
  equal(socket.send(dumpRequest(2)) > 0, true)
  socket.receiveDump(buffer)
  equal(buffer[19], 4)
  heard.push(...drained(socket))
  deepEqual(heard, [51, 52, 53])
  equal(socket.atEnd, true)
})

test('no dump is due: ask again later', () => {
  const clock = { now: 0 }
  const socket = new RecordingSocket(records, 0, EVERY_MS, () => clock.now)
  const buffer = new Uint8Array(100)
  socket.send(dumpRequest(1))
  socket.receiveDump(buffer)
  socket.receiveDump(buffer)
  drained(socket)
  equal(socket.send(dumpRequest(2)), -EAGAIN)
  equal(socket.receiveDump(buffer), -EIO)
})
