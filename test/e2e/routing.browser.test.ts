import { equal, match } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AdviceAnswer } from '@weir/contract/advice-queries.ts'
import type { RolloutsAnswer } from '@weir/contract/rollout-queries.ts'
import type { RoutingAnswer } from '@weir/contract/routing-queries.ts'
import type { Browser, Page } from 'playwright-core'
import { formatMoney } from '../../web/words/money.ts'
import { formatRatio } from '../../web/words/quantities.ts'
import { kubeconfigText } from '../kubernetes-api/kubeconfig.ts'
import { KubernetesApi } from '../kubernetes-api/server.ts'
import { buildPage } from './built-page.ts'
import { noBrowser, openBrowser } from './chromium.ts'
import { RealServer, toySecret } from './real-server.ts'
import { ToyAgent } from './toy-cluster.ts'
import { fillCluster, preferSameZone } from './watched-cluster.ts'

const MiB = 1024 ** 2

describe('a rollout from its change to its routing, before a server that watches a cluster', {
  skip: noBrowser,
}, () => {
  const api = new KubernetesApi()
  let built: Awaited<ReturnType<typeof buildPage>>
  let server: RealServer
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  before(async () => {
    await api.listen()
    fillCluster(api)
    built = await buildPage()
    server = await RealServer.start(built.directory, { kubeconfig: kubeconfigText({ server: api.url }) })
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
    page.setDefaultTimeout(20_000)
    page.on('console', message => {
      if (message.type() === 'error' && !/WebSocket connection/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(error.message))
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await api.close()
    await built?.remove()
  })
  const ask = async <T>(path: string): Promise<T> =>
    (await page.request.get(`${server.pageUrl}api/v1/${path}`)).json() as Promise<T>

  test('a Service without a preference: its endpoints by zone, and what crosses at random', async () => {
    const agent = new ToyAgent('node-a', server.agentsUrl, toySecret)
    await agent.send([
      { from: 'web', to: 'gateway', bytesToResponder: 30 * MiB, bytesToInitiator: 10 * MiB, isByService: true },
      { from: 'web', to: 'search', bytesToResponder: 30 * MiB, bytesToInitiator: 10 * MiB, isByService: true },
    ])
    await page.goto(`${server.pageUrl}services/shop/cart`)
    const zone = page.getByRole('table', { name: 'Hints by zone, IPv4' }).getByRole('row', { name: /^us-east-1a/ })
    await zone.waitFor()
    const answer = await ask<RoutingAnswer>('services/shop/cart/routing')
    const [family] = answer.families
    const of = family?.zones.find(one => one.zone === 'us-east-1a')
    const cells = await zone.locator('td').allTextContents()
    equal(cells[2], `${of?.readyEndpoints}`)
    equal(cells[4], `${of?.actualHints}`)
    equal(cells[5], `${of?.usedEndpoints}`)
    if (answer.expectation === null) throw new Error('traffic of the last hour')
    const sentence = page.getByRole('region', { name: 'What routing can reach' }).locator('.sentence')
    match((await sentence.textContent()) ?? '', new RegExp(`At random ${formatRatio(answer.expectation.baseline)}`))
  })

  test('advice is the API’s: the same rows with the same savings, and the patch to copy', async () => {
    await page.getByRole('link', { name: 'Advice' }).click()
    await page.getByRole('heading', { name: 'What if: a volume between two Services, by how it is sent' }).waitFor()
    const answer = await ask<AdviceAnswer>('advice')
    for (const [i, row] of answer.rows.entries()) {
      const card = page.getByRole('article', { name: `${i + 1}. ${row.remedy}: ${row.subject}` })
      await card.getByText(row.problem).waitFor()
      await card.getByText(formatMoney(row.savedPerMonth, answer.price.currency), { exact: false }).first().waitFor()
      for (const patch of row.patches) equal(await card.getByText(patch.text, { exact: true }).count(), 1)
    }
    equal(await page.getByRole('article').count(), answer.rows.length)
    match(answer.rows.map(({ subject }) => subject).join(), /shop\/cart/)
  })

  test('the preference is set: the change is listed, as the server tells it', async () => {
    await page.getByRole('link', { name: 'Rollouts' }).click()
    await page.getByRole('heading', { name: 'Changes of the last 30 days' }).waitFor()
    preferSameZone(api)
    // The page asks once a minute; whoever waits for a change reloads.
    const row = page
      .getByRole('table', { name: 'Changes' })
      .getByRole('row')
      .filter({ hasText: 'traffic distribution' })
    while ((await row.count()) === 0) {
      await page.reload()
      await page.getByRole('heading', { name: 'Changes of the last 30 days' }).waitFor()
    }
    const answer = await ask<RolloutsAnswer>('rollouts')
    const change = answer.rows.find(one => one.change.kind === 'traffic distribution')?.change
    match((await row.textContent()) ?? '', new RegExp(`shop/cart.*${change?.before || 'none'} → PreferSameZone`))
  })

  test('its own page says what can be said of it so soon, and leads to the Service, whose hints are there', async () => {
    const row = page
      .getByRole('table', { name: 'Changes' })
      .getByRole('row')
      .filter({ hasText: 'traffic distribution' })
    await row.getByRole('link').click()
    await page.getByRole('heading', { name: 'shop/cart: traffic distribution' }).waitFor()
    await page
      .getByText(/not enough data|Not judged yet/)
      .first()
      .waitFor()
    await page.getByRole('main').getByRole('link', { name: 'shop/cart' }).first().click()
    const zone = page.getByRole('table', { name: 'Hints by zone, IPv4' }).getByRole('row', { name: /^us-east-1a/ })
    await zone.waitFor()
    equal((await zone.locator('td').allTextContents())[4], '1')
    await page.getByText('PreferSameZone', { exact: false }).first().waitFor()
  })

  test('nothing was reported as an error by the browser', () => equal(complaints.join('\n'), ''))
})
