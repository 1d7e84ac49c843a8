import { deepEqual, equal, match } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RolloutAnswer, RolloutsAnswer, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs, MINUTE_MS, minute, minuteOf } from '@weir/contract/units.ts'
import { EmbeddedStore } from '../../../../server/store/embedded/embedded-store.ts'
import { anEnd, aSeries, zoneA, zoneB } from '../../answers/world.ts'

const bin = fileURLToPath(new URL('../../../../server/weir.ts', import.meta.url))
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
const directory = `
cluster: lab
zones: [{ name: us-east-1a, id: use1-az1, region: us-east-1 }]
nodes: [{ name: a, zone: us-east-1a, addresses: [10.0.1.1] }]
`
const HOUR = 60
const DAY = 24 * HOUR

/** 40 days of shop/cart up to `now`, in minutes: every hour, and every minute of the last two; the share falls at `fell`. */
async function fill(dataDir: string, now: number, fell: number): Promise<void> {
  const store = new EmbeddedStore({ directory: dataDir, onBroken: error => console.error(error) })
  await store.start()
  const web = anEnd('pod', 'web', zoneA, 'shop')
  const service = { cluster: 'lab', serviceNamespace: 'shop', serviceName: 'cart', dialled: 'cluster-ip' } as const
  const [near, far] = [zoneA, zoneB].map(zone =>
    store.seriesId(aSeries(web, anEnd('pod', 'cart', zone, 'shop'), service)),
  )
  const hours = Array.from({ length: 40 * 24 }, (_, i) => now - 40 * DAY + i * HOUR).filter(at => at < now - 2 * HOUR)
  const times = [...hours, ...Array.from({ length: 2 * HOUR }, (_, i) => now - 2 * HOUR + i)]
  const facts = times.flatMap((at, i) => {
    const crossing = Math.round(1e6 * ((at < fell ? 0.6 : 0.1) + 0.02 * Math.sin(i * 7)))
    return [[at, near ?? 0, 1e6 - crossing] as const, [at, far ?? 0, crossing] as const]
  })
  const amounts = Float64Array.from(facts, ([, , bytes]) => bytes)
  await store.commit({
    facts: [
      {
        count: facts.length,
        minute: Int32Array.from(facts, ([at]) => at),
        series: Int32Array.from(facts, ([, series]) => series),
        ...{ bytesToResponder: amounts, bytesToInitiator: amounts, wireToResponder: amounts, wireToInitiator: amounts },
        connections: amounts.map(() => 10),
      },
    ],
    decisions: times.map(at => ({
      ...{ cluster: 'lab', node: 'a', minute: minute(at), counted: 'primary' },
      ...{ primaryBytes: 1, witnessBytes: 0, promotedBytes: 0, supersededBytes: 0 },
    })),
    sealedUntil: minute(now),
    ...{ batches: [], marks: [], promotions: [] },
  })
  await store.stop()
}

/** The server on that folder, and where its dashboard is. */
async function serve(
  folder: string,
): Promise<{ readonly url: string; readonly child: ChildProcess; readonly exited: Promise<number> }> {
  const listen = ['dashboard', 'agents', 'metrics'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const files = ['--directory-file', join(folder, 'directory.yaml'), '--data-dir', join(folder, 'data')]
  const argv = [bin, 'server', ...listen, ...files, '--open', '--dashboard-auth=none']
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit').then(([code]) => Number(code))
  for await (const line of createInterface(child.stdout)) {
    const { message, part, port } = JSON.parse(line)
    if (message === 'listening' && part === 'dashboard') return { url: `http://127.0.0.1:${port}`, child, exited }
  }
  throw new Error(`the server ended with ${await exited}`)
}

async function verify(url: string, bar: string): Promise<[code: number, said: string]> {
  const argv = [bin, 'verify', '--server-url', url, '--service', 'shop/cart', '--max-cross-share', bar]
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', text => (said += text))
  const [code] = await once(child, 'close')
  return [Number(code), said]
}

test('a rollout that was marked by hand is judged by a running server, and its reading outlives a restart', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-rollouts-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'directory.yaml'), directory)
  const now = minuteOf(epochMs(Date.now()))
  const fell = now - 10 * DAY
  await fill(join(folder, 'data'), now, fell)
  const first = await serve(folder)
  t.after(() => first.child.kill('SIGKILL'))
  const marked = await fetch(`${first.url}/api/v1/rollouts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ namespace: 'shop', service: 'cart', note: 'pods are spread', at: fell * MINUTE_MS }),
  })
  const { change } = (await marked.json()) as { change: RoutingChange }
  const list = async (url: string) => ((await (await fetch(`${url}/api/v1/rollouts`)).json()) as RolloutsAnswer).rows
  deepEqual(
    (await list(first.url)).map(({ reading }) => reading),
    [null],
    'nothing was read yet',
  )
  const answer = (await (await fetch(`${first.url}/api/v1/rollouts/${change.id}`)).json()) as RolloutAnswer
  deepEqual(
    answer.readings.map(({ kind, verdict }) => [kind, verdict]),
    [['settled', 'reduced']],
  )
  equal((await list(first.url))[0]?.reading?.verdict, 'reduced')
  const [passed, fine] = await verify(first.url, '20%')
  equal(passed, 0, fine)
  match(fine, /^pass: shop\/cart: \d+\.\d % of its bytes crossed zones/)
  equal((await verify(first.url, '0.05'))[0], 1)
  first.child.kill('SIGTERM')
  equal(await first.exited, 0)
  const second = await serve(folder)
  t.after(() => second.child.kill('SIGKILL'))
  deepEqual((await list(second.url))[0]?.reading, answer.readings[0])
  second.child.kill('SIGTERM')
  equal(await second.exited, 0)
})
