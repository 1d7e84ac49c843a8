import { BenchCluster } from '../ingest/cluster.ts'
import { Load, percentile } from '../ingest/load.ts'
import { nodeWindow } from '../ingest/windows.ts'
import { ROWS, WINDOW_MS } from './sizes.ts'

/**
 * Batches of a tenth of the agents, at the rate at which they come, from a process of its own: the crowd's work must not
 * pass for the server's. Arguments: nodes, pods per node, workloads, port. Ends with its standard input; prints { ackP99 } in ms.
 */
const [nodes = 0, podsPerNode = 0, workloads = 0, port = 0] = process.argv.slice(2).map(Number)
const cluster = new BenchCluster({ nodes, podsPerNode, workloads, fanOut: 4 })
const senders = Math.ceil(nodes / 10)
const unknown = { labels: new Map<string, number>(), services: new Map<string, number>() }
const windows = Array.from({ length: senders }, (_, i) => nodeWindow(cluster, i * 10, ROWS, unknown))
// From long ago on: no window is ahead of the clock, however long it runs.
const start = (Math.floor(Date.now() / WINDOW_MS) - 60) * WINDOW_MS
const rate = (senders * ROWS) / (WINDOW_MS / 1000)
const end = new AbortController()
process.stdin.on('end', () => end.abort()).resume()
const load = new Load({ port, cluster, windows, start, windowMs: WINDOW_MS, concurrency: 24, rate })
const { ackMs } = await load.run(150, end.signal)
load.close()
console.log(JSON.stringify({ ackP99: Math.round(percentile(ackMs, 0.99)) }))
