import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { buildPage, servePage } from './built-page.ts'
import { openBrowser } from './chromium.ts'

/** Pictures of the page with demo data at a fixed moment: a picture changes when the page does. */
const moment = new Date('2026-11-20T14:03:24Z')
const outDir = new URL('../../docs/screenshots', import.meta.url).pathname

/** The demo sends every 2 s, the page looks at its clock every second. */
const SETTLED_MS = 2_500
/** By then the trouble of a scene has begun. */
const TROUBLE_MS = 4_000

/** Of a long page the beginning is enough. */
const MOST_PX = 2600

interface Picture {
  readonly name: string
  /** Path without its first slash, and query. */
  readonly query: string
  readonly width: number
  readonly theme: 'light' | 'dark'
  /** How long the page has been open. */
  readonly afterMs: number
}

const nameOf = (path: string): string =>
  path.replace(/\/.*/, '').replace(/s$/, path.includes('/') ? '' : 's') || 'overview'

const sizes = [1440, 400] as const
const themes = ['light', 'dark'] as const
const pictures: Picture[] = [
  ...(
    [
      '',
      'pairs',
      'zones',
      'costs',
      'rollouts',
      'rollouts/demo-1',
      'services/shop/checkout',
      'advice',
      'flows',
      'health',
      'about',
    ] as const
  ).flatMap(path =>
    sizes.flatMap(width =>
      themes.map(theme => {
        const query = `${path}?${path === 'pairs' ? 'last=7d&' : ''}demo`
        return { name: `${nameOf(path)}-${width}-${theme}`, query, width, theme, afterMs: 0 }
      }),
    ),
  ),
  {
    name: 'all-traffic-lines',
    query: '?crossing=all&by=crossing&style=lines&demo',
    width: 1440,
    theme: 'light',
    afterMs: 0,
  },
  { name: 'filtered', query: '?responder=kafka&namespace=!search&demo', width: 1440, theme: 'dark', afterMs: 0 },
  { name: 'empty', query: '?demo=empty', width: 1440, theme: 'light', afterMs: 0 },
  { name: 'quiet', query: '?demo=quiet', width: 1440, theme: 'light', afterMs: 0 },
  { name: 'stale', query: '?demo=stale', width: 1440, theme: 'light', afterMs: 0 },
  { name: 'disconnected', query: '?demo=disconnected', width: 1440, theme: 'dark', afterMs: 75_000 },
  { name: 'error', query: '?demo=error', width: 1440, theme: 'light', afterMs: 0 },
  { name: 'open', query: '?demo=open', width: 1440, theme: 'light', afterMs: 0 },
  { name: 'scoped', query: '?demo=scoped', width: 1440, theme: 'dark', afterMs: 0 },
  { name: 'login', query: 'login.html', width: 1440, theme: 'light', afterMs: 0 },
  {
    name: 'login-wrong',
    query: 'login.html?says=This token is not valid here.',
    width: 400,
    theme: 'dark',
    afterMs: 0,
  },
  { name: 'paused', query: '?paused&demo', width: 400, theme: 'light', afterMs: 42_000 },
]

async function take(browser: Browser, url: string, picture: Picture): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: picture.width, height: picture.width > 1000 ? 1000 : 860 },
    colorScheme: picture.theme,
    reducedMotion: 'reduce',
    deviceScaleFactor: picture.width > 1000 ? 1 : 2,
  })
  // The page's clock stands still while its timers run, so that ages on the pictures are always the same.
  await page.clock.setFixedTime(moment)
  await page.goto(url + picture.query)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForTimeout(SETTLED_MS)
  for (const passed of picture.afterMs > 0 ? [TROUBLE_MS, picture.afterMs] : []) {
    await page.clock.setFixedTime(moment.getTime() + passed)
    await page.waitForTimeout(SETTLED_MS)
  }
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
  await page.screenshot({
    path: join(outDir, `${picture.name}.png`),
    fullPage: true,
    animations: 'disabled',
    clip: { x: 0, y: 0, width: picture.width, height: Math.min(height, MOST_PX) },
  })
  await page.close()
}

const wanted = process.argv.slice(2)
await mkdir(outDir, { recursive: true })
const built = await buildPage()
const served = await servePage(built.directory)
const browser = await openBrowser()
try {
  for (const picture of pictures)
    if (wanted.length === 0 || wanted.includes(picture.name)) {
      await take(browser, served.url, picture)
      console.log(`docs/screenshots/${picture.name}.png`)
    }
} finally {
  await browser.close()
  await served.close()
  await built.remove()
}
