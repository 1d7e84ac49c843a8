import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { ByteReader, ByteWriter } from '../../../agent/flows/varint.ts'

const cases: readonly [value: number, bytes: number[]][] = [
  [0, [0]],
  [127, [0x7f]],
  [128, [0x80, 1]],
  [300, [0xac, 2]],
  [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
  [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
]
for (const [value, bytes] of cases)
  test(`${value} is ${bytes.length} bytes of LEB128, there and back`, () => {
    const writer = new ByteWriter()
    writer.varint(value)
    deepEqual([...writer.written()], bytes)
    equal(new ByteReader(Uint8Array.from(bytes)).varint(), value)
  })

test('fields written over many growths come back in order', () => {
  const writer = new ByteWriter()
  for (let i = 0; i < 5000; i++) {
    writer.u8(i & 255)
    writer.u32(i * 65537)
    writer.f64(i / 3)
    writer.bytes(Uint8Array.of(1, 2, 3))
  }
  const reader = new ByteReader(writer.written().slice())
  for (let i = 0; i < 5000; i++) {
    equal(reader.u8(), i & 255)
    equal(reader.u32(), i * 65537)
    equal(reader.f64(), i / 3)
    deepEqual([...reader.bytes(3)], [1, 2, 3])
  }
  equal(reader.left, 0)
})

test('the end of the bytes is a RangeError that says where, in every field', () => {
  for (const read of ['u8', 'u32', 'f64', 'varint'] as const)
    throws(() => new ByteReader(new Uint8Array())[read](), /ends at byte 0, in a field at 0/)
  throws(() => new ByteReader(Uint8Array.of(0x80, 0x80)).varint(), RangeError)
  throws(() => new ByteReader(new Uint8Array(20).fill(0x80)).varint(), /longer than 53 bits/)
})
