import { equal, match, ok } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildPage, servePage } from './built-page.ts'
import { noBrowser, openBrowser } from './chromium.ts'

const pairsTable = (page: Page) => page.getByRole('table', { name: 'Top pairs' })

describe('the page with demo data', { skip: noBrowser }, () => {
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
  const open = (query: string) => page.goto(served.url + query)

  const scenes: readonly [why: string, query: string, status: string, says: RegExp][] = [
    ['no agents', '?demo=empty', 'Waiting for agents', /No agent has reported yet/],
    ['good news', '?demo=quiet', 'Receiving', /Nothing crossed zones/],
    ['agents are silent', '?demo=stale', 'Stale', /No agent has reported anything newer for/],
    ['the line broke', '?demo=disconnected', 'Disconnected', /The last data stays on screen; reconnecting/],
    ['a question fails', '?demo=error', 'Receiving', /The chart could not be loaded.*Request demo-7f3a/],
    ['no answer yet', '?demo=loading', 'Loading', /Loading…/],
    ['a filter without a match', '?namespace=nobody&demo', 'Receiving', /The filter matches nothing/],
    ['an address with a slip', '?span=7&demo', 'Receiving', /span=7 is not one of 10, 60, 300, 900; 60 is shown/],
    ['a scene there is not', '?demo=mars', '', /The page cannot go on: no demo scene “mars”/],
  ]
  for (const [why, query, status, says] of scenes)
    test(`${why}: the page says so`, async () => {
      await open(query)
      await page.locator('#page').filter({ hasText: says }).waitFor()
      if (status !== '') equal(await page.getByRole('status').textContent(), status)
    })

  test('names are text, whatever is in them', async () => {
    let dialogs = 0
    page.on('dialog', dialog => {
      dialogs++
      void dialog.dismiss()
    })
    await open('?demo=hostile&crossing=all')
    await pairsTable(page).getByText('<b>bold</b>').waitFor()
    await page
      .getByRole('button', { name: /Show only responder a-name-as-long/ })
      .or(page.getByText('a-name-as-long'))
      .first()
      .waitFor()
    equal(await page.locator('#page b, #page img:not([alt=""])').count(), 0)
    equal(dialogs, 0)
  })

  for (const path of [
    'flows?crossing=all&demo=hostile',
    'costs?payer=workload&demo=hostile',
    'pairs?last=7d&demo=hostile',
  ])
    test(`${path}: names are text there, too`, async () => {
      await open(path)
      await page.locator('main table').first().getByText('<b>bold</b>').first().waitFor()
      equal(await page.locator('main table b, main table img:not([alt=""])').count(), 0)
    })

  test('a long statement: 200 rows at first, the sums of all below them, and all within reach', async () => {
    await open('costs?payer=workload&demo=large')
    const statement = page.getByRole('table', { name: /^Statement of / })
    await statement.getByRole('row', { name: /^Total/ }).waitFor()
    equal(await statement.locator('tbody tr').count(), 200)
    const says = await page.getByText(/^200 of [\d,]+ rows are shown$/).textContent()
    await page.getByRole('button', { name: 'Show all' }).click()
    const all = Number(says?.match(/of ([\d,]+)/)?.[1]?.replace(',', ''))
    ok(all > 900)
    equal(await statement.locator('tbody tr').count(), all)
    await page.getByText(/^rows .* = total .* ✓$/).waitFor()
  })

  test('the heads of columns sort, and say by which', async () => {
    await open('?crossing=all&demo')
    const head = page.getByRole('columnheader', { name: 'All', exact: true })
    await head.getByRole('button').click()
    await page.waitForURL(/sort=bytes/)
    equal(await head.getAttribute('aria-sort'), 'descending')
    match((await pairsTable(page).locator('tbody tr').first().textContent()) ?? '', /catalogue/)
  })

  test('“not” beside a name leaves it out', async () => {
    await open('?demo')
    await page.getByRole('button', { name: 'Leave out responder kafka' }).first().click()
    await page.getByRole('button', { name: 'Remove filter: responder is not kafka' }).waitFor()
    await page.getByRole('button', { name: 'Leave out responder kafka' }).first().waitFor({ state: 'detached' })
    match(page.url(), /responder=%21kafka/)
  })

  test('what is typed wrong is told beside the box, and changes nothing', async () => {
    await open('?demo')
    await page.getByRole('combobox', { name: 'Add a filter' }).fill('planet:earth')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'There is no filter “planet”' }).waitFor()
    match(page.url(), /\?demo$/)
  })

  test('the arrow keys walk over the map', async () => {
    await open('?demo')
    await page.getByRole('button', { name: /^From us-east-1a to us-east-1a/ }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    equal(
      await page
        .locator(':focus')
        .getAttribute('aria-label')
        .then(label => label?.slice(0, 29)),
      'From us-east-1b to us-east-1b:'.slice(0, 29),
    )
  })

  test('the chart is a table for those who want it, and a gap reads “not watched”', async () => {
    await open('?demo')
    await page.getByRole('radio', { name: 'table' }).check({ force: true })
    const twin = page.getByRole('region', { name: 'The chart as a table' })
    await twin.getByText('not watched').first().waitFor()
    ok((await twin.getByRole('row').count()) > 50)
  })

  test('a thousand services: few rows in the page, all within reach, and the sum of all below', async () => {
    await open('?demo=large')
    await pairsTable(page).locator('tbody tr').first().waitFor()
    ok((await pairsTable(page).locator('tbody tr').count()) < 60)
    await page.getByRole('region', { name: 'Pairs, scrollable' }).focus()
    await page.keyboard.press('End')
    await pairsTable(page).locator('tr[aria-rowindex="502"]').waitFor()
    await pairsTable(page).getByText('Smaller pairs, not listed').waitFor()
    await pairsTable(page).getByText('Total of 500 pairs and the rest').waitFor()
  })

  test('the month and the newest change stand on the overview, but not beside what a filter left', async () => {
    await open('?demo')
    const glance = page.getByLabel('The month and the newest change')
    await glance.getByText(/across zones so far, .* projected for the whole month/).waitFor()
    await glance.getByText(/increased/).waitFor()
    await page
      .getByRole('button', { name: /Leave out responder kafka/ })
      .first()
      .click()
    await glance.waitFor({ state: 'detached' })
  })

  test('a Service in the table leads to its routing', async () => {
    await open('pairs?demo')
    const row = pairsTable(page).getByRole('row').filter({ hasText: 'catalogue' }).first()
    await row.getByRole('link', { name: 'routing' }).click()
    await page.getByRole('heading', { name: 'shop/catalogue' }).waitFor()
    match(page.url(), /\/services\/shop\/catalogue\?demo$/)
  })

  test('a theme that was chosen outlives a reload', async () => {
    await open('?demo')
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark')
    await page.reload()
    equal(await page.locator('html').getAttribute('data-theme'), 'dark')
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('auto')
  })

  for (const width of [320, 400, 760, 1024, 1440])
    test(`at ${width} px nothing sticks out to the side`, async () => {
      await page.setViewportSize({ width, height: 860 })
      await open('?namespace=!search&crossing=all&demo')
      await pairsTable(page).locator('tbody tr').first().waitFor()
      equal(await page.evaluate('document.documentElement.scrollWidth'), width)
      const hidden = '(e => e.scrollWidth - e.clientWidth)(document.querySelector(".pairs-scroll"))'
      if (width <= 760) equal(await page.evaluate(hidden), 0, 'cards are cut off')
    })
})
