import { spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const top = join(import.meta.dirname, '..', '..')

/**
 * Builds the page into web/dist where it is missing or older than its sources.
 * @throws Error when the build fails; its output has gone to the terminal.
 */
export function buildPage(): void {
  const built = Math.max(0, ...globSync('web/dist/index.html', { cwd: top }).map(modified))
  const sources = globSync(['web/**/*.{ts,tsx,css,html,svg,json}', 'server/contract/*.ts'], {
    cwd: top,
    exclude: ['web/dist', 'web/node_modules'],
  })
  if (sources.every(file => modified(file) < built)) return
  console.log('building the page')
  const vite = join(top, 'node_modules', '.bin', 'vite')
  const { status } = spawnSync(vite, ['build', 'web', '--logLevel', 'warn'], { cwd: top, stdio: 'inherit' })
  if (status !== 0) throw new Error('the page did not build: npm run build')
}

const modified = (file: string): number => statSync(join(top, file)).mtimeMs
