import { execFile } from 'node:child_process'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { randomNumbers } from '../../contracts/store-samples.ts'
import type { BenchCluster } from '../ingest/cluster.ts'
import { percentile } from '../ingest/load.ts'
import { bodyOf, nodeWindow } from '../ingest/windows.ts'
import { type AgentBytes, type Observer, SimulatedAgent } from './simulated-agent.ts'
import { FOLLOWED, ROWS, WINDOW_MS } from './sizes.ts'
import type { Town } from './town.ts'

/** From a change in the API server to the agents it concerns, in ms. */
export interface Latencies {
  /** The node whose pod it is. */
  readonly own: number[]
  /** Those that talk to a pod that is gone. */
  readonly followers: number[]
}

/** All simulated agents, and the changes they wait to hear of. */
export class Crowd {
  readonly agents: readonly SimulatedAgent[]
  readonly latencies: Latencies = { own: [], followers: [] }
  readonly #connections = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  readonly #changedAt = new Map<string, number>()
  readonly #cluster: BenchCluster
  readonly #town: Town
  readonly #random = randomNumbers(7)

  constructor(cluster: BenchCluster, town: Town, port: number) {
    this.#cluster = cluster
    this.#town = town
    const observer: Observer = {
      heard: (address, hasEnded) => this.#heard(address, hasEnded),
      pick: () => town.addresses[Math.floor(this.#random() * town.addresses.length)] ?? '',
    }
    const { nodes } = cluster.size
    this.agents = Array.from({ length: nodes }, (_, node) => {
      return new SimulatedAgent(cluster.nodeName(node), port, this.#connections, observer)
    })
  }

  /** All begin anew at once. Resolves with the seconds until all were told everything, and their first questions answered. */
  async begin(): Promise<{ readonly told: number; readonly asked: number }> {
    const began = performance.now()
    await Promise.all(this.agents.map(agent => agent.restart()))
    const told = seconds(began)
    for (let from = 0; from < this.agents.length; from += 50)
      await Promise.all(this.agents.slice(from, from + 50).map(agent => agent.ask(FOLLOWED)))
    return { told, asked: seconds(began) }
  }

  /** Replaces pods at that rate for so long; each is two changes. Every agent's window ends once in `WINDOW_MS`. */
  async live(changesPerSecond: number, forSeconds: number): Promise<number> {
    const began = performance.now()
    const { nodes, podsPerNode } = this.#cluster.size
    let [changes, windows] = [0, 0]
    const questions: Promise<void>[] = []
    for (let elapsed = 0; elapsed < forSeconds * 1000; elapsed = performance.now() - began) {
      for (; changes < (elapsed / 1000) * changesPerSecond; changes += 2) this.#replace(nodes * podsPerNode)
      for (; windows < (elapsed / WINDOW_MS) * nodes; windows++) {
        const asked = this.agents[windows % nodes]?.ask()
        if (asked !== undefined) questions.push(asked)
      }
      await delay(10)
    }
    await Promise.all(questions)
    return changes
  }

  #replace(pods: number): void {
    const { gone, come } = this.#town.replace(Math.floor(this.#random() * pods))
    this.#changedAt.set(`gone ${gone}`, performance.now())
    this.#changedAt.set(`come ${come}`, performance.now())
  }

  #heard(address: string, hasEnded: boolean): void {
    const at = this.#changedAt.get(`${hasEnded ? 'gone' : 'come'} ${address}`)
    if (at === undefined) return
    const { own, followers } = this.latencies
    ;(hasEnded ? followers : own).push(performance.now() - at)
  }

  /** Mean bytes of an agent. */
  bytes(): AgentBytes {
    const mean = (of: (bytes: AgentBytes) => number) =>
      this.agents.reduce((sum, agent) => sum + of(agent.bytes), 0) / this.agents.length
    return {
      snapshots: mean(bytes => bytes.snapshots),
      news: mean(bytes => bytes.news),
      questions: mean(bytes => bytes.questions),
    }
  }

  stop(): void {
    for (const agent of this.agents) agent.stop()
    this.#connections.destroy()
  }
}

export const seconds = (since: number): number => (performance.now() - since) / 1000

/** Bytes of one batch of an agent of this cluster, as it would send it. */
export function batchBytes(cluster: BenchCluster): number {
  const window = nodeWindow(cluster, 0, ROWS, labelled(cluster))
  return bodyOf(cluster, window, 1, 0, WINDOW_MS).length
}

/** Ids as the server would give them out: their size matters, not whose they are. */
function labelled(cluster: BenchCluster) {
  return {
    labels: new Map(cluster.pods.map(({ address }, i) => [address, i + 10_000])),
    services: new Map<string, number>(),
  }
}

/** p99 of the acknowledgement, in ms, of the batches that a tenth of the agents send while something goes on. */
export async function ackP99(cluster: BenchCluster, port: number, meanwhile: () => Promise<unknown>): Promise<number> {
  const { nodes, podsPerNode, workloads } = cluster.size
  const program = join(import.meta.dirname, 'program-ingest.ts')
  const sending = promisify(execFile)(process.execPath, [program, ...[nodes, podsPerNode, workloads, port].map(String)])
  // Its connections are made and its code is warm before it matters.
  await delay(5_000)
  await meanwhile()
  sending.child.stdin?.end()
  const found: { ackP99: number } = JSON.parse((await sending).stdout)
  return found.ackP99
}

/** A real agent's directory: its labels, and the memory it adds to a process, MiB. */
export async function agentMemory(
  cluster: BenchCluster,
  town: Town,
  port: number,
): Promise<{ labels: number; addedMib: number }> {
  const program = join(import.meta.dirname, 'program-agent.ts')
  const addresses = town.addresses.slice(-FOLLOWED)
  const args = ['--expose-gc', program, `http://127.0.0.1:${port}`, cluster.nodeName(1), ...addresses]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const found: { labels: number; addedMib: number } = JSON.parse(stdout)
  return found
}

export const spread = (values: readonly number[]) => {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => Math.round(percentile(sorted, share))
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
