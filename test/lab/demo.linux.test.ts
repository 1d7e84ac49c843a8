import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { readRecords } from './registry.ts'
import { namespaces } from './remove.ts'
import { Answers, until } from './weir/answers.ts'

const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs root on Linux: makes network namespaces'

test('npm start shows live pairs across zones, and Ctrl-C removes everything', { skip }, async t => {
  const demo = await startDemo(t)
  match(demo.said(), /making a lab/)
  await pairsAcrossZones(demo.url)
  demo.child.kill('SIGINT')
  deepEqual(await once(demo.child, 'exit'), [0, null])
  deepEqual(await madeBy(demo.child), { namespaces: [], records: [] })
})

test('where no lab can be made, npm start replays a recording and says so', { skip }, async t => {
  const demo = await startDemo(t, '--source', 'recording')
  match(demo.said(), /NO LIVE TRAFFIC/)
  deepEqual((await madeBy(demo.child)).namespaces, [])
  await pairsAcrossZones(demo.url)
  demo.child.kill('SIGTERM')
  deepEqual(await once(demo.child, 'exit'), [0, null])
  deepEqual(await madeBy(demo.child), { namespaces: [], records: [] })
})

interface Demo {
  readonly child: ChildProcess
  readonly url: string
  said(): string
}

async function startDemo(t: TestContext, ...args: string[]): Promise<Demo> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'demo.ts'), '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL')) // where the test failed; its janitor then removes what it made
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  const urlIn = () => /http:\S+/.exec(text)?.[0]
  await until('the demo tells its address', 120_000, async () => {
    equal(child.exitCode, null, `the demo ended: ${text}`)
    return urlIn() !== undefined
  })
  return { child, url: urlIn() ?? '', said: () => text }
}

async function pairsAcrossZones(url: string): Promise<void> {
  await until('pairs across zones', 60_000, async () => {
    const { total } = await new Answers(url).pairs(Date.now() - 5 * MINUTE_MS, Date.now() + MINUTE_MS)
    return total.byCrossing['cross-zone'].bytes > 0
  })
  const { rows } = await new Answers(url).pairs(Date.now() - 5 * MINUTE_MS, Date.now() + MINUTE_MS)
  ok(rows.some(row => row.initiator.name === 'web' && row.responder.name === 'cart'))
}

/** What a demo has made and not removed; what other labs make meanwhile is not its own. */
async function madeBy(child: ChildProcess): Promise<{ namespaces: string[]; records: string[] }> {
  const prefix = `weir${child.pid?.toString(36)}x`
  return {
    namespaces: (await namespaces()).filter(name => name.startsWith(prefix)),
    records: readRecords().flatMap(record => (record.owner.pid === child.pid ? [record.mark] : [])),
  }
}
