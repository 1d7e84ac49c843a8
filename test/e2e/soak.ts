import { parseArgs } from 'node:util'
import { buildPage, servePage } from './built-page.ts'
import { openBrowser } from './chromium.ts'

/**
 * Leaves the page open for a day's work with 1,000 demo services, under a clock that runs fast, and looks at its memory
 * before and after. The feed is the demo's: frames of the size a server sends, but no socket.
 *
 *   node test/e2e/soak.ts [--hours 8] [--json]
 */
const { values } = parseArgs({ options: { hours: { type: 'string', default: '8' }, json: { type: 'boolean' } } })
const hours = Number(values.hours)
const BAR_MB = 200
const STEP_MS = 10_000

const built = await buildPage()
const served = await servePage(built.directory)
const browser = await openBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
  await page.clock.install({ time: new Date('2026-11-20T09:00:00Z') })
  await page.goto(`${served.url}?demo=large`)
  const inspector = await page.context().newCDPSession(page)
  const heapMb = async () => {
    await inspector.send('HeapProfiler.collectGarbage')
    return (await inspector.send('Runtime.getHeapUsage')).usedSize / 1e6
  }
  await page.clock.runFor(STEP_MS)
  const atStart = await heapMb()
  for (let passed = 0; passed < hours * 3_600_000; passed += STEP_MS) await page.clock.runFor(STEP_MS)
  const atEnd = await heapMb()
  const asOf = await page.getByText('Data as of').locator('..').textContent()
  console.log(`after ${hours} h: ${asOf}; heap ${atStart.toFixed(1)} MB at first, ${atEnd.toFixed(1)} MB at last`)
  if (values.json) console.log(JSON.stringify({ hours, heapMbAtStart: atStart, heapMbAtEnd: atEnd, barMb: BAR_MB }))
  process.exitCode = atEnd <= BAR_MB ? 0 : 1
} finally {
  await browser.close()
  await served.close()
  await built.remove()
}
