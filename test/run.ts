/**
 * `npm test`: format and lint, types, then every test file, in the order cheap to dear. Ends with one line of counts and
 * names what did not run and why. Exit 1 when anything failed.
 *
 *   npm test                    everything
 *   npm test -- unit linux      only these suites
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { provideHelm } from './chart/helm.ts'
import { prepareSystem } from './system.ts'

interface Suite {
  readonly name: string
  readonly files: readonly string[]
  /** Suites that use namespaces or a browser run one file at a time: they share the machine. */
  readonly parallel: boolean
  readonly needs: readonly string[]
}

const allFiles = globSync('test/**/*.test.ts').sort()
const linux = allFiles.filter(file => file.endsWith('.linux.test.ts'))
const browser = allFiles.filter(file => file.endsWith('.browser.test.ts'))
const contracts = allFiles.filter(file => file.startsWith('test/contracts/'))
const helm = allFiles.filter(file => file.endsWith('.helm.test.ts'))
const install = allFiles.filter(file => file.startsWith('test/chart/') && ![...helm, ...linux].includes(file))
const apart = new Set([...linux, ...browser, ...contracts, ...helm, ...install])
const suites: readonly Suite[] = [
  { name: 'unit', files: allFiles.filter(file => !apart.has(file)), parallel: true, needs: [] },
  { name: 'contract', files: contracts.filter(file => !linux.includes(file)), parallel: true, needs: [] },
  { name: 'install', files: install, parallel: true, needs: [] },
  { name: 'helm', files: helm, parallel: true, needs: ['helm'] },
  { name: 'linux', files: linux, parallel: false, needs: ['root', 'ip', 'nft', 'ethtool', 'conntrack'] },
  { name: 'browser', files: browser, parallel: false, needs: ['chromium'] },
]

const checks: readonly [name: string, command: string, ...args: string[]][] = [
  ['format, lint and boundaries', 'biome', 'ci', '--error-on-warnings', '.'],
  ['types of agent, server and tests', 'tsc', '-p', '.'],
  ['types of the contract, without Node and without the browser', 'tsc', '-p', 'server/contract'],
  ['types of the page', 'tsc', '-p', 'web'],
  ['the page builds', 'vite', 'build', 'web', '--logLevel', 'warn'],
]

const counts = { passed: 0, failed: 0, skipped: 0 }
const notRun: string[] = []
const wanted = process.argv.slice(2)

if (wanted.length === 0) for (const check of checks) runCheck(...check)
const chosen = suites.filter(suite => wanted.length === 0 || wanted.includes(suite.name))
if (chosen.some(suite => suite.needs.includes('helm'))) provideHelm()
const missing = await prepareSystem([...new Set(chosen.flatMap(suite => suite.needs))])
for (const suite of chosen) {
  const lacks = suite.needs.filter(need => missing.has(need))
  if (lacks.length > 0)
    notRun.push(`${suite.name}: ${suite.files.length} files did not run, missing ${lacks.join(', ')}`)
  else await runSuite(suite)
}

for (const line of notRun) console.log(`NOT RUN  ${line}`)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(counts.failed === 0 ? 0 : 1)

function runCheck(name: string, command: string, ...args: string[]): void {
  console.log(`\n— ${name}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status === 0) counts.passed++
  else {
    counts.failed++
    console.log(`FAILED  ${name} (${command} ${args.join(' ')})`)
  }
}

async function runSuite(suite: Suite): Promise<void> {
  console.log(`\n— ${suite.name} tests (${suite.files.length} files)`)
  if (suite.files.length === 0) return
  const stream = run({ files: [...suite.files], concurrency: suite.parallel ? availableParallelism() : 1 })
  stream.on('test:summary', summary => {
    if (summary.file !== undefined) return // one summary a file, then one of all
    const { tests, passed, skipped, todo } = summary.counts
    counts.passed += passed
    counts.skipped += skipped + todo
    counts.failed += tests - passed - skipped - todo
  })
  const printed = stream.compose(new spec())
  for await (const chunk of printed) process.stdout.write(chunk)
}
