import { equal, match } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AgentsAnswer, CoverageAnswer } from '@weir/contract/queries.ts'
import type { Browser, Page } from 'playwright-core'
import { formatCount } from '../../web/words/bytes.ts'
import { buildPage } from './built-page.ts'
import { complainingPage, noBrowser, openBrowser } from './chromium.ts'
import { RealServer, toySecret } from './real-server.ts'
import { ToyAgent } from './toy-cluster.ts'

const MiB = 1024 ** 2

describe('health, flows and about before a real server', { skip: noBrowser }, () => {
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
    page = await complainingPage(browser, complaints, /WebSocket connection/)
    agent = new ToyAgent('node-a', server.agentsUrl, toySecret)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await built?.remove()
  })

  test('without an agent, health names the nodes that lack one', async () => {
    await page.goto(`${server.pageUrl}health`)
    await page.getByText(/Without an agent: node-a, node-b/).waitFor()
    await page.getByRole('heading', { name: 'No agent has reported yet' }).waitFor()
  })

  test('an agent that reports is listed with its own figures; the node without one is still named', async () => {
    await agent.send([{ from: 'web', to: 'gateway', bytesToResponder: 2 * MiB, bytesToInitiator: 10 * MiB }])
    await page.reload()
    const row = page.getByRole('table', { name: 'Agents' }).getByRole('row', { name: /^node-a/ })
    await row.waitFor()
    const answer: AgentsAnswer = await (await page.request.get(`${server.pageUrl}api/v1/agents`)).json()
    const [found] = answer.agents
    const text = (await row.textContent()) ?? ''
    match(text, /us-east-1a · toy/)
    match(text, new RegExp(`of ${formatCount(found?.report.entries ?? -1)}`))
    match(text, /live/)
    await page.getByText(/Without an agent: node-b\./).waitFor()
  })

  test('what is not seen is in the API’s sentences', async () => {
    const coverage: CoverageAnswer = await (await page.request.get(`${server.pageUrl}api/v1/coverage`)).json()
    equal(coverage.gaps.length > 0, true)
    const seen = page.getByRole('region', { name: 'Seen', exact: true })
    for (const gap of coverage.gaps.filter(text => !/\d/.test(text))) await seen.getByText(gap).waitFor()
    await page.getByRole('heading', { name: 'Nothing to compare' }).waitFor()
  })

  test('a hop shows in the flows, with both addresses, its zones and bytes', async () => {
    await page.getByRole('link', { name: 'Flows' }).click()
    await agent.send([{ from: 'search', to: 'kafka', bytesToResponder: 30 * MiB, bytesToInitiator: MiB }])
    const row = page.getByRole('table', { name: 'Newest hops' }).getByRole('row').filter({ hasText: '10.0.2.11' })
    await row.waitFor()
    const text = (await row.textContent()) ?? ''
    match(text, /search\/api-0.*10\.0\.1\.11 · us-east-1a/)
    match(text, /streams\/kafka-0.*10\.0\.2\.11 · us-east-1b/)
    match(text, /TCP 8080.*cross-zone.*30\.0 MiB1\.00 MiB1node-a/)
  })

  test('while the pointer is over the flows they stand still, and what comes is counted', async () => {
    const table = page.getByRole('table', { name: 'Newest hops' })
    await table.getByRole('row').nth(1).hover()
    const held = await table.textContent()
    await agent.send([{ from: 'web', to: 'kafka', bytesToResponder: MiB, bytesToInitiator: 0 }])
    await page.getByText('1 new; they show when the pointer leaves').waitFor()
    equal(await table.textContent(), held)
    await page.mouse.move(2, 2)
    await table.getByRole('row').filter({ hasText: 'web-0' }).filter({ hasText: 'kafka-0' }).waitFor()
  })

  test('about tells version, price and units', async () => {
    await page.getByRole('link', { name: 'About' }).click()
    const api = await (await page.request.get(`${server.pageUrl}api/v1/openapi.json`)).json()
    await page.getByText(api.info.version, { exact: true }).waitFor()
    await page.getByText(/0\.01 USD per GB and billed side/).waitFor()
    await page.getByText('1,073,741,824 bytes, which is 1 GiB').waitFor()
  })

  test('nothing was reported as an error by the browser', () => equal(complaints.join('\n'), ''))
})
