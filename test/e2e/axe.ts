import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe answers, as far as it is read here. */
interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[]
  }[]
}

/** Rules of WCAG 2.2 A and AA that the page breaks, one line each with the first element at fault; none is good. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(source)
  const options = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
  const found: AxeResults = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)
  return found.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes.length} ×, ${nodes[0]?.target.join(' ')}; ${nodes[0]?.failureSummary?.split('\n')[1]?.trim()})`,
  )
}
