import { parseArgs } from 'node:util'
import { buildPage, servePage } from './built-page.ts'
import { openBrowser } from './chromium.ts'

/**
 * Leaves the page open for a day's work with 1,000 demo services, under a clock that runs fast, and looks at its memory
 * every quarter of an hour. The feed is the demo's: frames of the size a server sends, but no socket.
 *
 *   node test/e2e/soak.ts [--hours 8] [--scene large] [--json]
 */
const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '8' },
    scene: { type: 'string', default: 'large' },
    json: { type: 'boolean' },
  },
})
const hours = Number(values.hours)
const BAR_MB = 200
const STEP_MS = 10_000
const HOUR_MS = 3_600_000

const built = await buildPage()
const served = await servePage(built.directory)
const browser = await openBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
  await page.clock.install({ time: new Date('2026-11-20T09:00:00Z') })
  await page.goto(`${served.url}?demo=${values.scene}`)
  const inspector = await page.context().newCDPSession(page)
  const heapMb = async () => {
    await inspector.send('HeapProfiler.collectGarbage')
    return (await inspector.send('Runtime.getHeapUsage')).usedSize / 1e6
  }
  await page.clock.runFor(STEP_MS)
  const heaps = [await heapMb()]
  for (let passed = STEP_MS; passed <= hours * HOUR_MS; passed += STEP_MS) {
    await page.clock.runFor(STEP_MS)
    if (passed % (HOUR_MS / 4) !== 0) continue
    heaps.push(await heapMb())
    console.log(`after ${passed / HOUR_MS} h: heap ${heaps.at(-1)?.toFixed(1)} MB`)
  }
  const atEnd = heaps.at(-1) ?? 0
  console.log(await page.getByText('Data as of').locator('..').textContent())
  if (values.json) console.log(JSON.stringify({ hours, heapsMb: heaps, barMb: BAR_MB }))
  process.exitCode = atEnd <= BAR_MB ? 0 : 1
} finally {
  await browser.close()
  await served.close()
  await built.remove()
}
