import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { TestBatch, TestRow } from './batches.ts'
import { seeded } from './seeded.ts'
import { Stage, T0 } from './stage.ts'

/**
 * Random traffic, random losses of agents, random order of delivery, random repeats, restarts and moments of sealing.
 * Truth is a second implementation that keeps every row and adds up at the end, without balances or folds.
 */

const nodes = ['a1', 'a2', 'b1', 'b2'] as const
type Node = (typeof nodes)[number]
const podOf = (node: Node): string => `10.244.${nodes.indexOf(node) + 1}.10`
const CLIENT = '203.0.113.9'
const MINUTES = 5
const WINDOW = 20 // seconds

interface Sent extends TestBatch {
  readonly node: Node
  readonly epoch: string
  readonly sequence: number
}

/** Every hop in every window, as both of its nodes report it: the two kernels differ a little. */
function traffic(random: () => number): Sent[] {
  const sent: Sent[] = []
  const sequences = new Map<Node, number>()
  const isAway = (node: Node, from: number) => away.get(node)?.has(Math.floor(from / WINDOW)) === true
  // b2 has no agent; another one is away for some windows, whose bytes are lost.
  const away = new Map<Node, Set<number>>([['b2', new Set(Array.from({ length: 99 }, (_, i) => i))]])
  const absent = nodes[Math.floor(random() * 3)] ?? 'a1'
  const gap = Math.floor(random() * 10)
  away.set(absent, new Set([gap, gap + 1, gap + 2, gap + 3]))
  for (let from = 0; from < MINUTES * 60; from += WINDOW) {
    const rows = new Map<Node, TestRow[]>(nodes.map(node => [node, []]))
    for (const near of nodes)
      for (const far of nodes) {
        if (near === far || random() < 0.3) continue
        const bytes: [number, number] = [Math.floor(random() * 1_000), Math.floor(random() * 9_000)]
        const ends = { initiator: podOf(near), responder: podOf(far), port: 8080 }
        rows.get(near)?.push({ ...ends, bytes })
        rows.get(far)?.push({ ...ends, bytes: [bytes[0] + Math.floor(random() * 3), bytes[1]], role: 'witness' })
      }
    for (const far of nodes)
      rows.get(far)?.push({ initiator: CLIENT, responder: podOf(far), port: 8080, bytes: [10, 20], role: 'witness' })
    for (const node of nodes) {
      if (isAway(node, from)) continue
      const sequence = (sequences.get(node) ?? 0) + 1
      sequences.set(node, sequence)
      sent.push({ node, epoch: 'e', sequence, from, to: from + WINDOW, rows: rows.get(node) ?? [] })
    }
  }
  return sent
}

/** What must count at the end: per minute and hop, by the rule as design.md has it. */
function truth(arrived: readonly Sent[], sealedWith: readonly (readonly Sent[])[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (let minute = 0; minute < MINUTES; minute++) {
    const inMinute = (batch: Sent) => Math.floor(batch.from / 60) === minute
    const covered = (node: string) =>
      (sealedWith[minute] ?? []).filter(b => b.node === node && inMinute(b)).length === 3
    const sums = new Map<string, { primary: number; witness: number; sender: string | undefined }>()
    for (const batch of arrived.filter(inMinute))
      for (const { initiator, responder, bytes, role = 'primary' } of batch.rows)
        for (const way of [0, 1] as const) {
          const key = `${minute} ${initiator} ${responder} ${way}`
          const sender = nodes.find(node => podOf(node) === initiator)
          const sum = sums.get(key) ?? { primary: 0, witness: 0, sender }
          if (role === 'primary') sum.primary += bytes[way]
          else sum.witness += bytes[way]
          sums.set(key, sum)
        }
    for (const [key, { primary, witness, sender }] of sums)
      totals.set(key, sender !== undefined && covered(sender) ? primary : Math.max(primary, witness))
  }
  return totals
}

function counted(stage: Stage): Map<string, number> {
  const address = (end: { kind: string; name: string }) => {
    const node = nodes.find(one => end.name === `app-${one}`)
    return node === undefined ? CLIENT : podOf(node)
  }
  const totals = new Map<string, number>()
  for (const { minute, series, bytesToResponder, bytesToInitiator } of stage.store.facts)
    for (const [way, bytes] of [bytesToResponder, bytesToInitiator].entries()) {
      const key = `${minute - T0 / MINUTE_MS} ${address(series.initiator)} ${address(series.responder)} ${way}`
      totals.set(key, (totals.get(key) ?? 0) + bytes)
    }
  return totals
}

const withoutZeros = (totals: Map<string, number>) => [...totals].filter(([, bytes]) => bytes > 0).sort()

for (let seed = 1; seed <= 40; seed++)
  test(`any order, any repeats, restarts in between: every hop's total is exact (seed ${seed})`, async () => {
    const random = seeded(seed)
    await using stage = await new Stage().start()
    const sent = traffic(random)
    // Roughly in order, some much later, some twice.
    const schedule = sent
      .flatMap(batch => (random() < 0.3 ? [batch, batch] : [batch]))
      .map(batch => ({ batch, at: batch.to + random() * random() * 600 }))
      .sort((a, b) => a.at - b.at)
    const arrived: Sent[] = []
    const sealedWith: (readonly Sent[])[] = []
    const noteSeals = () => {
      const until = ((stage.ingest.sealedUntil() ?? T0) - T0) / MINUTE_MS
      while (sealedWith.length < Math.min(until, MINUTES)) sealedWith.push([...arrived])
    }
    for (const { batch, at } of schedule) {
      if (random() < 0.05) {
        await stage.start()
      }
      if (random() < 0.2) await stage.seal(Math.max(0, Math.floor(at / 60) - 3))
      noteSeals()
      const answer = await stage.offer(batch)
      ok(answer.ok)
      equal(answer.receipt.duplicate, arrived.includes(batch))
      if (!arrived.includes(batch)) arrived.push(batch)
    }
    await stage.seal(MINUTES)
    noteSeals()
    deepEqual(withoutZeros(counted(stage)), withoutZeros(truth(arrived, sealedWith)))
  })

for (let seed = 1; seed <= 20; seed++)
  test(`with catch-ups and merged windows too, every byte received is accounted for (seed ${seed})`, async () => {
    const random = seeded(1_000 + seed)
    await using stage = await new Stage().start()
    const sent = traffic(random).map((batch): Sent => {
      if (random() < 0.2) return { ...batch, kind: 'catch-up', from: Math.max(0, batch.from - 70) }
      return random() < 0.2 ? { ...batch, to: batch.to + 95 } : batch
    })
    for (const batch of sent.map(batch => ({ batch, at: random() })).sort((a, b) => a.at - b.at)) {
      if (random() < 0.2) await stage.seal(Math.floor(random() * MINUTES))
      await stage.offer(batch.batch)
    }
    await stage.seal(MINUTES + 3)
    equal(stage.store.pending.length, 0)
    const { bytes } = stage.ingest.counts()
    const received = sent.flatMap(({ rows }) => rows).reduce((sum, row) => sum + row.bytes[0] + row.bytes[1], 0)
    equal(bytes.received, received)
    equal(received, bytes.primary + bytes.promoted + bytes.superseded + bytes.auditOnly)
    const [up, down] = stage.total()
    equal(up + down, bytes.primary + bytes.promoted)
  })
