import { type Browser, chromium } from 'playwright-core'
import { programFor } from '../../system.ts'

/** A number on the page that changed: in which row, and when the frame that shows it was done, epoch ms. */
export interface Sighting {
  readonly initiator: string
  readonly responder: string
  readonly text: string
  readonly at: number
}

/** A real browser with the live page open. */
export interface Watcher extends AsyncDisposable {
  /** The next change of a pair's bytes. Rejects when there is none in time. */
  next(initiator: string, responder: string, patienceMs: number): Promise<Sighting>
}

/** Everything the page shows by workload, summed over its longest span: a pair's bytes then only grow. */
const VIEW = '?crossing=all&group=workload&span=900&sort=name'

/** Opens the page in Chromium and watches the table of pairs. */
export async function watchPage(url: string): Promise<Watcher> {
  await using closing = new AsyncDisposableStack()
  const browser = await launch()
  closing.defer(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1440, height: 2400 } })
  const waiting = new Map<string, (sighting: Sighting) => void>()
  await page.exposeFunction('weirSighted', (sighting: Sighting) => {
    const key = `${sighting.initiator} ${sighting.responder}`
    waiting.get(key)?.(sighting)
    waiting.delete(key)
  })
  await page.goto(url + VIEW)
  await page.evaluate(observeRows)
  closing.move() // it is open and watched: from now on the caller closes it
  return {
    next(initiator, responder, patienceMs) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${initiator} → ${responder} did not change on the page in ${patienceMs} ms`)),
          patienceMs,
        )
        waiting.set(`${initiator} ${responder}`, sighting => {
          clearTimeout(timer)
          resolve(sighting)
        })
      })
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

async function launch(): Promise<Browser> {
  const executablePath = programFor('chromium')
  if (executablePath === undefined) throw new Error('chromium is missing')
  return chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
}

/**
 * Runs in the page, so it is a string: reports every change of a row's bytes. The second animation frame after a change
 * begins when the frame that shows it is done.
 */
const observeRows = `(() => {
  const last = new Map()
  const look = () => {
    for (const row of document.querySelectorAll('table.pairs tr[data-index]')) {
      const [initiator, responder] = ['initiator', 'responder'].map(
        side => row.querySelector('td.' + side + ' .name')?.textContent ?? '')
      const text = row.querySelector('td[data-label="All"]')?.textContent ?? ''
      const key = initiator + ' ' + responder
      if (last.get(key) === text) continue
      last.set(key, text)
      requestAnimationFrame(() => requestAnimationFrame(() =>
        weirSighted({ initiator, responder, text, at: performance.timeOrigin + performance.now() })))
    }
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
})()`
