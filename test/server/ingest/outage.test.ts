import { deepEqual, equal } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { Losses } from '../../../agent/losses.ts'
import { secretCredential } from '../../../agent/uplink/credential.ts'
import { ServerClient } from '../../../agent/uplink/http.ts'
import { Sender } from '../../../agent/uplink/send.ts'
import { Spool } from '../../../agent/uplink/spool.ts'
import { createFixedDirectory } from '../../../server/directory/fixed/fixed.ts'
import { agentsApp, createListener } from '../../../server/http.ts'
import { createIngest } from '../../../server/ingest/ingest.ts'
import { EmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { sharedSecret } from '../../../server/trust/shared-secret.ts'
import { gateOf } from '../trust/gates.ts'
import { batchOf, type TestRow } from './batches.ts'
import { addHop, hopTotals } from './hops.ts'
import { seeded } from './seeded.ts'
import { directoryFile, storedIn } from './server-process.ts'

const agents = ['a1', 'a2', 'b1'] as const // none on b2
const nodes = [...agents, 'b2'] as const
const podOf = (node: (typeof nodes)[number]): string => `10.244.${nodes.indexOf(node) + 1}.10`
const WINDOW_MS = 30_000
/** Windows before, in and after the two hours. */
const [BEFORE, OUTAGE, AFTER] = [20, 240, 10]
const SECRET = 'a-secret-of-this-test'
const quiet = { info: () => {}, warn: () => {} }

/** Holds the first request that comes to an app back, as a road may; `arrived` resolves when it is there. */
function slowRoad(app: RequestListener) {
  const arrived = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  let requests = 0
  const listener: RequestListener = (request, response) => {
    if (requests++ > 0) return app(request, response)
    arrived.resolve()
    void go.promise.then(() => app(request, response))
  }
  return { listener, arrived: arrived.promise, go: () => go.resolve() }
}

test('two hours without a server lose nothing: what agents spooled is taken, and every total is exact', async t => {
  const random = seeded(7_200)
  const folder = await mkdtemp(join(tmpdir(), 'weir-outage-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'directory.json'), directoryFile)
  // One clock for both ends, moved by hand: two hours pass in seconds.
  let clock = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS
  const now = () => epochMs(clock)
  const truth = new Map<string, number>()
  const losses = new Losses()
  const waiting = { acknowledgements: 0, wake: () => {} }

  async function startServer() {
    const dataDir = join(folder, 'data')
    const store = new EmbeddedStore({ directory: dataDir, onBroken: () => {} })
    const recovered = await store.start()
    const source = createFixedDirectory({ file: join(folder, 'directory.json'), dataDir, now, log: () => {} })
    await source.start()
    const ingest = createIngest({
      store,
      recovered: () => recovered,
      directory: source.directory,
      gate: gateOf(sharedSecret([SECRET])),
      now,
      log: line => t.diagnostic(line),
      sealAfterMs: 15 * MINUTE_MS,
      sealEveryMs: 100,
    })
    await ingest.part.start()
    const road = slowRoad(agentsApp([ingest.router], () => {}))
    const listener = createListener('agents', { host: '127.0.0.1', port: 0 }, road.listener, () => {})
    await listener.start()
    return {
      ingest,
      road,
      port: listener.port(),
      async stop() {
        await listener.stop()
        await ingest.part.stop()
        await source.stop()
        await store.stop()
      },
    }
  }

  /** One agent's spool and sender, as the agent itself wires them. */
  async function startAgent(node: string, port: number) {
    const spool = new Spool({
      folder: join(folder, node),
      maxBytes: 256 * 1024 * 1024,
      cluster: 'lab',
      node,
      losses,
      log: quiet,
      newEpoch: () => `epoch-of-${node}`,
    })
    await spool.start()
    const client = new ServerClient(`http://127.0.0.1:${port}`, secretCredential(SECRET), undefined, now)
    const sender = new Sender({
      client,
      cluster: 'lab',
      node,
      spool,
      onReceipt: () => {
        waiting.acknowledgements++
        waiting.wake()
      },
      log: quiet,
      now,
      random,
      graceMs: 0,
    })
    await sender.start()
    return {
      node,
      spool,
      sender,
      async stop() {
        await sender.stop()
        await spool.stop()
        client.close()
      },
    }
  }
  type Agent = Awaited<ReturnType<typeof startAgent>>

  /** A window of traffic between all pods; in the outage also of a pod that no directory ever hears of. */
  async function passWindow(running: readonly Agent[], inOutage: boolean): Promise<void> {
    const from = clock
    clock += WINDOW_MS
    const rows = new Map<string, TestRow[]>(nodes.map(node => [node, []]))
    for (const near of nodes)
      for (const far of nodes) {
        if (near === far) continue
        const bytes: [number, number] = [Math.floor(random() * 1e4), Math.floor(random() * 1e7)]
        const row = { initiator: podOf(near), responder: podOf(far), port: 8080, bytes }
        rows.get(near)?.push(row)
        rows.get(far)?.push({ ...row, role: 'witness' })
        addHop(truth, `app-${near}`, `app-${far}`, bytes)
      }
    if (inOutage) {
      rows.get('a1')?.push({ initiator: '10.244.99.99', responder: podOf('b1'), bytes: [5, 50] })
      addHop(truth, 'never listed', 'app-b1', [5, 50])
    }
    for (const { node, spool, sender } of running) {
      const batch = batchOf({ node, from, to: clock, rows: rows.get(node) ?? [] })
      const { window, report, ends, services } = batch
      await spool.append(
        { window, report, rows: { ends, services, rows: batch.rows } },
        { kind: 'full', body: new Uint8Array(8) },
      )
      sender.wake()
    }
  }

  async function acknowledged(count: number): Promise<void> {
    while (waiting.acknowledgements < count)
      await new Promise<void>(resolve => {
        waiting.wake = resolve
      })
  }

  let server = await startServer()
  server.road.go()
  let running = await Promise.all(agents.map(node => startAgent(node, server.port)))
  for (let i = 0; i < BEFORE; i++) await passWindow(running, false)
  await acknowledged(BEFORE * agents.length)
  await server.stop()

  for (let i = 0; i < OUTAGE; i++) await passWindow(running, true)
  equal(Math.min(...running.map(({ spool }) => spool.windows)), OUTAGE)
  // The agents were updated meanwhile: the spool is on the disk.
  for (const agent of running) await agent.stop()

  server = await startServer()
  const restarted = clock
  running = await Promise.all(agents.map(node => startAgent(node, server.port)))
  // All begin anew: one agent's first request takes a minute to be heard, and must not look like a clock that is behind.
  await server.road.arrived
  for (let i = 0; i < AFTER; i++) {
    await passWindow(running, false)
    if (clock >= restarted + MINUTE_MS) server.road.go()
  }
  await acknowledged((BEFORE + OUTAGE + AFTER) * agents.length)
  for (const agent of running) await agent.stop()
  clock += 16 * MINUTE_MS
  while ((server.ingest.sealedUntil() ?? 0) < clock - 15 * MINUTE_MS - MINUTE_MS) await server.ingest.sealNow()
  const { superseded } = server.ingest.counts().bytes
  await server.stop()

  deepEqual(losses.snapshot(), {})
  equal(superseded, 0)
  deepEqual([...hopTotals(await storedIn(join(folder, 'data'), clock))].sort(), [...truth].sort())
})
