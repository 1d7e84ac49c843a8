import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Recording } from '../../../agent/sources/recording.ts'
import {
  DUMPED,
  decodeHeader,
  decodeRecords,
  ENDED,
  encodeHeader,
  encodeRecord,
} from '../../../agent/sources/recording-format.ts'

const whole = Buffer.concat([
  encodeHeader({ dumpEveryMs: 5000 }),
  encodeRecord(1_700_000_000_123, DUMPED, Uint8Array.of(1, 2, 3)),
  encodeRecord(1_700_000_000_456, ENDED, Uint8Array.of(4, 5, 6, 7)),
])

test('the layout is the one the format says', () => {
  equal(whole.subarray(0, 8).toString('latin1'), 'WEIRREC1')
  equal(whole.readUInt32LE(8), 5000)
  equal(whole.readDoubleLE(16), 1_700_000_000_123)
  deepEqual([whole.readUInt32LE(24), whole.readUInt32LE(28)], [DUMPED, 3])
  equal(whole.length, 16 + (16 + 4) + (16 + 4))
})

test('records come back as they went in', () => {
  deepEqual(decodeHeader(whole), { dumpEveryMs: 5000 })
  deepEqual(
    [...decodeRecords(whole)].map(({ at, kind, bytes }) => [at, kind, [...bytes]]),
    [
      [1_700_000_000_123, DUMPED, [1, 2, 3]],
      [1_700_000_000_456, ENDED, [4, 5, 6, 7]],
    ],
  )
})

test('a recording that breaks off anywhere gives the records before', () => {
  for (let length = 16; length < whole.length; length++) {
    const found = [...decodeRecords(whole.subarray(0, length))].length
    equal(found, length < 35 ? 0 : 1, `${length} bytes`)
  }
})

const bad: readonly [why: string, bytes: Uint8Array, words: RegExp][] = [
  ['another file', Buffer.from('PK\\x03\\x04 something else entirely'), /is no|not a conntrack recording/],
  ['an empty file', Buffer.alloc(0), /not a conntrack recording/],
  ['a header alone', encodeHeader({ dumpEveryMs: 5000 }), /holds no datagrams/],
  [
    'an interval that does not divide a minute',
    Buffer.concat([encodeHeader({ dumpEveryMs: 7 }), whole.subarray(16)]),
    /7 ms/,
  ],
]
for (const [why, bytes, words] of bad)
  test(`${why} is refused with the file's name`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-recording-'))
    const file = join(folder, 'some.rec')
    writeFileSync(file, bytes)
    try {
      throws(
        () => new Recording({ file, windowMs: 1000, mtu: 1500, loop: false }),
        (error: Error) => {
          match(error.message, words)
          match(error.message, /some\.rec/)
          return true
        },
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
