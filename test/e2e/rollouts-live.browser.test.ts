import { equal, match } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { WhatIfAnswer } from '@weir/contract/advice-queries.ts'
import type { RolloutsAnswer } from '@weir/contract/rollout-queries.ts'
import type { Browser, Page } from 'playwright-core'
import { formatMoney } from '../../web/words/money.ts'
import { buildPage } from './built-page.ts'
import { complainingPage, noBrowser, openBrowser } from './chromium.ts'
import { RealServer } from './real-server.ts'

describe('rollouts and advice before a real server', { skip: noBrowser }, () => {
  let built: Awaited<ReturnType<typeof buildPage>>
  let server: RealServer
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  before(async () => {
    built = await buildPage()
    server = await RealServer.start(built.directory)
    browser = await openBrowser()
    page = await complainingPage(browser, complaints, /WebSocket connection|status of 40[04]/)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await built?.remove()
  })

  const mark = async (namespace: string, note: string) => {
    await page.getByLabel('Namespace').fill(namespace)
    await page.getByLabel('Service', { exact: true }).fill('gateway')
    await page.getByLabel('What was changed, and why').fill(note)
    await page.getByRole('button', { name: 'Mark', exact: true }).click()
  }

  test('without a change it says what Weir watches', async () => {
    await page.goto(`${server.pageUrl}rollouts`)
    await page.getByRole('heading', { name: 'No change seen' }).waitFor()
  })

  test('what the server will not keep is told in its words, and nothing is lost from the form', async () => {
    await page.getByText('Mark a change by hand').click()
    await mark('Not A Name', 'client 2.4')
    await page.getByText(/It was not marked: namespace/).waitFor()
    equal(await page.getByLabel('What was changed, and why').inputValue(), 'client 2.4')
  })

  test('a change marked by hand is kept by the server, and in the list at once', async () => {
    await mark('payments', 'client 2.4')
    await page.getByText(/^Marked at /).waitFor()
    const row = page.getByRole('table', { name: 'Changes' }).getByRole('row').filter({ hasText: 'payments/gateway' })
    match((await row.textContent()) ?? '', /marked by hand: client 2\.4/)
    const answer: RolloutsAnswer = await (await page.request.get(`${server.pageUrl}api/v1/rollouts`)).json()
    equal(answer.rows.map(({ change }) => change.note).join(), 'client 2.4')
    await page.reload()
    await row.waitFor()
  })

  test('a volume is priced as the API prices it', async () => {
    await page.goto(`${server.pageUrl}advice?gb=1000&zones=2&hinted=10`)
    const asked = `${server.pageUrl}api/v1/what-if?gb=1000&zones=2&hintedShare=0.1`
    const answer: WhatIfAnswer = await (await page.request.get(asked)).json()
    const ways = page.getByRole('table', { name: 'Ways to send it' })
    await ways.waitFor()
    equal(await ways.locator('tbody tr').count(), answer.options.length)
    for (const [i, { billed, oneSide }] of answer.options.entries()) {
      const text = (await ways.locator('tbody tr').nth(i).textContent()) ?? ''
      equal(text.includes(formatMoney(billed, answer.currency)), true, `${i}: ${text}`)
      equal(text.includes(formatMoney(oneSide, answer.currency)), true, `${i}: ${text}`)
    }
  })

  test('a Service that is not watched is told as such', async () => {
    await page.goto(`${server.pageUrl}services/payments/gateway`)
    await page.getByRole('alert').filter({ hasText: 'no Service payments/gateway is known' }).waitFor()
  })

  test('nothing was reported as an error by the browser', () => equal(complaints.join('\n'), ''))
})
