import { equal, match, ok } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildPage } from './built-page.ts'
import { complainingPage, noBrowser, openBrowser } from './chromium.ts'
import { RealServer, toySecret } from './real-server.ts'
import { minuteAgo, ToyAgent, type ToyHop } from './toy-cluster.ts'

const MiB = 1024 ** 2
const webToGateway: ToyHop = { from: 'web', to: 'gateway', bytesToResponder: 2 * MiB, bytesToInitiator: 10 * MiB }
const searchToKafka: ToyHop = { from: 'search', to: 'kafka', bytesToResponder: 30 * MiB, bytesToInitiator: 0 }
const webToSearch: ToyHop = { from: 'web', to: 'search', bytesToResponder: 5 * MiB, bytesToInitiator: MiB }

const rowOf = (page: Page, initiator: string, responder: string) =>
  page
    .getByRole('table', { name: 'Top pairs' })
    .getByRole('row')
    .filter({ hasText: initiator })
    .filter({ hasText: responder })
const status = (page: Page) => page.getByRole('status')

describe('the page before a real server', { skip: noBrowser }, () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let server: RealServer
  let browser: Browser
  let page: Page
  let agent: ToyAgent
  const complaints: string[] = []

  before(async () => {
    built = await buildPage()
    server = await RealServer.start(built.directory)
    browser = await openBrowser()
    page = await complainingPage(browser, complaints, /ERR_CONNECTION_REFUSED|WebSocket connection/)
    agent = new ToyAgent('node-a', server.agentsUrl, toySecret)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await built?.remove()
  })

  test('without an agent it says so', async () => {
    await page.goto(server.pageUrl)
    await page.getByRole('heading', { name: 'No agent has reported yet' }).waitFor()
    equal(await status(page).textContent(), 'Waiting for agents')
  })

  test('a pair appears live, with its ends, zones, bytes both ways and cost', async () => {
    await agent.send([webToGateway, webToSearch])
    const row = rowOf(page, 'web', 'gateway')
    await row.waitFor()
    const text = (await row.textContent()) ?? ''
    match(text, /shop · us-east-1a/)
    match(text, /payments · us-east-1b/)
    match(text, /12\.0 MiB2\.00 MiB10\.0 MiB/)
    match(text, /\$0\.014 \/ h/) // 12 MiB a minute, at $0.01 per GiB at both ends, for an hour
    equal(await status(page).textContent(), 'Receiving')
  })

  test('what stays in its zone is not listed, but is in the totals and the map', async () => {
    equal(await rowOf(page, 'web', 'api').count(), 0)
    const map = page.getByRole('table', { name: 'Bytes per second from zone to zone' })
    await map.getByRole('button', { name: /From us-east-1a to us-east-1a: .*6\.00 MiB in all/ }).waitFor()
    await map.getByRole('button', { name: /From us-east-1b to us-east-1a: .*10\.0 MiB in all, about/ }).waitFor()
    await page.getByText('66.6 %').first().waitFor() // 12 of 18 MiB
  })

  test('a second pair appears without a reload, above the smaller one', async () => {
    await agent.send([searchToKafka])
    await rowOf(page, 'api', 'kafka').waitFor()
    const names = await page
      .getByRole('table', { name: 'Top pairs' })
      .locator('tbody td.responder .name')
      .allTextContents()
    equal(names.join(), 'kafka,gateway')
  })

  test('a filter is typed, holds for the table and stands in the address', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('service:gateway')
    await page.keyboard.press('Enter')
    await rowOf(page, 'api', 'kafka').waitFor({ state: 'detached' })
    await rowOf(page, 'web', 'gateway').waitFor()
    await page.getByRole('button', { name: 'Remove filter: responder is gateway' }).waitFor()
    ok(page.url().endsWith('?responder=gateway'), page.url())
  })

  test('a cell of the map filters by its two zones, and Back undoes it', async () => {
    const before = page.url()
    await page.getByRole('button', { name: /^From us-east-1b to us-east-1a/ }).click()
    await page.getByRole('button', { name: 'Remove filter: zone is us-east-1a~us-east-1b' }).waitFor()
    await rowOf(page, 'web', 'gateway').waitFor()
    await page.goBack()
    equal(page.url(), before)
    await page.getByRole('button', { name: /Remove filter: zone/ }).waitFor({ state: 'detached' })
  })

  test('paused, the page holds still; reloaded, it is the same view', async () => {
    await page.getByRole('radio', { name: '5 min', exact: true }).check({ force: true })
    await page.getByRole('radio', { name: 'namespace', exact: true }).check({ force: true })
    await rowOf(page, 'shop', 'payments').waitFor()
    await page.keyboard.press('l')
    await page.getByText(/Paused: nothing on the page changes/).waitFor()
    const held = await page.getByRole('table', { name: 'Top pairs' }).textContent()

    await agent.send([webToGateway])
    const api = await page.request.get(`${server.pageUrl}api/v1/pairs?responder=gateway`)
    equal((await api.json()).total.bytes, 24 * MiB, 'the server has the new bytes')
    equal(
      await page.getByRole('table', { name: 'Top pairs' }).textContent(),
      held,
      'and the paused page shows the old ones',
    )

    const address = page.url()
    await page.reload()
    await rowOf(page, 'shop', 'payments').waitFor()
    equal(page.url(), address)
    equal(await page.getByRole('radio', { name: '5 min', exact: true }).isChecked(), true)
    equal(await page.getByRole('radio', { name: 'namespace', exact: true }).isChecked(), true)
    equal(await page.getByRole('button', { name: 'Resume' }).getAttribute('aria-pressed'), 'true')
    equal(await status(page).textContent(), 'Paused')
  })

  test('the server goes away: the last data stays, greyed, and says how old it is', async () => {
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('Receiving').waitFor()
    await server.kill('SIGKILL')
    await page.getByText(/No connection to the server for .* The last data stays on screen; reconnecting/).waitFor()
    equal(await status(page).textContent(), 'Disconnected')
    equal(await rowOf(page, 'shop', 'payments').isVisible(), true)
  })

  test('the server comes back: the page goes on by itself, and nothing acknowledged is lost', async () => {
    await server.run()
    await agent.send([searchToKafka])
    await page.getByText('Receiving').waitFor()
    await page.getByRole('button', { name: /Remove filter: responder/ }).click()
    await rowOf(page, 'search', 'streams').waitFor()
    const api = await page.request.get(`${server.pageUrl}api/v1/pairs`)
    equal((await api.json()).total.byCrossing['cross-zone'].bytes, (12 + 30 + 12 + 30) * MiB)
  })

  test('the chart has a whole minute as its average per second, and what nobody watched as a gap', async () => {
    const bytesToResponder = 120 * MiB
    await agent.send([{ from: 'search', to: 'gateway', bytesToResponder, bytesToInitiator: 0 }], minuteAgo(3))
    await agent.send([], minuteAgo(2))
    await page.goto(`${server.pageUrl}?by=service&range=900&style=table`)
    const twin = page.getByRole('region', { name: 'The chart as a table' })
    await twin.getByText('2.00 MiB/s').waitFor()
    await twin.getByText('not watched').first().waitFor()
  })

  test('a query the server refuses is told in its own words', async () => {
    await page.goto(`${server.pageUrl}?namespace=${'x'.repeat(400)}`)
    await page
      .getByText(/The server would not show this view: filter\.namespace: .* longer than 300 characters/)
      .waitFor()
  })

  test('nothing was reported as an error by the browser', () => {
    const unexpected = complaints.filter(text => !/400 \(Bad Request\)/.test(text))
    equal(unexpected.join('\n'), '')
  })
})
