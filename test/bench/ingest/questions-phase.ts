import { statSync } from 'node:fs'
import { join } from 'node:path'
import { epochMs, millis } from '@weir/contract/units.ts'
import { collectWithHeap } from '../../../server/collector.ts'
import { EmbeddedStore } from '../../../server/store/embedded/embedded-store.ts'
import { aChange, type FactRow, factColumns } from '../../contracts/store-samples.ts'
import type { PinnedServer } from '../pinned-server.ts'
import { atMost, type Bar, type PhaseOptions, type PhaseResult, short } from './bars.ts'
import { knownBy, startServer } from './bench-server.ts'
import { BenchCluster } from './cluster.ts'
import { seriesOf, writeHistory } from './history.ts'
import { Load, percentile } from './load.ts'
import { nodeWindow } from './windows.ts'

const DAYS = 30
const DAY_MS = 86_400_000
/** A tenth of what one core should take. */
const RATE = 50_000
const NODES = { nodes: 150, podsPerNode: 24, workloads: 1200 }
/** Calls per workload: 10,000 and 30,000 series, so that growth can be told. */
const FAN_OUTS = [1, 3]
const ASKED = 40

/** How long questions about 30 days take while the server goes on taking batches. */
export async function questionsPhase({ folder, profile, say }: PhaseOptions): Promise<PhaseResult> {
  const figures: { [series: string]: unknown } = {}
  let bars: readonly Bar[] = []
  collectWithHeap() // this process stands in for the server where the store alone is asked
  for (const fanOut of FAN_OUTS) {
    const cluster = new BenchCluster({ ...NODES, fanOut })
    const keys = seriesOf(cluster)
    const home = join(folder, String(keys.length))
    const data = join(home, 'data')
    const facts = await writeHistory(data, keys, DAYS)
    const mib = Math.round(statSync(join(data, 'weir.duckdb')).size / 2 ** 20)
    say(`questions: ${DAYS} days of ${short(keys.length)} series, ${short(facts)} facts, ${mib} MiB`)
    const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
    const asked = { ...(await askServer(home, cluster, flags)), ...(await askStore(data, keys.length)) }
    for (const [what, ms] of Object.entries(asked))
      say(`  ${what}: p50 ${short(percentile(ms, 0.5))} ms, p95 ${short(percentile(ms, 0.95))} ms`)
    const p95 = Object.fromEntries(Object.entries(asked).map(([what, ms]) => [what, percentile(ms, 0.95)]))
    figures[keys.length] = { facts, mib, p95 }
    // The last size is the one that was promised.
    bars = Object.entries(p95).map(([what, ms]) =>
      atMost(`${what}, 95 %`, ms, what.startsWith('lanes') ? 50 : 300, 'ms'),
    )
  }
  return { figures, bars }
}

/** Through the API of a server that takes batches of the same series meanwhile. */
async function askServer(
  home: string,
  cluster: BenchCluster,
  flags: readonly string[],
): Promise<{ [what: string]: Float64Array }> {
  const server = await startServer(home, cluster, flags)
  try {
    const known = await knownBy(server, cluster)
    const windows = Array.from({ length: NODES.nodes }, (_, node) => nodeWindow(cluster, node, 1_000, known))
    const start = Math.floor(Date.now() / 60_000 - 2) * 60_000
    const load = new Load({
      port: server.agentsPort,
      cluster,
      windows,
      start,
      windowMs: 2_000,
      concurrency: 8,
      rate: RATE,
    })
    const ended = new AbortController()
    const loading = load.run(600, ended.signal)
    const to = Math.floor(Date.now() / 60_000) * 60_000
    const from = to - DAYS * DAY_MS
    const asked = {
      'top pairs': await times(() => ask(server, `/pairs?from=${from}&to=${to}&group=service&limit=50`)),
      'statement by namespace': await times(() =>
        ask(server, `/pairs?from=${from}&to=${to}&group=namespace&limit=1000`),
      ),
      series: await times(() => ask(server, `/series?from=${from}&to=${to}&step=1d`)),
    }
    ended.abort()
    await loading
    load.close()
    return asked
  } finally {
    await server.stop()
  }
}

/** The store's own fast road, which needs its file for itself: with commits of the same rate beside it. */
async function askStore(directory: string, series: number): Promise<{ [what: string]: Float64Array }> {
  const store = new EmbeddedStore({ directory, onBroken: raise })
  await store.start()
  const minute = Math.floor(Date.now() / 60_000)
  let isOver = false
  const loading = (async () => {
    // Made once: what is loaded here is the store, and making rows one by one would hold its thread up.
    const facts = factColumns(
      Array.from({ length: RATE / 10 }, (_, i): FactRow => [minute, (i * 7) % series, 1_000 + i]),
    )
    while (!isOver) {
      const due = performance.now() + 100
      await store.commit(aChange({ facts: [facts] }))
      await new Promise(resolve => setTimeout(resolve, Math.max(0, due - performance.now())))
    }
  })()
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const closed = { from: epochMs(today - DAYS * DAY_MS), to: epochMs(today) }
  const month = { from: closed.from, to: epochMs(today + DAY_MS) }
  const asked = {
    'lanes of closed days': await times(() => store.sumByLane(closed)),
    'lanes with today': await times(() => store.sumByLane(month)),
    'sums per series and day': await times(() => store.sumBySeriesAndStep(closed, millis(DAY_MS))),
  }
  isOver = true
  await loading
  await store.stop()
  return asked
}

async function ask(server: PinnedServer, path: string): Promise<void> {
  const response = await fetch(`${server.dashboardUrl}/api/v1${path}`)
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`)
}

/** How long each of many askings took, ascending; the first few, which warm up, are left out. */
async function times(question: () => Promise<unknown>): Promise<Float64Array> {
  const taken: number[] = []
  for (let i = 0; i < ASKED + 3; i++) {
    const began = performance.now()
    await question()
    if (i >= 3) taken.push(performance.now() - began)
  }
  return Float64Array.from(taken).sort()
}

function raise(error: Error): never {
  throw error
}
