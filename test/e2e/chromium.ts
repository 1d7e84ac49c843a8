import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** For `test(…, { skip })`: false, or why there is no browser test on this machine. */
export const noBrowser: string | false = existsSync(executablePath)
  ? false
  : `needs Chromium at ${executablePath} (or CHROMIUM)`

/** A real Chromium that talks to nobody but the pages it is given. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/**
 * A wide page that writes down what it complains of: errors on its console, but for those that the test brings about, and
 * errors nobody caught.
 */
export async function complainingPage(browser: Browser, complaints: string[], expected: RegExp): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
  page.setDefaultTimeout(15_000)
  page.on('console', message => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  return page
}
