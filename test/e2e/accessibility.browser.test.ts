import { deepEqual } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { menu, pathOf } from '../../web/route.ts'
import { accessibilityFaults } from './axe.ts'
import { buildPage, servePage } from './built-page.ts'
import { noBrowser, openBrowser } from './chromium.ts'

const paths: readonly string[] = [
  ...menu.map(page => `${pathOf(page)}?demo`),
  '/rollouts/demo-1?demo',
  '/services/shop/checkout?demo',
  '/pairs?last=7d&demo',
  '/?style=table&demo',
  '/costs?demo=scoped',
  '/costs?demo=empty',
  '/health?demo=empty',
  '/flows?demo=error',
  '/costs?demo=error',
]

describe('every page, by the rules of WCAG 2.2 AA', { skip: noBrowser }, () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let served: Awaited<ReturnType<typeof servePage>>
  let browser: Browser
  const pages = new Map<string, Page>()

  before(async () => {
    built = await buildPage()
    served = await servePage(built.directory)
    browser = await openBrowser()
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({
        viewport: { width: 1280, height: 900 },
        colorScheme,
        reducedMotion: 'reduce',
      })
      page.setDefaultTimeout(15_000)
      pages.set(colorScheme, page)
    }
  })
  after(async () => {
    await browser?.close()
    await served?.close()
    await built?.remove()
  })

  for (const theme of ['light', 'dark'])
    for (const path of paths)
      test(`${path}, ${theme}`, async () => {
        const page = pages.get(theme)
        if (page === undefined) throw new Error('a page of this theme')
        await page.goto(served.url + path.slice(1))
        await page.getByLabel('What the numbers rest on').waitFor()
        await page.locator('main .panel, main .banner').first().waitFor()
        await page.locator('.loading').first().waitFor({ state: 'detached' })
        deepEqual(await accessibilityFaults(page), [])
      })
})
