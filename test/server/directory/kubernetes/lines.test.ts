import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineSplitter, LONGEST_LINE } from '../../../../server/directory/kubernetes/lines.ts'

const bytes = Buffer.from('{"a":"ü"}\n\n{"b":"日本"}\n{"c":')

test('lines are the same wherever the bytes are cut', () => {
  for (let size = 1; size <= bytes.length; size++) {
    const splitter = new LineSplitter()
    const lines: string[] = []
    for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.push(bytes.subarray(at, at + size)))
    assert.deepEqual(lines, ['{"a":"ü"}', '{"b":"日本"}'], `chunks of ${size}`)
    assert.equal(splitter.isInside, true)
  }
})

test('a stream that ends after a newline ends within no line', () => {
  const splitter = new LineSplitter()
  splitter.push(Buffer.from('{}\n'))
  assert.equal(splitter.isInside, false)
})

test('a line without end is not collected for ever', () => {
  const splitter = new LineSplitter()
  splitter.push(new Uint8Array(LONGEST_LINE).fill(0x61))
  assert.throws(() => splitter.push(Uint8Array.of(0x61)), /a line of more than 16777216 bytes/)
})
