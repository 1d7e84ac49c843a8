import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { TestBatch, TestRow } from '../batches.ts'
import { seeded } from '../seeded.ts'
import { M0, Stage } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

/**
 * Random traffic of which agents do not know some ends and flow logs do not know some pods, in random order, with restarts.
 * What counts is held against a second implementation of the rules, and against what was really sent.
 */
const nodes = ['a1', 'a2', 'b1', 'b2'] as const
type Node = (typeof nodes)[number]
const podOf = (node: Node): string => `10.244.${nodes.indexOf(node) + 1}.10`
const addressOf = (node: Node): string => `10.20.0.${nodes.indexOf(node) + 1}`
const MINUTES = 3
const WINDOW = 20

interface Told extends TestBatch {
  readonly node: Node
  readonly minute: number
  readonly told: readonly {
    near: Node
    far: Node
    bytes: readonly [number, number]
    is: 'primary' | 'witness' | 'unknown'
  }[]
}
interface Logged {
  readonly minute: number
  readonly flowLog: 'fl-1' | 'fl-2'
  readonly rows: readonly { from: Node; to: Node; bytes: number; view: 'sent' | 'received' }[]
  readonly by: Node
}

function world(random: () => number) {
  const told: Told[] = []
  const logged: Logged[] = []
  const sent = new Map<number, number>()
  /** fl-2 lacks the packets' addresses. */
  const flowLogOf = new Map(nodes.map(node => [node, random() < 0.5 ? ('fl-1' as const) : ('fl-2' as const)]))
  const logging = nodes.filter(() => random() < 0.7)
  for (let from = 0; from < MINUTES * 60; from += WINDOW) {
    const minute = Math.floor(from / 60)
    const ofNode = new Map<Node, Told['told'][number][]>(nodes.map(node => [node, []]))
    const logs = new Map<Node, Logged['rows'][number][]>(nodes.map(node => [node, []]))
    for (const near of nodes)
      for (const far of nodes) {
        if (near === far || random() < 0.3) continue
        const bytes = [Math.floor(random() * 1_000), Math.floor(random() * 9_000)] as const
        sent.set(minute, (sent.get(minute) ?? 0) + bytes[0] + bytes[1])
        ofNode.get(near)?.push({ near, far, bytes, is: random() < 0.2 ? 'unknown' : 'primary' })
        ofNode.get(far)?.push({ near, far, bytes, is: 'witness' })
        for (const [a, b, amount] of [
          [near, far, bytes[0]],
          [far, near, bytes[1]],
        ] as const) {
          logs.get(a)?.push({ from: a, to: b, bytes: amount, view: 'sent' })
          logs.get(b)?.push({ from: a, to: b, bytes: amount, view: 'received' })
        }
      }
    for (const node of nodes) {
      const rows = ofNode.get(node) ?? []
      if (random() < 0.7) told.push({ node, minute, told: rows, from, to: from + WINDOW, epoch: 'e', rows: [] })
      if (logging.includes(node))
        logged.push({ by: node, minute, flowLog: flowLogOf.get(node) ?? 'fl-1', rows: logs.get(node) ?? [] })
    }
  }
  return { told, logged, sent }
}

let unknown = 9_000
const rowsOf = ({ told }: Told): TestRow[] =>
  told.map(({ near, far, bytes, is }): TestRow => {
    const ends = { initiator: podOf(near), responder: podOf(far), port: 8080, bytes }
    if (is === 'unknown') return { ...ends, [bytes[0] % 2 === 0 ? 'initiator' : 'responder']: unknown++ }
    return is === 'witness' ? { ...ends, role: 'witness' } : ends
  })

const logRowsOf = ({ rows, by, minute, flowLog }: Logged): LogRow[] =>
  rows.map(({ from, to, bytes, view }) => {
    const direction = view === 'sent' ? 'egress' : 'ingress'
    // The interface's own address stands for its pods; the other end's is as it was on the wire.
    const own = flowLog === 'fl-2' ? addressOf(by) : podOf(by)
    const ends = view === 'sent' ? { from: own, to: podOf(to) } : { from: podOf(from), to: own }
    return { ...ends, by: `eni-${by}`, at: minute, direction, bytes, port: 8080 }
  })

const sumOf = (numbers: Iterable<number>): number => [...numbers].reduce((sum, one) => sum + one, 0)

/** What must count of a minute: a hop that a node watched as agents counted it; of the others, three levels of maxima. */
function wanted(minute: number, told: readonly Told[], logged: readonly Logged[], before: ReadonlySet<Told>): number {
  const batches = told.filter(one => one.minute === minute)
  const covered = new Set(
    nodes.filter(node => batches.filter(one => one.node === node && before.has(one)).length === 3),
  )
  const sums = new Map<string, number>()
  const add = (key: string, bytes: number) => void sums.set(key, (sums.get(key) ?? 0) + bytes)
  const of = (key: string) => sums.get(key) ?? 0
  for (const { told: rows } of batches)
    for (const { near, far, bytes, is } of rows)
      for (const way of [0, 1] as const) add(is === 'unknown' ? 'unknown' : `${is} ${near} ${far} ${way}`, bytes[way])
  for (const { rows, flowLog } of logged.filter(one => one.minute === minute))
    for (const { from, to, bytes, view } of rows) add(`${flowLog} ${view} ${from} ${to}`, bytes)
  let [primary, total] = [0, 0]
  for (const from of nodes)
    for (const to of nodes) {
      const hops = [`${from} ${to} 0`, `${to} ${from} 1`]
      const agents = sumOf(
        hops.map(hop => {
          const isBelieved = nodes.some(node => covered.has(node) && hop.startsWith(node))
          return isBelieved ? of(`primary ${hop}`) : Math.max(of(`primary ${hop}`), of(`witness ${hop}`))
        }),
      )
      primary += sumOf(hops.map(hop => of(`primary ${hop}`)))
      total += agents
      if (covered.has(from) || covered.has(to)) continue
      const ofPods = Math.max(agents, of(`fl-1 sent ${from} ${to}`), of(`fl-1 received ${from} ${to}`))
      const ofNodes = [of(`fl-2 sent ${from} ${to}`), of(`fl-2 received ${from} ${to}`)]
      total += Math.max(ofPods, ...ofNodes) - agents
    }
  return primary + Math.max(of('unknown'), total - primary)
}

const missing = [{ field: 'pkt-srcaddr', lost: 'pods are told from their node only by it' }]
const report = {
  flowLogs: [
    { id: 'fl-1', place: 's3://logs', missing: [] },
    { id: 'fl-2', place: 's3://logs', missing },
  ],
}

for (let seed = 1; seed <= 40; seed++)
  test(`ends that agents do not know, pods that flow logs do not know, in any order: no byte counts twice (seed ${seed})`, async () => {
    const random = seeded(seed)
    await using stage = await new Stage().start()
    const { told, logged, sent } = world(random)
    const before = new Set(told.filter(() => random() < 0.6))
    const offer = async (batch: Told) => ok((await stage.offer({ ...batch, rows: rowsOf(batch) })).ok)
    for (const batch of before) await offer(batch)
    await stage.seal(MINUTES + 1)
    const steps = [...told.filter(one => !before.has(one)), ...logged].map(step => ({ step, at: random() }))
    for (const [index, { step }] of steps.sort((a, b) => a.at - b.at).entries()) {
      if (random() < 0.05) await stage.start()
      if ('node' in step) {
        await offer(step)
        continue
      }
      const reader = new TestReader(stage)
      reader.takeLease(report)
      const object = `s3://logs/1_vpcflowlogs_r_${step.flowLog}_t${index}_h`
      ok((await reader.offer({ object, rows: logRowsOf(step) })).ok)
    }
    for (let minute = 0; minute < MINUTES; minute++) {
      const [up, down] = stage.total(fact => fact.minute === M0 + minute)
      deepEqual([minute, up + down], [minute, wanted(minute, told, logged, before)])
      ok(up + down <= (sent.get(minute) ?? 0), `${up + down} of ${sent.get(minute)}`)
    }
  })
