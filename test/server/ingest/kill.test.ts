import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { zstdCompressSync } from 'node:zlib'
import type { BatchReceipt } from '@weir/contract/agent-wire.ts'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { batchOf, type TestRow } from './batches.ts'
import { addHop, hopTotals } from './hops.ts'
import { seeded } from './seeded.ts'
import { ServerProcess } from './server-process.ts'

const nodes = ['a1', 'a2', 'b1', 'b2'] as const
type Node = (typeof nodes)[number]
const podOf = (node: Node): string => `10.244.${nodes.indexOf(node) + 1}.10`
const MINUTES = 15
const KILLS = 8

interface Offer {
  readonly sequence: number
  readonly body: Uint8Array<ArrayBuffer>
}

/**
 * Fifteen minutes of traffic between four nodes, in windows of 10 s that end a minute ago. b2 runs no agent; a2's agent
 * was away for two minutes, so that there only its witnesses know. Both kernels count the same, so that the truth does
 * not depend on when a minute was sealed: a total is what was sent wherever at least one of both ends reports it.
 */
function traffic(random: () => number): { offers: Map<Node, Offer[]>; truth: Map<string, number>; end: number } {
  const offers = new Map<Node, Offer[]>(nodes.filter(node => node !== 'b2').map(node => [node, []]))
  const truth = new Map<string, number>()
  const start = Math.floor(Date.now() / MINUTE_MS - MINUTES - 1) * MINUTE_MS
  for (let from = start; from < start + MINUTES * MINUTE_MS; from += 10_000) {
    const minute = (from - start) / MINUTE_MS
    const reports = (node: Node) => node !== 'b2' && !(node === 'a2' && minute >= 5 && minute < 7)
    const rows = new Map<Node, TestRow[]>(nodes.map(node => [node, []]))
    for (const near of nodes)
      for (const far of nodes) {
        if (near === far) continue
        const bytes: [number, number] = [Math.floor(random() * 1e6), Math.floor(random() * 1e9)]
        const row = { initiator: podOf(near), responder: podOf(far), port: 8080, bytes }
        rows.get(near)?.push(row)
        rows.get(far)?.push({ ...row, role: 'witness' })
        if (reports(near) || reports(far)) addHop(truth, `app-${near}`, `app-${far}`, bytes)
      }
    for (const [node, sent] of offers)
      if (reports(node)) {
        const sequence = sent.length + 1
        const batch = batchOf({ node, sequence, from, to: from + 10_000, rows: rows.get(node) ?? [] })
        sent.push({ sequence, body: new Uint8Array(zstdCompressSync(encodeBatch(batch))) })
      }
  }
  return { offers, truth, end: start + MINUTES * MINUTE_MS }
}

test('killed at random moments under load: what was acknowledged is there, once, and every total is exact', async t => {
  const random = seeded(20_261)
  await using server = await ServerProcess.create()
  const { offers, truth, end } = traffic(random)
  const counts = { answers: 0, duplicates: 0, cutOff: 0 }
  // Short, so that minutes are also sealed while batches of theirs are still on the way.
  const start = () => server.start(1_500)
  await start()
  let isUp = Promise.resolve()
  let allSent = false

  /** Until it is acknowledged; the acknowledgement may be lost with the server. */
  const deliver = async ({ body, sequence }: Offer, oldest: number): Promise<void> => {
    for (;;) {
      await isUp
      try {
        const response = await fetch(`http://127.0.0.1:${server.port}/agent/v1/batches`, {
          method: 'POST',
          body,
          headers: { 'content-encoding': 'zstd', 'weir-oldest-sequence': String(oldest) },
        })
        ok(response.status === 200 || response.status === 503, `sequence ${sequence}: ${response.status}`)
        const answer = (await response.json()) as BatchReceipt
        if (response.status !== 200) continue
        counts.answers++
        if (answer.duplicate) counts.duplicates++
        return
      } catch (error) {
        if (!(error instanceof TypeError)) throw error // fetch: the connection broke
        counts.cutOff++
        await pause(5)
      }
    }
  }

  /** An agent gone wrong: not in order, some batches again and again, also long after they were taken. */
  const agent = async (sent: readonly Offer[]): Promise<void> => {
    const order = sent.map((offer, i) => ({ offer, at: i + random() * 25 })).sort((a, b) => a.at - b.at)
    const oldestAt = (i: number) => Math.min(...order.slice(i).map(({ offer }) => offer.sequence))
    for (const [i, { offer }] of order.entries()) {
      await Promise.all([
        deliver(offer, oldestAt(i)),
        ...(random() < 0.3 ? [deliver(offer, oldestAt(i))] : []),
        ...(random() < 0.3 ? [deliver(order[Math.floor(random() * i)]?.offer ?? offer, 1)] : []),
      ])
      await pause(random() * 60) // stretches the load over all kills
    }
  }

  const killer = async (): Promise<void> => {
    for (let kill = 0; kill < KILLS && !allSent; kill++) {
      await pause(100 + random() * 900)
      const { promise, resolve } = Promise.withResolvers<void>()
      isUp = promise
      await server.end('SIGKILL')
      await start()
      resolve()
    }
  }

  const killing = killer()
  await Promise.all([...offers.values()].map(agent))
  allSent = true
  await killing
  // What only witnesses saw counts when its minute is sealed.
  while ((await server.sealedUntil()) < end) await pause(100)
  await server.end('SIGTERM')
  t.diagnostic(JSON.stringify(counts))
  ok(counts.cutOff > 0, 'no request met a kill')
  ok(counts.duplicates > 0, 'nothing was repeated')
  deepEqual([...hopTotals(await server.stored())].sort(), [...truth].sort())
})
