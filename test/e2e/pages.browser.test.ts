import { equal, match } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { menu, pathOf } from '../../web/route.ts'
import { buildPage, servePage } from './built-page.ts'
import { noBrowser, openBrowser } from './chromium.ts'

describe('going from page to page, with demo data', { skip: noBrowser }, () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let served: Awaited<ReturnType<typeof servePage>>
  let browser: Browser
  let page: Page

  before(async () => {
    built = await buildPage()
    served = await servePage(built.directory)
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
    page.setDefaultTimeout(15_000)
  })
  after(async () => {
    await browser?.close()
    await served?.close()
    await built?.remove()
  })
  const open = (path: string) => page.goto(served.url + path)
  const nav = () => page.getByRole('navigation', { name: 'Pages' })

  test('a link of the menu carries the filter and the time along, and Back leads back', async () => {
    await open('?namespace=shop&last=24h&group=zone&demo')
    await nav().getByRole('link', { name: 'Pairs' }).click()
    await page.getByRole('heading', { name: 'Pairs', exact: true }).waitFor()
    equal(new URL(page.url()).pathname + new URL(page.url()).search, '/pairs?namespace=shop&last=24h&demo')
    equal(await nav().getByRole('link', { name: 'Pairs' }).getAttribute('aria-current'), 'page')
    equal(await page.title(), 'Pairs · Weir')
    await page.goBack()
    await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
    match(page.url(), /group=zone/)
  })

  test('an address without a page says so', async () => {
    await open('?demo')
    await page.evaluate("history.replaceState(null, '', '/nowhere?demo'); dispatchEvent(new Event('popstate'))")
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    await page.getByRole('link', { name: 'Go to the overview' }).click()
    await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  })

  test('a range of the past: bytes and cost are of it, not per hour, and the strip says which it is', async () => {
    await open('pairs?demo')
    await page.getByRole('combobox', { name: 'Time' }).selectOption('24h')
    await page.getByRole('columnheader', { name: 'Bytes in 24 hours' }).waitFor()
    await page.getByRole('columnheader', { name: 'Per 30 days' }).waitFor()
    match((await page.getByLabel('What the numbers rest on').textContent()) ?? '', /Range\d+ \w+ \d\d:\d\d to/)
    match(page.url(), /last=24h/)
  })

  test('zones are ranked in pairs, whatever the other pages group by', async () => {
    await open('?group=namespace&demo')
    await nav().getByRole('link', { name: 'Zones' }).click()
    const rows = page.getByRole('table', { name: 'Top pairs' }).getByRole('row')
    await rows
      .filter({ hasText: /^us-east-1a.*us-east-1b/ })
      .first()
      .waitFor()
    await page.getByRole('heading', { name: /^Top zone pairs/ }).waitFor()
  })

  test('paused, a range of the past stands still; resumed, it goes on', async () => {
    const other = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
    await other.clock.install({ time: new Date('2026-11-20T14:03:24Z') })
    await other.goto(`${served.url}pairs?last=1h&paused&demo`)
    const strip = other.getByLabel('What the numbers rest on')
    await strip.getByText('20 Nov 13:03 to 20 Nov 14:03 UTC').waitFor()
    await other.clock.runFor(180_000)
    await strip.getByText('20 Nov 13:03 to 20 Nov 14:03 UTC').waitFor()
    await other.getByRole('button', { name: 'Resume' }).click()
    await other.clock.runFor(2_000)
    await strip.getByText('20 Nov 13:06 to 20 Nov 14:06 UTC').waitFor()
    await other.close()
  })

  test('keys: t goes to the time, / to the filter, ? shows the keys and Escape hides them', async () => {
    await open('?demo')
    await page.getByRole('table', { name: 'Top pairs' }).waitFor()
    await page.keyboard.press('t')
    equal(await page.locator(':focus').getAttribute('id'), 'time')
    await page.getByRole('heading', { name: 'Overview', exact: true }).click()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('/')
    equal(await page.locator(':focus').getAttribute('id'), 'filter')
  })

  test('a stretch drawn on the chart becomes the time of the whole page, and Back undoes it', async () => {
    await open('?demo')
    const chart = page.locator('.plot .u-over')
    await chart.waitFor()
    const box = await chart.boundingBox()
    if (box === null) throw new Error('the chart has no place')
    await page.mouse.move(box.x + box.width * 0.4, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, box.y + 60, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/from=.*&to=/)
    await page.getByRole('columnheader', { name: /^Bytes in \d+ min$/ }).waitFor()
    await page.goBack()
    await page.getByRole('columnheader', { name: 'Bytes in 1 min' }).waitFor()
  })

  for (const path of [...menu.map(name => pathOf(name)), '/rollouts/demo-1', '/services/shop/checkout'])
    for (const width of [400, 320])
      test(`${path}: at ${width} px nothing sticks out to the side`, async () => {
        await page.setViewportSize({ width, height: 860 })
        await open(`${path.slice(1)}?demo`)
        await page.locator('main .panel').first().waitFor()
        await page.locator('.loading').first().waitFor({ state: 'detached' })
        for (const summary of await page.locator('main details > summary').all()) await summary.click()
        equal(await page.evaluate('document.documentElement.scrollWidth'), width)
        const cut =
          "[...document.querySelectorAll('.data-scroll')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        equal(await page.evaluate(cut), 0, 'cards are cut off')
      })
})
