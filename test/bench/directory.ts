/**
 * `npm run bench:directory`: one `weir server` that watches a cluster of 150,000 pods and tells 5,000 agents.
 *
 * Real: the server in a process of its own on one core, its watch (list in pages, watch, trimming), the directory with
 * its journal, HTTP, the batches and the store; one agent's directory in a process of its own. Simulated, in this process:
 * the API server (pods of about one kilobyte, where real ones have six to ten), and the wire of 5,000 agents, which poll
 * and ask but hold nothing. Of their batches a tenth is really sent.
 *
 *   --seconds 40      how long to change pods
 *   --nodes 5000      with 30 pods each
 *   --profile DIR     write a CPU profile of the server there
 *   --json            the last line is one object with all figures and bars
 *
 * Exit 1 when a bar is missed.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { KubernetesApi } from '../kubernetes-api/server.ts'
import { ackP99, agentMemory, batchBytes, Crowd, seconds, spread } from './directory/phases.ts'
import { WINDOW_MS } from './directory/sizes.ts'
import { Town } from './directory/town.ts'
import { startWatching } from './directory/watching-server.ts'
import { atMost, barText } from './ingest/bars.ts'
import { BenchCluster } from './ingest/cluster.ts'
import type { PinnedServer } from './pinned-server.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '40' },
    nodes: { type: 'string', default: '5000' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const CHANGES_PER_SECOND = 100
const nodes = Number(values.nodes)

// The load has one core, the server the other: what is measured is the server.
execFileSync('taskset', ['-a', '-cp', '1', String(process.pid)], { stdio: 'ignore' })
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-directory-'))
const cluster = new BenchCluster({ nodes, podsPerNode: 30, workloads: Math.ceil(nodes * 0.6), fanOut: 4 })
const api = new KubernetesApi()
await api.listen()
const town = new Town(cluster, api)
town.fill()
let server: PinnedServer | undefined
let crowd: Crowd | undefined
try {
  const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]
  const started = performance.now()
  server = await startWatching(folder, api.url, profile)
  const { agentsPort } = server
  const listed = { seconds: seconds(started), cpuSeconds: server.cpuSeconds(), rssMib: server.rssMib() }
  say(`${cluster.pods.length} pods listed`, listed)

  crowd = new Crowd(cluster, town, agentsPort)
  const first = await crowd.begin()
  const beginning = crowd.bytes()
  say('all agents told everything, and their first questions answered', { ...first, bytesPerAgent: beginning })

  const cpuBefore = server.cpuSeconds()
  const lived = performance.now()
  const changes = await crowd.live(CHANGES_PER_SECOND, Number(values.seconds))
  await delay(2_000)
  const elapsed = seconds(lived)
  const total = crowd.bytes()
  const steady = {
    changesPerSecond: changes / elapsed,
    cores: (server.cpuSeconds() - cpuBefore) / elapsed,
    rssMib: server.rssMib(),
    ownMs: spread(crowd.latencies.own),
    followersMs: spread(crowd.latencies.followers),
    bytesPerAgentPerSecond: (total.news - beginning.news + total.questions - beginning.questions) / elapsed,
  }
  say('pods change', steady)

  const batch = batchBytes(cluster)
  const batchPerSecond = batch / (WINDOW_MS / 1000)
  const firstHour = beginning.snapshots + beginning.questions + steady.bytesPerAgentPerSecond * 3_600
  const labelShare = {
    steady: steady.bytesPerAgentPerSecond / batchPerSecond,
    firstHour: firstHour / (batchPerSecond * 3_600),
    batchBytes: batch,
  }
  say('label bytes ÷ batch bytes of an agent', labelShare)

  const calm = await ackP99(cluster, agentsPort, () => delay(15_000))
  let again = first
  const stormy = await ackP99(cluster, agentsPort, async () => {
    again = (await crowd?.begin()) ?? first
  })
  const restart = { ...again, calmAckP99: calm, stormyAckP99: stormy, ratio: stormy / calm, rssMib: server.rssMib() }
  say('all agents begin anew while batches are taken', restart)

  const agent = await agentMemory(cluster, town, agentsPort)
  say('one agent’s directory', agent)

  const bars = [
    atMost('label bytes ÷ batch bytes of an agent, pods changing', labelShare.steady, 1, ''),
    atMost('the same over its first hour', labelShare.firstHour, 1, ''),
    atMost('p99 of the acknowledgement while all agents begin anew ÷ before', stormy / calm, 2, ''),
    atMost('p99 of the acknowledgement while all agents begin anew', stormy, 1_000, 'ms'),
  ]
  for (const bar of bars) console.log(barText(bar))
  const met = bars.every(bar => bar.met)
  const figures = { listed, beginning: { ...first, bytesPerAgent: beginning }, steady, labelShare, restart, agent }
  if (values.json) console.log(JSON.stringify({ figures, bars, met }))
  process.exitCode = met ? 0 : 1
} finally {
  crowd?.stop()
  await server?.stop()
  await api.close()
  rmSync(folder, { recursive: true, force: true })
}

function say(what: string, figures: object): void {
  console.log(`${what}: ${JSON.stringify(figures, (_, value) => (typeof value === 'number' ? round(value) : value))}`)
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
