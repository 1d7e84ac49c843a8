import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { readFixedFile } from '../../server/directory/fixed/file.ts'
import { directoryDocument, writeDirectory } from './directory-file.ts'
import { shop } from './shop.ts'

const layout = shop(1500)

test('the server reads the directory of the lab without a complaint', t => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-directory-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'directory.yaml')
  writeDirectory(file, layout)
  const read = readFixedFile(readFileSync(file, 'utf8'), epochMs(Date.now()))
  deepEqual(read.ok ? [] : read.problems, [])
})

test('a moved pod keeps its addresses and changes its node', () => {
  const [stayed, moved] = [undefined, new Map([['cart-0', 'c2']])].map(where =>
    directoryDocument(layout, where).pods.find(pod => pod.name === 'cart-0'),
  )
  equal(stayed?.node, 'node-b1')
  equal(moved?.node, 'node-c2')
  deepEqual(moved?.addresses, stayed?.addresses)
})
