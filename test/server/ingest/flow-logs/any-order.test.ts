import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { TestBatch, TestRow } from '../batches.ts'
import { seeded } from '../seeded.ts'
import { M0, Stage, T0 } from '../stage.ts'
import { type LogRow, TestReader } from './reader.ts'

/**
 * Random traffic seen by agents and by flow logs, random absences of either, random order, repeats and restarts. Truth is
 * a second implementation that keeps every row and adds up at the end.
 */
const nodes = ['a1', 'a2', 'b1', 'b2'] as const
type Node = (typeof nodes)[number]
const podOf = (node: Node): string => `10.244.${nodes.indexOf(node) + 1}.10`
const nodeOf = (address: string): Node | undefined => nodes.find(node => podOf(node) === address)
const CLIENT = '203.0.113.9'
const MINUTES = 5
const WINDOW = 20 // seconds

interface Sent extends TestBatch {
  readonly node: Node
  readonly sequence: number
}
interface Logged {
  readonly object: string
  readonly minute: number
  readonly rows: readonly LogRow[]
}

/** Who has no agent at all, who is away for some windows, whose interfaces are logged. */
function world(random: () => number) {
  const without = random() < 0.7 ? ['b2'] : ['b1', 'b2']
  const absent = nodes[Math.floor(random() * 3)] ?? 'a1'
  const gap = Math.floor(random() * 12)
  const logging = random() < 0.5 ? [...nodes] : nodes.filter(() => random() < 0.6)
  const isAway = (node: Node, from: number) => {
    const window = from / WINDOW
    return without.includes(node) || (node === absent && window >= gap && window < gap + 4)
  }
  return { isAway, isLogging: (address: string) => logging.some(node => podOf(node) === address) }
}

function traffic(random: () => number): { sent: Sent[]; logged: Logged[] } {
  const { isAway, isLogging } = world(random)
  const sent: Sent[] = []
  const logs = new Map<string, LogRow[]>()
  const log = (minute: number, from: string, to: string, bytes: number, initiator: LogRow['initiator']) => {
    const row = { at: minute, from, to, bytes, initiator: initiator ?? 'unknown', port: 8080 } as const
    const add = (by: string, direction: 'egress' | 'ingress') => {
      // An object has the rows of one interface and minute; some have two objects.
      const object = `${by} ${minute} ${random() < 0.3 ? 'late' : 'first'}`
      logs.set(object, [...(logs.get(object) ?? []), { ...row, by: `eni-${by}`, direction }])
    }
    if (isLogging(from)) add(from, 'egress')
    if (isLogging(to)) add(to, 'ingress')
  }
  for (let from = 0; from < MINUTES * 60; from += WINDOW) {
    const rows = new Map<Node, TestRow[]>(nodes.map(node => [node, []]))
    const minute = Math.floor(from / 60)
    for (const near of [CLIENT, ...nodes.map(podOf)])
      for (const far of nodes.map(podOf)) {
        if (near === far || random() < 0.3) continue
        const bytes: [number, number] = [Math.floor(random() * 1_000), Math.floor(random() * 9_000)]
        const ends = { initiator: near, responder: far, port: 8080 }
        const [sender, receiver] = [nodeOf(near), nodeOf(far)]
        if (sender !== undefined) rows.get(sender)?.push({ ...ends, bytes })
        const witness: [number, number] = [bytes[0] + Math.floor(random() * 3), bytes[1]]
        if (receiver !== undefined) rows.get(receiver)?.push({ ...ends, bytes: witness, role: 'witness' })
        // A flow log does not always know who opened the connection.
        log(minute, near, far, bytes[0], random() < 0.8 ? 'source' : 'destination')
        log(minute, far, near, bytes[1], random() < 0.8 ? 'destination' : 'source')
      }
    for (const node of nodes) {
      if (isAway(node, from)) continue
      const sequence = sent.filter(batch => batch.node === node).length + 1
      sent.push({ node, epoch: 'e', sequence, from, to: from + WINDOW, rows: rows.get(node) ?? [] })
    }
  }
  return {
    sent,
    logged: Array.from(logs, ([object, of]) => ({ object, minute: of[0]?.at ?? 0, rows: of })),
  }
}

/** What must count at the end, per minute and direction of bytes, by the rules as design.md has them. */
function truth(sent: readonly Sent[], logged: readonly Logged[], sealedWith: readonly (readonly Sent[])[]) {
  const totals = new Map<string, number>()
  const add = (to: Map<string, number>, key: string, bytes: number) => void to.set(key, (to.get(key) ?? 0) + bytes)
  for (let minute = 0; minute < MINUTES; minute++) {
    const inMinute = (batch: Sent) => Math.floor(batch.from / 60) === minute
    const covered = new Set(
      nodes.filter(node => (sealedWith[minute] ?? []).filter(b => b.node === node && inMinute(b)).length === 3),
    )
    const isWatched = (address: string) => covered.has(nodeOf(address) ?? 'b2') && nodeOf(address) !== undefined
    const [primary, witness] = [new Map<string, number>(), new Map<string, number>()]
    for (const batch of sent.filter(inMinute))
      for (const { initiator, responder, bytes, role } of batch.rows)
        for (const way of [0, 1] as const)
          add(role === 'witness' ? witness : primary, `${initiator} ${responder} ${way}`, bytes[way])
    const agents = new Map<string, number>()
    for (const hop of new Set([...primary.keys(), ...witness.keys()])) {
      const [near = '', far = '', way] = hop.split(' ')
      const counted = isWatched(near) ? (primary.get(hop) ?? 0) : Math.max(primary.get(hop) ?? 0, witness.get(hop) ?? 0)
      add(agents, way === '0' ? `${near} ${far}` : `${far} ${near}`, counted)
    }
    const [egress, ingress] = [new Map<string, number>(), new Map<string, number>()]
    for (const { rows } of logged.filter(one => one.minute === minute))
      for (const { from, to, bytes, direction } of rows)
        add(direction === 'egress' ? egress : ingress, `${from} ${to}`, bytes)
    for (const pair of new Set([...agents.keys(), ...egress.keys(), ...ingress.keys()])) {
      const [from = '', to = ''] = pair.split(' ')
      const seen = [agents.get(pair) ?? 0, egress.get(pair) ?? 0, ingress.get(pair) ?? 0]
      totals.set(`${minute} ${pair}`, isWatched(from) || isWatched(to) ? (agents.get(pair) ?? 0) : Math.max(...seen))
    }
  }
  return totals
}

function counted(stage: Stage): Map<string, number> {
  const address = (end: { name: string }) => {
    const node = nodes.find(one => end.name === `app-${one}`)
    return node === undefined ? CLIENT : podOf(node)
  }
  const totals = new Map<string, number>()
  for (const { minute, series, bytesToResponder, bytesToInitiator } of stage.store.facts) {
    const [near, far] = [address(series.initiator), address(series.responder)]
    for (const [pair, bytes] of [
      [`${near} ${far}`, bytesToResponder],
      [`${far} ${near}`, bytesToInitiator],
    ] as const)
      totals.set(`${minute - M0} ${pair}`, (totals.get(`${minute - M0} ${pair}`) ?? 0) + bytes)
  }
  return totals
}

const withoutZeros = (totals: Map<string, number>) => [...totals].filter(([, bytes]) => bytes > 0).sort()

for (let seed = 1; seed <= 60; seed++)
  test(`agents and flow logs in any order, repeats and restarts between: each byte counts once (seed ${seed})`, async () => {
    const random = seeded(seed)
    await using stage = await new Stage().start()
    const { sent, logged } = traffic(random)
    const arrived: Sent[] = []
    const sealedWith: (readonly Sent[])[] = []
    const noteSeals = () => {
      const until = ((stage.ingest.sealedUntil() ?? T0) - T0) / MINUTE_MS
      while (sealedWith.length < Math.min(until, MINUTES)) sealedWith.push([...arrived])
    }
    const brought = new Set<string>()
    const bring = async ({ object, rows }: Logged, reader = new TestReader(stage)): Promise<boolean> => {
      if (!reader.takeLease().ok) return false
      const answer = await reader.offer({ object, rows })
      noteSeals()
      if (!answer.ok) {
        equal(answer.refusal.code, 'not decided')
        return false
      }
      equal(answer.value.duplicate, brought.has(object))
      brought.add(object)
      return true
    }
    const steps = [
      ...sent.map(batch => ({ at: batch.to + random() * random() * 900, batch })),
      ...logged.map(one => ({ at: 60 * one.minute + 60 + random() * 900, log: one })),
    ]
    const waiting: Logged[] = []
    for (const step of steps.flatMap(one => (random() < 0.2 ? [one, one] : [one])).sort((a, b) => a.at - b.at)) {
      if (random() < 0.03) await stage.start()
      if (random() < 0.2) await stage.seal(Math.max(0, Math.floor(step.at / 60) - 3))
      noteSeals()
      if ('log' in step) {
        if (!(await bring(step.log))) waiting.push(step.log)
        continue
      }
      const answer = await stage.offer(step.batch)
      ok(answer.ok)
      equal(answer.receipt.duplicate, arrived.includes(step.batch))
      if (!arrived.includes(step.batch)) arrived.push(step.batch)
    }
    await stage.seal(MINUTES)
    noteSeals()
    for (const one of waiting) ok(await bring(one))
    deepEqual(withoutZeros(counted(stage)), withoutZeros(truth(arrived, logged, sealedWith)))
  })
