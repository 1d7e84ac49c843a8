import { deepEqual, equal } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { createLog } from '../../server/log.ts'
import { VERSION } from '../../server/parts.ts'

test('an event is one line of JSON, whatever is in its message', () => {
  const lines: string[] = []
  const log = createLog(
    line => void lines.push(line),
    () => Date.UTC(2026, 10, 21),
  )
  log('warning', 'store', 'two\nlines', { bytes: 5 })
  equal(lines[0]?.indexOf('\n'), (lines[0]?.length ?? 0) - 1)
  deepEqual(JSON.parse(lines[0] ?? ''), {
    at: '2026-11-21T00:00:00.000Z',
    level: 'warning',
    part: 'store',
    message: 'two\nlines',
    bytes: 5,
  })
})

test('the version that openapi.json tells is that of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../server/package.json', import.meta.url), 'utf8'))
  equal(VERSION, manifest.version)
})
