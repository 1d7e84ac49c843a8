import { ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildPage } from '../e2e/built-page.ts'

const BUDGET_BYTES = 200_000

/** Of Vite: what each source became, and what that loads at once. */
interface Manifest {
  readonly [source: string]: {
    readonly file: string
    readonly imports?: readonly string[]
    readonly isDynamicEntry?: boolean
  }
}

test('the first load of every page is at most 200 kB of gzipped JavaScript, and nothing is inline', async t => {
  const { directory, remove } = await buildPage()
  try {
    const html = await readFile(join(directory, 'index.html'), 'utf8')
    // The server's policy is default-src 'self' without 'unsafe-inline': such a page would stay blank.
    ok(!/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/.test(html), 'something is inline in index.html')

    const manifest: Manifest = JSON.parse(await readFile(join(directory, '.vite', 'manifest.json'), 'utf8'))
    const sourcesFor = (source: string): string[] => [source, ...(manifest[source]?.imports ?? []).flatMap(sourcesFor)]
    const weigh = async (sources: readonly string[]) => {
      const files = new Set(sources.flatMap(sourcesFor).map(source => manifest[source]?.file ?? ''))
      const contents = await Promise.all([...files].map(file => readFile(join(directory, file))))
      return contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0)
    }
    const later = Object.keys(manifest).filter(
      source => manifest[source]?.isDynamicEntry && source.startsWith('pages/'),
    )
    ok(later.length >= 5, 'pages should be loaded apart, each when somebody goes there')
    ok(manifest['feed/demo.ts']?.isDynamicEntry, 'the demo should be loaded apart, and only when asked for')
    for (const page of [undefined, ...later]) {
      const size = await weigh(page === undefined ? ['index.html'] : ['index.html', page])
      t.diagnostic(`${page ?? 'the overview'}: ${size} bytes of gzipped JavaScript`)
      ok(size <= BUDGET_BYTES, `${page}: ${size} bytes are more than ${BUDGET_BYTES}`)
    }
  } finally {
    await remove()
  }
})
