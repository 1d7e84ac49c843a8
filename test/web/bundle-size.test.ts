import { ok } from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildPage } from '../e2e/built-page.ts'

const BUDGET_BYTES = 200_000

test('the first load is at most 200 kB of gzipped JavaScript, and nothing in the page is inline', async t => {
  const { directory, remove } = await buildPage()
  try {
    const html = await readFile(join(directory, 'index.html'), 'utf8')
    const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '')
    ok(first.length > 0, 'the page loads no script at all')
    let size = 0
    for (const path of first) size += gzipSync(await readFile(join(directory, path)), { level: 9 }).length
    t.diagnostic(`first load: ${size} bytes of gzipped JavaScript in ${first.length} files`)
    ok(size <= BUDGET_BYTES, `${size} bytes are more than ${BUDGET_BYTES}`)

    // The server's policy is default-src 'self' without 'unsafe-inline': such a page would stay blank.
    ok(!/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/.test(html), 'something is inline in index.html')
    const scripts = (await readdir(join(directory, 'assets'))).filter(name => name.endsWith('.js'))
    ok(scripts.length > first.length, 'the demo should be loaded apart, and only when asked for')
  } finally {
    await remove()
  }
})
