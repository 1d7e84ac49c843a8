import { equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { chart } from './render.ts'

const script = readFileSync(join(chart, 'files', 'server-ready.js'), 'utf8')

interface Server {
  readonly ready: boolean
  readonly agents: number
  readonly token: string
}

/** The script of the test pod against a server that answers so; `token` is what the pod was given. */
async function run(server: Server, token: string): Promise<{ code: unknown; out: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-ready-'))
  const listener = createServer((request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${server.token}`
    if (request.url === '/readyz') response.writeHead(server.ready ? 200 : 503).end('{"reasons":["starting"]}')
    else if (!isKnown) response.writeHead(401).end('sign in')
    else response.end(JSON.stringify({ agents: Array(server.agents).fill({}), withoutAgent: ['node-9'] }))
  })
  try {
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo // TCP: never a pipe's name
    const file = join(folder, 'token')
    writeFileSync(file, `${token}\n`)
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: { SERVER_URL: `http://127.0.0.1:${port}`, TOKEN_FILE: token === '' ? '' : file, WITHIN_MS: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    return { code, out }
  } finally {
    listener.close()
    listener.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  }
}

const cases: readonly [why: string, server: Server, token: string, code: number, says: RegExp][] = [
  [
    'ready, and agents report',
    { ready: true, agents: 2, token: 'a' },
    'a',
    0,
    /2 agents have reported, 1 nodes are without/,
  ],
  ['ready, but no agent has reported', { ready: true, agents: 0, token: 'a' }, 'a', 1, /no agent has reported$/m],
  ['not ready, with the reason', { ready: false, agents: 2, token: 'a' }, 'a', 1, /not ready: .*starting/],
  ['a token that is not the server’s', { ready: true, agents: 2, token: 'a' }, 'b', 1, /cannot be listed: sign in/],
  ['the first of several tokens', { ready: true, agents: 2, token: 'a' }, 'ann:a, bob:b', 0, /^ready$/m],
  ['ready, and nobody to ask with', { ready: true, agents: 0, token: 'a' }, '', 0, /^ready$/m],
]
for (const [why, server, token, code, says] of cases)
  test(`helm test: ${why}`, async () => {
    const ran = await run(server, token)
    equal(ran.code, code, ran.out)
    match(ran.out, says)
  })
