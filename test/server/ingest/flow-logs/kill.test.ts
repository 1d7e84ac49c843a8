import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { zstdCompressSync } from 'node:zlib'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { encodeFlowLogBatch } from '@weir/contract/flow-log-codec.ts'
import type { FlowLogReceipt, Lease, ObjectsAnswer } from '@weir/contract/flow-log-wire.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { batchOf, type TestRow } from '../batches.ts'
import type { FactRow } from '../memory-store.ts'
import { seeded } from '../seeded.ts'
import { ServerProcess } from '../server-process.ts'
import { M0 } from '../stage.ts'
import { type LogRow, logBatchOf, readerReport } from './reader.ts'

const nodes = ['a1', 'a2', 'b1', 'b2'] as const
type Node = (typeof nodes)[number]
const podOf = (node: Node): string => `10.244.${nodes.indexOf(node) + 1}.10`
const MINUTES = 8
const KILLS = 5

type Body = Uint8Array<ArrayBuffer>
interface LogObject {
  readonly name: string
  /** Of two batches each. */
  readonly rows: readonly LogRow[]
}

/**
 * Traffic that flow logs see whole, and agents in part: b2 has none, a2's is away for two minutes. All count the same, so
 * that the truth does not depend on when a minute was sealed or who came first: it is what was sent.
 */
function traffic(random: () => number) {
  const batches: Body[] = []
  const objects: LogObject[] = []
  const truth = new Map<string, number>()
  const start = Math.floor(Date.now() / MINUTE_MS - MINUTES - 1) * MINUTE_MS
  const sequences = new Map<Node, number>()
  for (let minute = 0; minute < MINUTES; minute++) {
    const logged = new Map<Node, LogRow[]>(nodes.map(node => [node, []]))
    const log = (from: Node, to: Node, bytes: number, initiator: LogRow['initiator']) => {
      const at = start / MINUTE_MS - M0 + minute
      const row = { at, from: podOf(from), to: podOf(to), bytes, initiator: initiator ?? 'unknown', port: 8080 }
      logged.get(from)?.push({ ...row, by: `eni-${from}`, direction: 'egress' })
      logged.get(to)?.push({ ...row, by: `eni-${to}`, direction: 'ingress' })
      truth.set(`${from} ${to}`, (truth.get(`${from} ${to}`) ?? 0) + bytes)
    }
    for (let from = start + minute * MINUTE_MS; from < start + (minute + 1) * MINUTE_MS; from += 20_000) {
      const rows = new Map<Node, TestRow[]>(nodes.map(node => [node, []]))
      for (const near of nodes)
        for (const far of nodes) {
          if (near === far) continue
          const bytes: [number, number] = [Math.floor(random() * 1e6), Math.floor(random() * 1e9)]
          const row = { initiator: podOf(near), responder: podOf(far), port: 8080, bytes }
          rows.get(near)?.push(row)
          rows.get(far)?.push({ ...row, role: 'witness' })
          log(near, far, bytes[0], 'source')
          log(far, near, bytes[1], 'destination')
        }
      for (const node of nodes) {
        if (node === 'b2' || (node === 'a2' && minute >= 3 && minute < 5)) continue
        const sequence = (sequences.get(node) ?? 0) + 1
        sequences.set(node, sequence)
        const batch = batchOf({ node, sequence, from, to: from + 20_000, rows: rows.get(node) ?? [] })
        batches.push(new Uint8Array(zstdCompressSync(encodeBatch(batch))))
      }
    }
    for (const [node, rows] of logged) objects.push({ name: `s3://logs/${node}-${minute}.log.gz#1`, rows })
  }
  return { batches, objects, truth, end: start + MINUTES * MINUTE_MS }
}

/** Bytes from node to node, whoever opened the connections. */
function sentBetween(facts: readonly Omit<FactRow, 'minute'>[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const { series, bytesToResponder, bytesToInitiator } of facts) {
    const [near, far] = [series.initiator.name.slice(4), series.responder.name.slice(4)]
    for (const [key, bytes] of [
      [`${near} ${far}`, bytesToResponder],
      [`${far} ${near}`, bytesToInitiator],
    ] as const)
      totals.set(key, (totals.get(key) ?? 0) + bytes)
  }
  return totals
}

test('killed at random moments, two readers and agents at work: every byte is there, once', async t => {
  const random = seeded(20_264)
  await using server = await ServerProcess.create()
  const { batches, objects, truth, end } = traffic(random)
  const counts = { batches: 0, duplicates: 0, leasesLost: 0, undecided: 0, cutOff: 0 }
  const start = () => server.start(1_500)
  await start()
  let isUp = Promise.resolve()
  let isDone = false

  /** The answer, however often the server dies meanwhile. */
  const post = async (path: string, body: string | Body, encoding = 'identity'): Promise<Response> => {
    for (;;) {
      await isUp
      try {
        const url = `http://127.0.0.1:${server.port}/agent/v1/${path}`
        return await fetch(url, { method: 'POST', body, headers: { 'content-encoding': encoding } })
      } catch (error) {
        if (!(error instanceof TypeError)) throw error // fetch: the connection broke
        counts.cutOff++
        await pause(5)
      }
    }
  }

  const agents = async (): Promise<void> => {
    const order = batches.map((body, i) => ({ body, at: i + random() * 12 })).sort((a, b) => a.at - b.at)
    for (const { body } of order) {
      while ((await post('batches', body, 'zstd')).status !== 200) await pause(20)
      await pause(random() * 60)
    }
  }

  /** Brings one object from where it stands; false: the lease is another's. */
  const bring = async ({ name, rows }: LogObject, lease: string): Promise<boolean> => {
    const half = Math.ceil(rows.length / 2)
    for (;;) {
      const asked = await post('flow-logs/objects', JSON.stringify({ lease, objects: [name] }))
      if (asked.status === 409) return false
      if (asked.status !== 200) continue
      const [known] = ((await asked.json()) as ObjectsAnswer).objects
      if (known?.isDone) return true
      const from = known?.records ?? 0
      const to = from === 0 ? half : rows.length
      const batch = logBatchOf({
        ...{ lease, object: name, records: [from, to], isLast: to === rows.length },
        rows: rows.slice(from, to),
      })
      const answer = await post('flow-logs/batches', new Uint8Array(encodeFlowLogBatch(batch)))
      ok([200, 409, 503].includes(answer.status), `${name}: ${answer.status} ${await answer.clone().text()}`)
      if (answer.status === 503) {
        counts.undecided++
        await pause(100)
      }
      if (answer.status !== 200) continue
      counts.batches++
      if (((await answer.json()) as FlowLogReceipt).duplicate) counts.duplicates++
    }
  }

  const reader = async (who: string): Promise<void> => {
    const left = objects.map(object => ({ object, at: random() })).sort((a, b) => a.at - b.at)
    while (left.length > 0 && !isDone) {
      const request = { version: 2, cluster: 'lab', reader: who, report: readerReport() }
      const leased = await post('flow-logs/lease', JSON.stringify(request))
      if (leased.status !== 200) {
        await pause(50)
        continue
      }
      const { lease } = (await leased.json()) as Lease
      for (let next = left[0]; next !== undefined; next = left[0]) {
        if (!(await bring(next.object, lease))) {
          counts.leasesLost++
          break
        }
        left.shift()
        await pause(random() * 40)
      }
    }
    isDone = true
  }

  const killer = async (): Promise<void> => {
    for (let kill = 0; kill < KILLS && !isDone; kill++) {
      await pause(300 + random() * 900)
      const { promise, resolve } = Promise.withResolvers<void>()
      isUp = promise
      await server.end('SIGKILL')
      await start()
      resolve()
    }
  }

  const killing = killer()
  await Promise.all([agents(), reader('r1'), reader('r2')])
  await killing
  while ((await server.sealedUntil()) < end) await pause(100)
  await server.end('SIGTERM')
  t.diagnostic(JSON.stringify(counts))
  ok(counts.cutOff > 0 && counts.leasesLost > 0, 'nothing met a kill')
  deepEqual([...sentBetween(await server.stored())].sort(), [...truth].sort())
})
