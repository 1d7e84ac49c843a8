import { equal, match, ok } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildPage } from './built-page.ts'
import { noBrowser, openBrowser } from './chromium.ts'
import { RealServer, toySecret } from './real-server.ts'
import { ToyAgent } from './toy-cluster.ts'

const MiB = 1024 ** 2
const shopToken = 'shop-token-0123456789'
const allToken = 'all-token-0123456789'
/** Web and gateway are in shop and payments; search and kafka in neither. */
const rights = 'users: { shop: [shop], "<b>all</b>": all }'
const deepLink = '?namespace=%21x%26y&group=namespace&span=300'

describe('signing in', { skip: noBrowser }, () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let server: RealServer
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  before(async () => {
    built = await buildPage()
    server = await RealServer.start(built.directory, { tokens: `shop:${shopToken},<b>all</b>:${allToken}`, rights })
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
    page.setDefaultTimeout(15_000)
    page.on('console', message => {
      // 401 is what this is about.
      if (message.type() === 'error' && !/status of 401|WebSocket connection/.test(message.text()))
        complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(error.message))
    await new ToyAgent('node-a', server.agentsUrl, toySecret).send([
      { from: 'web', to: 'gateway', bytesToResponder: 2 * MiB, bytesToInitiator: 10 * MiB },
      { from: 'search', to: 'kafka', bytesToResponder: 30 * MiB, bytesToInitiator: 0 },
    ])
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await built?.remove()
  })

  const signIn = async (token: string) => {
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
  const rows = () => page.getByRole('table', { name: 'Top pairs' }).locator('tbody tr')

  test('a deep link leads to the login page, which says nothing of the cluster', async () => {
    await page.goto(server.pageUrl + deepLink)
    await page.getByLabel('Token').waitFor()
    match(page.url(), /\/login\?next=/)
    equal(await page.getByRole('alert').isVisible(), false)
    ok(!(await page.content()).includes('shop'))
  })

  test('a wrong token is told and not repeated', async () => {
    await signIn('wrong-0123456789abcdef')
    await page.getByText('This token is not valid here.').waitFor()
    equal(await page.getByLabel('Token').inputValue(), '')
  })

  test('a right one leads back to exactly that view, of what its owner may see', async () => {
    await signIn(shopToken)
    await rows().filter({ hasText: 'payments' }).waitFor()
    equal(page.url(), server.pageUrl + deepLink)
    equal(await rows().filter({ hasText: 'streams' }).count(), 0)
    await page.getByLabel('What the numbers rest on').getByText('Traffic of').waitFor()
    equal(await page.getByTitle('shop: sees shop').textContent(), 'shop')
    equal(await page.getByText('No sign-in').count(), 0)
  })

  test('it holds over a reload, and no script can read it', async () => {
    await page.reload()
    await rows().filter({ hasText: 'payments' }).waitFor()
    equal(await page.evaluate('document.cookie'), '')
  })

  test('a session that ends while the page is open leads to the login page, says why and keeps the view', async () => {
    const ended = await page.request.post(`${server.pageUrl}logout`, { maxRedirects: 0 })
    equal(ended.status(), 303)
    await page.getByText('Your session has ended: sign in again.').waitFor()
    await signIn(allToken)
    await rows().filter({ hasText: 'streams' }).waitFor()
    equal(page.url(), server.pageUrl + deepLink)
  })

  test('a name with markup is text', async () => {
    equal(await page.getByTitle('<b>all</b>: sees all namespaces').textContent(), '<b>all</b>')
  })

  test('signed out, the page is gone, and Back does not bring it back', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Token').waitFor()
    await page.goBack()
    await page.getByLabel('Token').waitFor()
    equal((await page.request.get(`${server.pageUrl}api/v1/pairs`)).status(), 401)
  })

  test('signing in needs no script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const plain = await context.newPage()
    await plain.goto(`${server.pageUrl}login?next=${encodeURIComponent('/api/v1/viewer')}`)
    await plain.getByLabel('Token').fill(allToken)
    await plain.getByRole('button', { name: 'Sign in' }).click()
    await plain.getByText('"scope":"all"').waitFor()
    await context.close()
  })

  test('nothing was reported as an error by the browser', () => equal(complaints.join('\n'), ''))
})
