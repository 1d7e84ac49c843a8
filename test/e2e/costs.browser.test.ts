import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { CostsAnswer } from '@weir/contract/cost-queries.ts'
import type { Browser, Page } from 'playwright-core'
import { formatMoney } from '../../web/words/money.ts'
import { buildPage } from './built-page.ts'
import { complainingPage, noBrowser, openBrowser } from './chromium.ts'
import { RealServer, toySecret } from './real-server.ts'
import { minuteAgo, ToyAgent } from './toy-cluster.ts'

const GiB = 1024 ** 3

describe('the page of costs before a real server', { skip: noBrowser }, () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let server: RealServer
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  before(async () => {
    built = await buildPage()
    server = await RealServer.start(built.directory)
    browser = await openBrowser()
    page = await complainingPage(browser, complaints, /WebSocket connection|400 \(Bad Request\)/)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await built?.remove()
  })

  const statement = () => page.getByRole('table', { name: /^Statement of / })
  const api = async (query: string): Promise<CostsAnswer> =>
    (await page.request.get(`${server.pageUrl}api/v1/costs${query}`)).json()

  test('without an agent it says so', async () => {
    await page.goto(`${server.pageUrl}costs`)
    await page.getByRole('heading', { name: 'No agent has reported yet' }).waitFor()
  })

  test('the rows, the unattributed and the total are the API’s, and the page has added them up', async () => {
    const agent = new ToyAgent('node-a', server.agentsUrl, toySecret)
    await agent.send(
      [
        { from: 'web', to: 'gateway', bytesToResponder: 3 * GiB, bytesToInitiator: GiB },
        { from: 'search', to: 'kafka', bytesToResponder: GiB, bytesToInitiator: 0 },
      ],
      minuteAgo(2),
    )
    await page.goto(`${server.pageUrl}costs`)
    await statement().getByRole('row', { name: /^shop/ }).waitFor()
    const answer = await api('')
    const cells = (name: RegExp) => statement().getByRole('row', { name }).locator('th, td').allTextContents()
    for (const row of answer.rows)
      equal((await cells(new RegExp(`^${row.name}`)))[2], formatMoney(row.costMicroUsd, 'USD'), row.name)
    equal((await cells(/^Total/))[2], formatMoney(answer.total?.costMicroUsd ?? -1, 'USD'))
    equal((await cells(/^shop/))[2], '$0.080') // 4 GiB, both sides, at $0.01
    equal((await cells(/^Unattributed/))[2], '$0')
    await page.getByText(/^rows \$0\.10 \+ unattributed \$0 = total \$0\.10 ✓$/).waitFor()
    await page.getByRole('heading', { name: 'No bill to compare with' }).waitFor()
  })

  test('another payer and another policy stand in the address, and Back undoes them', async () => {
    await page.getByRole('combobox', { name: 'Who pays' }).selectOption('split')
    await statement()
      .getByRole('row', { name: /^payments/ })
      .waitFor()
    await page.getByRole('radio', { name: 'workload', exact: true }).check({ force: true })
    await statement()
      .getByRole('row', { name: /^gateway.*Deployment in payments/ })
      .waitFor()
    match(page.url(), /costs\?policy=split&payer=workload$/)
    await page.goBack()
    await page.goBack()
    await statement()
      .getByRole('row', { name: /^payments/ })
      .waitFor({ state: 'detached' })
  })

  test('a label that the server does not keep is told in its words', async () => {
    await page.getByRole('radio', { name: 'label', exact: true }).check({ force: true })
    await page.getByRole('textbox', { name: 'Key of the label' }).fill('team')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'The statement could not be loaded' }).waitFor()
    match(page.url(), /label=team/)
  })

  test('the file is what is shown, and its costs add up to the total', async () => {
    await page.goto(`${server.pageUrl}costs?policy=split`)
    await statement()
      .getByRole('row', { name: /^payments/ })
      .waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save CSV' }).first().click(),
    ])
    match(download.suggestedFilename(), /^weir-costs-\d{4}-\d{2}-namespace-split\.csv$/)
    const text = (await readFile(await download.path(), 'utf8')).replace('\uFEFF', '')
    const [header, ...lines] = text
      .trimEnd()
      .split('\r\n')
      .map(line => line.slice(1, -1).split('","'))
    deepEqual(header?.slice(0, 3), ['Namespace', 'Metered (GB × sides)', 'Cost (USD)'])
    const answer = await api('?policy=split')
    const sum = lines.reduce((all, cells) => all + Math.round(Number(cells[2]) * 1e6), 0)
    equal(sum, answer.total?.costMicroUsd)
    ok(lines.some(cells => cells[0]?.startsWith('Unattributed')))
  })

  test('the heads of columns sort, and say by which', async () => {
    const head = statement().getByRole('columnheader', { name: /^Namespace/ })
    await head.getByRole('button').click()
    equal(await head.getAttribute('aria-sort'), 'ascending')
    equal((await statement().locator('tbody tr').first().textContent())?.slice(0, 8), 'payments')
  })

  test('nothing was reported as an error by the browser', () => equal(complaints.join('\n'), ''))
})
