import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { encodeFrame, scanFrames } from '../../../agent/uplink/frames.ts'

const [a, b, c] = ['first', 'second', ''].map((text, i) => encodeFrame(i + 1, Buffer.from(text))) as [
  Buffer,
  Buffer,
  Buffer,
]
const read = (segment: Buffer) => {
  const { frames, soundBytes, state } = scanFrames(segment)
  return { texts: frames.map(({ kind, body }) => `${kind}:${body}`), soundBytes, state }
}

test('frames come back in order, with where their bodies lie', () => {
  const segment = Buffer.concat([a, b, c])
  deepEqual(read(segment), { texts: ['1:first', '2:second', '3:'], soundBytes: segment.length, state: 'clean' })
  for (const { at, body } of scanFrames(segment).frames) deepEqual(segment.subarray(at, at + body.length), body)
})

test('an empty segment is clean', () => {
  deepEqual(read(Buffer.alloc(0)), { texts: [], soundBytes: 0, state: 'clean' })
})

test('every cut through the last frame leaves the ones before it, and is a torn end', () => {
  for (let cut = 1; cut < b.length; cut++) {
    const segment = Buffer.concat([a, b]).subarray(0, a.length + b.length - cut)
    deepEqual(read(segment), { texts: ['1:first'], soundBytes: a.length, state: 'torn' })
  }
})

test('every flipped bit of a frame loses that frame and no other', () => {
  for (let bit = 0; bit < b.length * 8; bit++) {
    const segment = Buffer.concat([a, b, c])
    segment.writeUInt8(segment.readUInt8(a.length + (bit >> 3)) ^ (1 << (bit & 7)), a.length + (bit >> 3))
    deepEqual(read(segment), { texts: ['1:first', '3:'], soundBytes: a.length, state: 'damaged' })
  }
})

test('a body that holds what looks like a frame is read as a body', () => {
  const nested = encodeFrame(9, Buffer.concat([a, b]))
  equal(scanFrames(Buffer.concat([nested, c])).frames.length, 2)
})
