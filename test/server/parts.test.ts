import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { LIVE_NAMESPACE, type LiveFrame } from '@weir/contract/live-wire.ts'
import type { AgentsAnswer, PairsAnswer, ZonesAnswer } from '@weir/contract/queries.ts'
import { io } from 'socket.io-client'
import { aReport } from './answers/agents.ts'
import { batchOf, type TestRow } from './ingest/batches.ts'

const program = fileURLToPath(new URL('../../server/weir.ts', import.meta.url))
const directory = `
cluster: lab
zones:    [{ name: lab-1a, id: lab1-az1, region: lab-1 }, { name: lab-1b, id: lab1-az2, region: lab-1 }]
nodes:    [{ name: a, zone: lab-1a, addresses: [10.0.1.1] }, { name: b, zone: lab-1b, addresses: [10.0.2.1] }]
pods:
  - { namespace: shop, name: web-0, workload: { kind: Deployment, name: web }, node: a, addresses: [10.244.1.10] }
  - { namespace: shop, name: cart-0, workload: { kind: Deployment, name: cart }, node: b, addresses: [10.244.2.10] }
`

async function folder(content = directory) {
  const path = await mkdtemp(join(tmpdir(), 'weir-server-'))
  await writeFile(join(path, 'directory.yaml'), content)
  await writeFile(join(path, 'secret'), 'old,s3cret\n')
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

/** The program itself as a child process, on free ports of loopback. */
function start(path: string, ...more: string[]) {
  const listen = ['dashboard', 'agents', 'metrics'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const files = ['--directory-file', join(path, 'directory.yaml'), '--data-dir', join(path, 'data')]
  const argv = [
    program,
    'server',
    ...listen,
    ...files,
    '--secret-file',
    join(path, 'secret'),
    '--dashboard-auth=none',
    ...more,
  ]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit').then(([code]) => Number(code))
  let told = ''
  child.stderr.on('data', chunk => {
    told += chunk
  })
  const ports: { [part: string]: number } = {}
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', line => {
      told += `${line}\n`
      const event = JSON.parse(line)
      if (event.message === 'listening') ports[event.part] = event.port
      if (Object.keys(ports).length === 3) resolve()
    })
    void exited.then(code => reject(new Error(`exit ${code}: ${told}`)))
  })
  return {
    exited,
    ready,
    told: () => told,
    url: (part: string, path_: string) => `http://127.0.0.1:${ports[part]}${path_}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
    stop(signal: NodeJS.Signals): Promise<number> {
      child.kill(signal)
      return exited
    },
  }
}
type Running = ReturnType<typeof start>

const windowTo = Math.floor(Date.now() / 10_000) * 10_000

async function post(server: Running, node: string, sequence: number, rows: readonly TestRow[]): Promise<Response> {
  const batch = batchOf({ cluster: 'lab', node, sequence, from: windowTo - 10_000, to: windowTo, rows })
  return fetch(server.url('agents', '/agent/v1/batches'), {
    method: 'POST',
    headers: { authorization: 'Bearer s3cret', 'weir-sent-at': String(Date.now()) },
    body: encodeBatch({ ...batch, report: aReport() }),
  })
}

async function get<T>(server: Running, path: string): Promise<T> {
  return (await (await fetch(server.url('dashboard', path))).json()) as T // the schema is checked in openapi.test.ts
}

const row: TestRow = {
  initiator: '10.244.1.10',
  responder: '10.244.2.10',
  port: 8080,
  bytes: [1_000, 3_000],
  connections: 2,
}

test('a batch is in pairs, zones, agents, the live view and /metrics with one and the same number', async () => {
  await using files = await folder()
  await using server = start(files.path)
  await server.ready
  const live = io(server.url('dashboard', LIVE_NAMESPACE), { transports: ['websocket'], reconnection: false })
  const seen = new Promise<LiveFrame>(resolve => {
    live.on('frame', (frame: LiveFrame, taken: () => void) => {
      taken()
      if (frame.total.bytes > 0) resolve(frame)
    })
  })
  live.emit('subscribe', { view: 'pairs', span: 900, filter: {} })
  equal((await post(server, 'a', 1, [row])).status, 200)
  equal((await post(server, 'a', 1, [row])).status, 200) // offered again: counted once

  const pairs = await get<PairsAnswer>(server, '/api/v1/pairs')
  equal(pairs.total.bytes, 4_000)
  equal(pairs.rows[0]?.byCrossing['cross-zone'].bytes, 4_000)
  equal(pairs.asOf, windowTo)
  const { cells } = await get<ZonesAnswer>(server, '/api/v1/zones')
  deepEqual(
    cells.map(cell => [cell.source, cell.destination, cell.bytes]),
    [
      ['lab-1a', 'lab-1b', 1_000],
      ['lab-1b', 'lab-1a', 3_000],
    ],
  )
  const { agents, withoutAgent } = await get<AgentsAnswer>(server, '/api/v1/agents')
  deepEqual(
    agents.map(agent => agent.node),
    ['a'],
  )
  deepEqual(withoutAgent, ['b'])
  const frame = await seen
  equal(frame.total.bytes, 4_000)
  equal(frame.pairs?.[0]?.key, pairs.rows[0]?.key)
  live.disconnect()
  const metrics = await (await fetch(server.url('metrics', '/metrics'))).text()
  match(metrics, /weir_zone_bytes_total\{source_zone="lab-1b",destination_zone="lab-1a",.*\} 3000\n/)
  match(metrics, /weir_server_batches_total\{result="duplicate"\} 1\n/)
  match(metrics, /weir_coverage_ratio\{kind="bytes placed"\} 1\n/)
  ok(!server.told().includes('s3cret'))
})

test('after SIGTERM it ends with 0, and what was taken is there again', async () => {
  await using files = await folder()
  const first = start(files.path)
  await first.ready
  await post(first, 'a', 1, [row])
  equal(await first.stop('SIGTERM'), 0)
  await using second = start(files.path)
  await second.ready
  equal((await get<PairsAnswer>(second, '/api/v1/pairs')).total.bytes, 4_000)
})

test('a wrong secret is refused and counted', async () => {
  await using files = await folder()
  await using server = start(files.path)
  await server.ready
  const response = await fetch(server.url('agents', '/agent/v1/batches'), {
    method: 'POST',
    headers: { authorization: 'Bearer other' },
    body: '',
  })
  equal(response.status, 401)
  const metrics = await (await fetch(server.url('metrics', '/metrics'))).text()
  match(metrics, /weir_server_batches_total\{result="unauthorised"\} 1\n/)
})

test('bad settings end it with 2 and every problem', async () => {
  await using files = await folder()
  const server = start(files.path, '--usd-per-gb', 'cheap', '--limit', '5')
  server.ready.catch(() => {}) // it never is
  equal(await server.exited, 2)
  match(server.told(), /usd-per-gb "cheap"/)
  match(server.told(), /unknown argument --limit/)
})

test('a bad directory file ends it with 1, by line and key', async () => {
  await using files = await folder('cluster: lab\nnodez: []\n')
  const server = start(files.path)
  server.ready.catch(() => {}) // it never is
  equal(await server.exited, 1)
  match(server.told(), /nodez/)
})

test('a second server on the same data is refused and the first goes on', async () => {
  await using files = await folder()
  await using first = start(files.path)
  await first.ready
  const second = start(files.path)
  second.ready.catch(() => {}) // it never is
  equal(await second.exited, 1)
  equal((await fetch(first.url('dashboard', '/readyz'))).status, 200)
})
