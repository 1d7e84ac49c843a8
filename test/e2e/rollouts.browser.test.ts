import { equal, match, ok } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildPage, servePage } from './built-page.ts'
import { noBrowser, openBrowser } from './chromium.ts'

describe('rollouts, services and advice, with demo data', { skip: noBrowser }, () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let served: Awaited<ReturnType<typeof servePage>>
  let browser: Browser
  let page: Page

  before(async () => {
    built = await buildPage()
    served = await servePage(built.directory)
    browser = await openBrowser()
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
  })
  after(async () => {
    await browser?.close()
    await served?.close()
    await built?.remove()
  })
  const open = (path: string) => page.goto(served.url + path)
  const changes = () => page.getByRole('table', { name: 'Changes' })
  const rowOf = (name: string) => changes().getByRole('row').filter({ hasText: name })

  test('each change has its verdict; a saving stands only where there is one', async () => {
    await open('rollouts?demo')
    const reduced = (await rowOf('shop/catalogue').textContent()) ?? ''
    match(reduced, /reduced/)
    match(reduced, /−54\.3 points \(−57\.2 to −51\.4\)/)
    match(reduced, /a month \(\$/)
    const unclear = (await rowOf('shop/checkout').textContent()) ?? ''
    match(unclear, /no clear change/)
    ok(!unclear.includes('a month'))
    match((await rowOf('payments/gateway').textContent()) ?? '', /not enough data/)
  })

  test('the picture says in words what it shows', async () => {
    await rowOf('shop/catalogue')
      .getByRole('img', { name: 'Share across zones: before 66.4 % (64.3 to 68.5), after 12.1 % (10.0 to 14.2)' })
      .waitFor()
  })

  test('a kind of change can be chosen, and stands in the address', async () => {
    await page.getByRole('combobox', { name: 'What' }).selectOption('topology mode')
    await rowOf('shop/catalogue').waitFor({ state: 'detached' })
    match(page.url(), /kind=topology\+mode/)
    await page.getByRole('combobox', { name: 'What' }).selectOption('hints lost')
    await page.getByRole('heading', { name: 'No change of this kind' }).waitFor()
    await page.goBack()
    await page.goBack()
    await rowOf('shop/catalogue').waitFor()
  })

  test('a change leads to its figures, and from there to its Service and back', async () => {
    await rowOf('shop/catalogue').getByRole('link').click()
    await page.getByText('Saved: $412.97 a month').waitFor()
    await page.getByText('The figures as a table').click()
    const figures = page.getByRole('table', { name: 'Figures, settled' })
    match((await figures.getByRole('row', { name: /^before/ }).textContent()) ?? '', /66\.4 % \(64\.3 to 68\.5\)/)
    await page.getByText('The steps as a table').click()
    await page.getByRole('table', { name: 'Steps' }).getByText('not watched').first().waitFor()
    await page.getByRole('link', { name: 'shop/catalogue' }).click()
    await page.getByRole('heading', { name: 'Why the bill did not fall' }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'All changes' }).click()
    await changes().waitFor()
  })

  test('marking by hand: the change is in the list at once, and what is wrong is told', async () => {
    await page.getByText('Mark a change by hand').click()
    await page.getByLabel('Namespace').fill('shop')
    await page.getByLabel('Service', { exact: true }).fill('web')
    await page.getByLabel('What was changed, and why').fill('<b>new client</b>')
    await page.getByRole('button', { name: 'Mark', exact: true }).click()
    await page.getByText(/^Marked at /).waitFor()
    match((await rowOf('shop/web').textContent()) ?? '', /marked by hand: <b>new client<\/b>.*not judged/)
    equal(await page.locator('main b').filter({ hasText: 'new client' }).count(), 0)
  })

  test('a Service without hints says why, and what to do', async () => {
    await open('services/shop/checkout?demo')
    const why = page.getByRole('region', { name: 'Why there are no hints' })
    await why.getByText(/4 endpoints for 3 zones/).waitFor()
    await why.getByText(/Give it 6 replicas/).waitFor()
    const zone = page.getByRole('table', { name: 'Hints by zone, IPv4' }).getByRole('row', { name: /^us-east-1a/ })
    equal((await zone.locator('td').allTextContents()).join(), '3,33.3 %,2,none,0,4,2')
  })

  test('a Service and a change that nobody knows are told as such', async () => {
    await open('services/shop/nobody?demo')
    await page.getByRole('alert').filter({ hasText: 'no Service shop/nobody is known' }).waitFor()
    await open('rollouts/nothing?demo')
    await page.getByRole('alert').filter({ hasText: 'no change “nothing” is known' }).waitFor()
  })

  test('advice: a patch is copied as it stands', async () => {
    await open('advice?demo')
    const first = page.getByRole('article', { name: /^1\. prefer the same zone: cache\/redis/ })
    await first.getByRole('button', { name: 'Copy' }).click()
    await first.getByRole('status').filter({ hasText: 'copied' }).waitFor()
    equal(await page.evaluate('navigator.clipboard.readText()'), await first.locator('code').textContent())
    await page
      .getByRole('article', { name: /^3\./ })
      .getByText(/Instead of “change the replica count: shop\/checkout”/)
      .waitFor()
  })

  test('what if: a volume is priced, and stands in the address', async () => {
    await page.getByLabel('GB a month, both directions').fill('1000')
    await page.getByRole('button', { name: 'Price it' }).click()
    const ways = page.getByRole('table', { name: 'Ways to send it' })
    await ways
      .getByRole('row', { name: /^Service, same zone preferred/ })
      .filter({ hasText: '$6.00' })
      .waitFor()
    match(page.url(), /gb=1000/)
  })
})
