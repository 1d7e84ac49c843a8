import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

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
