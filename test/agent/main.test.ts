import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { unpackBatch } from '../../agent/uplink/batch.ts'
import { fakeServer, type Heard, receipt } from './uplink/fake-server.ts'

const bin = fileURLToPath(new URL('../../server/weir.js', import.meta.url))
const recording = fileURLToPath(new URL('../fixtures/conntrack/shop.rec', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly output: string
}

function weir(...args: readonly string[]): { readonly child: ChildProcess; ended(): Promise<Ended> } {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout?.on('data', text => (output += text))
  child.stderr?.on('data', text => (output += text))
  const ended = once(child, 'close').then(([code]) => ({ code, output }))
  return { child, ended: () => ended }
}

const answer = ({ method, path }: Heard) => {
  if (path.startsWith('/agent/v1/batches')) return { status: 200, body: receipt }
  if (method === 'POST') return { status: 200, body: { watermark: 0, labels: [], unknown: [] } }
  return undefined // the directory has no news
}
const batches = (heard: readonly Heard[]) =>
  heard.filter(({ path }) => path.startsWith('/agent/v1/batches')).map(({ body }) => unpackBatch(body))
const asAgent = (spool: string, url: string) =>
  [
    ['agent', '--source', 'recording', '--recording', recording, '--window-ms', '5000', '--node', 'node-a'],
    ['--cluster', 'lab', '--server-url', url, '--spool-dir', spool, '--mtu', '1500'],
  ].flat()

test('an agent sends its windows, ends on SIGTERM with its last one, and goes on where it was', async () => {
  const spool = mkdtempSync(join(tmpdir(), 'weir-agent-'))
  await using server = await fakeServer(answer)
  try {
    for (const _ of ['first', 'second']) {
      const before = batches(server.heard).length
      const agent = weir(...asAgent(spool, server.url))
      while (batches(server.heard).length === before) await server.heardAtLeast(server.heard.length + 1)
      // The process that was started still, though it started itself once more, with fewer heaps of the C library.
      if (process.platform === 'linux')
        match(readFileSync(`/proc/${agent.child.pid}/environ`, 'latin1'), /MALLOC_ARENA_MAX=1/)
      // Twice: an impatient supervisor must not end it half way.
      agent.child.kill('SIGTERM')
      agent.child.kill('SIGTERM')
      const { code, output } = await agent.ended()
      equal(code, 0, output)
    }
    const sent = batches(server.heard)
    deepEqual(
      sent.map(({ sequence }) => sequence),
      sent.map((_, i) => i + 1),
    )
    equal(new Set(sent.map(({ epoch }) => epoch)).size, 1)
    equal(new Set(sent.map(({ report }) => report.process)).size, 2)
    ok(sent.every(({ cluster, node }) => cluster === 'lab' && node === 'node-a'))
    ok(readdirSync(spool).includes('directory.json'))
    ok(!readdirSync(spool).includes('lock'))
  } finally {
    rmSync(spool, { recursive: true, force: true })
  }
})

test('bad settings are all named, and the exit code says so', async () => {
  const { code, output } = await weir('agent', '--window-ms', '7000', '--spool-dri', '/x').ended()
  equal(code, 2)
  match(output, /--window-ms "7000": must divide 60000/)
  match(output, /unknown argument --spool-dri: did you mean --spool-dir\?/)
})

test('a recording that is none ends the agent with a sentence', async () => {
  const spool = mkdtempSync(join(tmpdir(), 'weir-agent-'))
  try {
    const args = ['agent', '--source', 'recording', '--recording', bin, '--spool-dir', spool, '--node', 'n']
    const { code, output } = await weir(...args).ended()
    equal(code, 1)
    match(output, /agent failed/)
  } finally {
    rmSync(spool, { recursive: true, force: true })
  }
})

test('--help tells the commands, and each command its settings', async () => {
  match((await weir('--help').ended()).output, /weir agent/)
  match(
    (await weir('agent', '--help').ended()).output,
    /--spool-max-bytes {2}\(WEIR_SPOOL_MAX_BYTES, default: 268435456\)/,
  )
  deepEqual((await weir('no-such').ended()).code, 2)
})
