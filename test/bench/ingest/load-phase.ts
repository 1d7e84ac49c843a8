import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { PinnedServer } from '../pinned-server.ts'
import { atLeast, atMost, type PhaseOptions, type PhaseResult, short } from './bars.ts'
import { knownBy, startServer } from './bench-server.ts'
import { BenchCluster } from './cluster.ts'
import { Load, percentile } from './load.ts'
import { addSums, amountNames, type NodeWindow, nodeWindow, type Sums } from './windows.ts'

const SIZE = { nodes: 500, podsPerNode: 24, workloads: 1200, fanOut: 24 }
const ROWS = [200, 600, 1_800, 3_000, 5_000]
const CONCURRENCY = 96
/** One round of all nodes takes about as long at the rate asked for, so that minutes pass as they do in life. */
const WINDOW_MS = 2_000
const WARM_UP_S = 10

/** As many rows as one core takes. */
export async function loadPhase({ folder, seconds, profile, say }: PhaseOptions): Promise<PhaseResult> {
  const cluster = new BenchCluster(SIZE)
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const server = await startServer(folder, cluster, flags)
  try {
    const known = await knownBy(server, cluster)
    const windows = Array.from({ length: SIZE.nodes }, (_, node) => nodeWindow(cluster, node, rowsOf(node), known))
    const series = countSeries(cluster, windows)
    const start = Math.floor(Date.now() / 60_000 - 4) * 60_000
    say(`load: ${SIZE.nodes} nodes, ${short(series)} series, batches of ${ROWS.join(', ')} rows, all primary`)
    const load = new Load({
      port: server.agentsPort,
      cluster,
      windows,
      start,
      windowMs: WINDOW_MS,
      concurrency: CONCURRENCY,
    })
    const warm = await load.run(WARM_UP_S)
    const cpuBefore = server.cpuSeconds()
    const { rows, batches, bodyBytes, ackMs, until, ...measured } = await load.run(seconds)
    const cpu = server.cpuSeconds() - cpuBefore
    load.close()
    const rate = rows / measured.seconds
    const sent = addSums(warm.sums, measured.sums)
    const found = await readBack(server, start, Math.ceil(until / 60_000) * 60_000)
    const peakMib = server.peakMib()
    await server.stop()
    const rowsInAll = warm.rows + rows
    const wrong = sent.reduce((sum, value, i) => sum + Math.abs(value - (found[i] ?? 0)), 0)
    const figures = {
      rowsPerSecond: rate,
      cpuSecondsPerMillionRows: (cpu / rows) * 1e6,
      shareOfItsCore: cpu / measured.seconds,
      series,
      rows: rowsInAll,
      batches: warm.batches + batches,
      ackMsP50: percentile(ackMs, 0.5),
      ackMsP99: percentile(ackMs, 0.99),
      ackMsMost: ackMs.at(-1),
      bodyBytesPerRow: bodyBytes / rows,
      diskBytesPerRow: statSync(join(folder, 'data', 'weir.duckdb')).size / rowsInAll,
      peakMib,
      sent,
      found,
    }
    say(`${short(rows)} rows in ${short(measured.seconds)} s: ${short(rate)} rows/s`)
    const share = Math.round(figures.shareOfItsCore * 100)
    say(
      `  ${short(figures.cpuSecondsPerMillionRows)} s of CPU per million rows; it had ${share} % of its core; ${peakMib} MiB at most`,
    )
    say(
      `  answers: p50 ${short(figures.ackMsP50)} ms, p99 ${short(figures.ackMsP99)} ms, most ${short(ackMs.at(-1) ?? 0)} ms`,
    )
    say(`  ${short(figures.bodyBytesPerRow)} bytes a row on the wire, ${short(figures.diskBytesPerRow)} on the disk`)
    return {
      figures,
      bars: [
        atLeast('rows a second on one core', rate, 500_000, 'rows/s'),
        atMost('acknowledgement, 99 % of batches', figures.ackMsP99, 1_000, 'ms'),
        atLeast('series', series, 200_000, 'series'),
        atMost('bytes and connections read back that differ from those sent', wrong, 0, 'of all'),
      ],
    }
  } finally {
    await server.stop()
  }
}

/** The pods of a workload lie 50 nodes apart: each of them gets another size of batch. */
const rowsOf = (node: number): number => ROWS[(node + Math.floor(node / 50)) % ROWS.length] ?? 0

/** The sums of everything in the range, as the API tells them. */
async function readBack(server: PinnedServer, from: number, to: number): Promise<Sums> {
  const { total } = await server.answers.pairs(from, to)
  return [...amountNames.map(name => total[name]), total.connections]
}

/** Pairs of workload, zone and workload, zone among the rows: each is one series. */
function countSeries(cluster: BenchCluster, windows: readonly NodeWindow[]): number {
  const seen = new Set<string>()
  const place = new Map(cluster.pods.map(pod => [pod.address, `${pod.workload}/${cluster.zoneOf(pod.node)}`]))
  for (const { rows, addresses } of windows)
    for (let i = 0; i < rows.count; i++)
      seen.add(
        `${place.get(addresses[rows.initiator[i] ?? 0] ?? '')}>${place.get(addresses[rows.responder[i] ?? 0] ?? '')}`,
      )
  return seen.size
}
