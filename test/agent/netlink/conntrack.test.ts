import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress } from '@weir/contract/addresses.ts'
import {
  type AddressWords,
  destinationPort,
  hasPorts,
  KEY_ADDRESSES,
  KEY_ID,
  KEY_ORIGINAL_PORTS,
  KEY_PROTOCOL,
  KEY_REPLY_PORTS,
  protocolOf,
  sourcePort,
  zoneOf,
} from '../../../agent/flows/deltas-key.ts'
import { newSighting, readSighting } from '../../../agent/flows/deltas-sighting.ts'
import { isMidStream } from '../../../agent/flows/orient.ts'
import { ConntrackDecoder, DONE, type EntrySink, MORE } from '../../../agent/netlink/conntrack.ts'
import { AF_INET6, NLMSG_DONE, NLMSG_ERROR } from '../../../agent/netlink/constants.ts'
import { DATAGRAM_BYTES, Frame, swap32 } from '../../../agent/netlink/frame.ts'
import type { Shape } from '../../../agent/netlink/shape.ts'
import { bytesOf, captured, frameOf, type Printed, type PrintedSide } from './captured.ts'

/** Reads entries back into the words conntrack-tools uses. */
class Reader implements EntrySink {
  readonly entries: Printed[] = []
  readonly ends: Printed[] = []
  expected(): boolean {
    return false
  }
  entry(words: Int32Array, base: number, shape: Shape): void {
    this.entries.push(printed(words, base, shape))
  }
  ended(words: Int32Array, base: number, shape: Shape): void {
    this.ends.push(printed(words, base, shape))
  }
}

function printed(words: Int32Array, base: number, shape: Shape): Printed {
  const n: AddressWords = shape.family === AF_INET6 ? 4 : 1
  const { key, counters, ...seen } = readInto(words, base, shape, n)
  const word = (at: number) => key[at] ?? 0
  const protocol = protocolOf(word(KEY_PROTOCOL))
  const raw = new Uint8Array(key.buffer)
  const address = (i: number) =>
    formatAddress(raw.subarray((KEY_ADDRESSES + i * n) * 4, (KEY_ADDRESSES + (i + 1) * n) * 4))
  const side = (direction: 0 | 1): PrintedSide => {
    const ports = hasPorts(protocol) ? word(direction === 0 ? KEY_ORIGINAL_PORTS : KEY_REPLY_PORTS) : 0
    return {
      src: address(2 * direction),
      dst: address(2 * direction + 1),
      sport: sourcePort(ports),
      dport: destinationPort(ports),
      packets: seen.hasCounters ? (counters[2 + direction] ?? 0) : 0,
      bytes: seen.hasCounters ? (counters[direction] ?? 0) : 0,
    }
  }
  return {
    id: swap32(word(KEY_ID)),
    zone: zoneOf(word(KEY_PROTOCOL)),
    protocol,
    counted: seen.hasCounters,
    original: side(0),
    reply: side(1),
  }
}

function readInto(words: Int32Array, base: number, shape: Shape, n: AddressWords) {
  const sighting = newSighting(n)
  readSighting(sighting, words, base, shape, n)
  return sighting
}

function decode(messages: readonly Uint8Array[], sequence = 0) {
  const decoder = new ConntrackDecoder()
  const reader = new Reader()
  const { frame, length } = frameOf(...messages)
  const result = decoder.decode(frame, 0, length, sequence, reader)
  return { decoder, reader, result }
}

for (const { expect, entry, ended } of captured) {
  const { original, protocol, zone } = expect
  const what = `protocol ${protocol} from ${original.src} to ${original.dst} port ${original.dport} in zone ${zone}`
  test(`an entry of a dump reads as conntrack-tools prints it: ${what}`, () => {
    deepEqual(decode([bytesOf(entry)]).reader.entries, [expect])
  })
  test(`an event reads the same: ${what}`, () => {
    deepEqual(decode([bytesOf(ended)]).reader.ends, [expect])
  })
}

test('messages of a known layout, of a new one and of a known one again come out right in one datagram', () => {
  const all = [...captured, ...captured]
  const { reader } = decode(all.map(({ entry }) => bytesOf(entry)))
  deepEqual(
    reader.entries,
    all.map(({ expect }) => expect),
  )
})

test('the entry made after a flush in the middle of a connection is known by its TCP flags, the others are not', () => {
  const found: boolean[] = []
  const sink: EntrySink = {
    expected: () => false,
    entry: (words, base, shape) =>
      found.push(isMidStream(readInto(words, base, shape, shape.family === AF_INET6 ? 4 : 1).tcpFlags)),
    ended: () => {},
  }
  const { frame, length } = frameOf(...captured.map(({ entry }) => bytesOf(entry)))
  new ConntrackDecoder().decode(frame, 0, length, 0, sink)
  // The one connection whose counters lack the three packets of its beginning.
  const pickedUp = captured.map(({ expect }) => expect.protocol === 6 && expect.original.packets === 1)
  deepEqual(found, pickedUp)
  equal(pickedUp.filter(Boolean).length, 1)
})

test('an attribute this project does not know is stepped over, at the top and inside a tuple', () => {
  for (const { expect, entry } of captured) {
    const unknown = Uint8Array.of(8, 0, 99, 0, 1, 2, 3, 4)
    deepEqual(decode([insert(bytesOf(entry), 20, unknown)]).reader.entries, [expect])
    deepEqual(decode([insert(bytesOf(entry), 24, unknown, 20)]).reader.entries, [expect])
  }
})

test('every prefix of a message is skipped and counted, or is whole', () => {
  for (const { entry } of captured) {
    const message = bytesOf(entry)
    for (let length = 0; length < message.length; length++) {
      const { frame } = frameOf(message)
      const decoder = new ConntrackDecoder()
      const reader = new Reader()
      equal(decoder.decode(frame, 0, length, 0, reader), MORE)
      equal(reader.entries.length, 0)
      equal(decoder.malformed, length < 16 ? 0 : 1)
    }
  }
})

test('a message cut short, with its length made to fit, never gives a wrong entry', () => {
  for (const { expect, entry } of captured)
    for (let length = 16; length < entry.length / 2; length += 4) {
      const message = bytesOf(entry).slice(0, length)
      new DataView(message.buffer).setUint32(0, length, true)
      for (const found of decode([message]).reader.entries)
        deepEqual({ ...found, ...uncounted(found) }, { ...expect, ...uncounted(expect), counted: found.counted })
    }
})

test('20,000 messages with random bytes changed do not throw, and what follows them is read', () => {
  const random = sequence(20260101)
  const decoder = new ConntrackDecoder()
  const last = captured[0]
  ok(last)
  const good = bytesOf(last.entry)
  const frame = new Frame(DATAGRAM_BYTES)
  for (let round = 0; round < 20_000; round++) {
    const source = captured[random() % captured.length]
    ok(source)
    const message = bytesOf(random() % 2 === 0 ? source.entry : source.ended)
    for (let changes = 1 + (random() % 4); changes > 0; changes--)
      message[4 + (random() % (message.length - 4))] = random() & 0xff
    frame.bytes.set(message)
    frame.bytes.set(good, message.length)
    const reader = new Reader()
    decoder.decode(frame, 0, message.length + good.length, 0, reader)
    const status = new DataView(message.buffer).getUint16(4, true)
    if (status !== NLMSG_DONE && status !== NLMSG_ERROR) deepEqual(reader.entries.at(-1), last.expect)
  }
  ok(decoder.malformed > 0)
})

const ends: readonly [why: string, type: number, status: number, want: number][] = [
  ['the end of a dump is the end', NLMSG_DONE, 0, DONE],
  ['an error in the end of a dump is handed up', NLMSG_DONE, -5, -5],
  ['a refusal is handed up as the kernel gave it', NLMSG_ERROR, -1, -1],
]
for (const [why, type, status, want] of ends) test(why, () => equal(decode([control(type, 7, status)], 7).result, want))

test('what answers another request is left out', () => {
  const first = captured[0]
  ok(first)
  const { result, reader } = decode([bytesOf(first.entry), control(NLMSG_DONE, 6, 0)], 7)
  equal(result, MORE)
  equal(reader.entries.length, 0)
})

test('an entry without a tuple, or without an id, is counted as malformed', () => {
  const first = captured[0]
  ok(first)
  const message = bytesOf(first.entry)
  for (const type of [1, 2, 12]) {
    const view = new DataView(message.buffer.slice(0))
    for (let at = 20; at < view.byteLength; at += (view.getUint16(at, true) + 3) & ~3)
      if ((view.getUint16(at + 2, true) & 0x3fff) === type) view.setUint16(at + 2, 98, true)
    const { decoder, reader } = decode([new Uint8Array(view.buffer)])
    equal(decoder.malformed, 1)
    equal(reader.entries.length, 0)
  }
})

/** nlmsghdr and an i32. */
function control(type: number, sequence: number, status: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(20))
  view.setUint32(0, 20, true)
  view.setUint16(4, type, true)
  view.setUint32(8, sequence, true)
  view.setInt32(16, status, true)
  return new Uint8Array(view.buffer)
}

/** The message with bytes put in at `at`; its length and, if given, that of the attribute at `parent` grow. */
function insert(message: Uint8Array, at: number, bytes: Uint8Array, parent?: number): Uint8Array {
  const out = new Uint8Array([...message.slice(0, at), ...bytes, ...message.slice(at)])
  const view = new DataView(out.buffer)
  view.setUint32(0, out.length, true)
  if (parent !== undefined) view.setUint16(parent, view.getUint16(parent, true) + bytes.length, true)
  return out
}

const uncounted = ({ original, reply }: Printed) => ({
  zone: 0,
  original: { ...original, packets: 0, bytes: 0 },
  reply: { ...reply, packets: 0, bytes: 0 },
})

/** Numbers that look random and are the same in every run (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
}
