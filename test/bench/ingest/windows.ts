import { type AgentReport, type Batch, NONE, type RowColumns } from '@weir/contract/agent-wire.ts'
import { encodeBatch, rowColumns, windowOf } from '@weir/contract/batch-codec.ts'
import { epochMs } from '@weir/contract/units.ts'
import { WIRE_VERSION } from '@weir/contract/version.ts'
import { compress } from '../../../agent/uplink/compress.ts'
import { randomNumbers } from '../../contracts/store-samples.ts'
import { type BenchCluster, CLUSTER } from './cluster.ts'

export const amountNames = ['bytesToResponder', 'bytesToInitiator', 'wireToResponder', 'wireToInitiator'] as const
/** The four byte sums and the connections. */
export type Sums = readonly number[]
export const addSums = (a: Sums, b: Sums): number[] => a.map((value, i) => value + (b[i] ?? 0))
export const noSums: Sums = [0, 0, 0, 0, 0]

/** What the directory gave out: addresses as labels, Services by name. */
export interface Known {
  readonly labels: ReadonlyMap<string, number>
  readonly services: ReadonlyMap<string, number>
}

/** The rows one node sends in every window; the header changes from window to window. */
export interface NodeWindow {
  readonly node: number
  readonly ends: readonly (number | string)[]
  /** Parallel to `ends`. */
  readonly addresses: readonly string[]
  readonly services: readonly number[]
  readonly rows: RowColumns
  readonly sums: Sums
}

/** All rows are primary: each of them counts and is stored. A witness would cost the server less. */
export function nodeWindow(cluster: BenchCluster, node: number, count: number, known: Known): NodeWindow {
  const random = randomNumbers(node)
  const paths = cluster
    .podsOn(node)
    .flatMap(from => cluster.callees(from.workload).flatMap(to => cluster.podsOf(to).map(pod => ({ from, to, pod }))))
  const rows = rowColumns(Math.min(count, paths.length))
  const ends = new Indexes((address: string) => known.labels.get(address) ?? address)
  const services = new Indexes((name: string) => known.services.get(name) ?? 0)
  // A stride without a common factor with the number of paths meets each of them once, spread over all pods.
  const stride = strideOf(paths.length)
  for (let i = 0; i < rows.count; i++) {
    const path = paths[(i * stride) % paths.length]
    if (path === undefined) continue
    rows.initiator[i] = ends.of(path.from.address)
    rows.responder[i] = ends.of(path.pod.address)
    rows.via[i] = NONE
    rows.dialled[i] = 1 // cluster-ip
    rows.service[i] = services.of(cluster.workloadName(path.to))
    rows.protocol[i] = 6
    rows.port[i] = 80
    // Many small, few large: 150 B to 60 MB, evenly over the orders of magnitude.
    rows.bytesToResponder[i] = Math.floor(150 * Math.exp(random() * 9))
    rows.bytesToInitiator[i] = Math.floor(150 * Math.exp(random() * 13))
    rows.wireToResponder[i] = Math.floor((rows.bytesToResponder[i] ?? 0) * 1.01)
    rows.wireToInitiator[i] = Math.floor((rows.bytesToInitiator[i] ?? 0) * 1.03)
    rows.connections[i] = Math.floor(random() * 20)
  }
  const total = (column: ArrayLike<number>) => Array.from(column).reduce((sum, value) => sum + value, 0)
  const sums = [...amountNames.map(name => total(rows[name])), total(rows.connections)]
  return { node, ends: ends.values, addresses: ends.keys, services: services.values, rows, sums }
}

/** The compressed body of a node's window, as its agent would send it. */
export function bodyOf(cluster: BenchCluster, window: NodeWindow, sequence: number, from: number, to: number): Buffer {
  const batch: Batch = {
    version: WIRE_VERSION,
    cluster: CLUSTER,
    node: cluster.nodeName(window.node),
    epoch: `spool-${window.node}`,
    sequence,
    part: { index: 0, of: 1 },
    window: windowOf(from, to, 'live'),
    ends: window.ends,
    services: window.services,
    rows: window.rows,
    report,
  }
  return compress(encodeBatch(batch))
}

class Indexes<K, V> {
  readonly keys: K[] = []
  readonly values: V[] = []
  readonly #toValue: (key: K) => V
  readonly #indexes = new Map<K, number>()

  constructor(toValue: (key: K) => V) {
    this.#toValue = toValue
  }

  of(key: K): number {
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    this.#indexes.set(key, this.values.length)
    this.keys.push(key)
    return this.values.push(this.#toValue(key)) - 1
  }
}

function strideOf(length: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let stride = Math.floor(length * 0.618) | 1
  while (divisor(stride, length) !== 1) stride++
  return stride
}

const report: AgentReport = {
  agentVersion: 'bench',
  process: 'bench',
  startedAt: epochMs(0),
  mode: 'dump+events',
  accounting: 'on',
  events: 'on',
  timestamps: 'on',
  mtu: 9001,
  entries: 20_000,
  tableMax: 262_144,
  entriesWithoutCounters: 0,
  dumpMs: 40,
  dumpCpuMs: 30,
  dumpEveryMs: 5_000,
  spoolBytes: 0,
  spoolWindows: 0,
  rssBytes: 80_000_000,
  cpuMsTotal: 1_000,
  uplinkBytesTotal: 0,
  labelBytesTotal: 0,
  losses: {},
}
