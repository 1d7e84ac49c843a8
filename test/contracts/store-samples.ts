import { windowOf } from '@weir/contract/batch-codec.ts'
import type { BatchId, Change, FactColumns, PendingBatch } from '../../server/store/flow-store.ts'
import type { SeriesKey } from '../../server/store/series.ts'

/** Small things to commit. All times are whole minutes since the epoch unless a name says otherwise. */

/** Series number n: every fourth pair shares its lane, so that lanes are fewer than series. */
export function aSeries(n: number): SeriesKey {
  const end = (name: string, namespace: string, zone: string) => ({
    kind: 'pod' as const,
    namespace,
    name,
    workloadKind: 'Deployment',
    zone: `us-east-1||${zone}|`,
  })
  return {
    cluster: 'main',
    initiator: end(`web-${n}`, `team-${n % 4}`, 'us-east-1a'),
    responder: end('api', 'back', n % 2 === 0 ? 'us-east-1a' : 'us-east-1b'),
    serviceNamespace: 'back',
    serviceName: `it's "api" ${n}`,
    dialled: 'cluster-ip',
    leg: 'direct',
    via: '',
    viaZone: '',
    protocol: 6,
    port: 8080,
    generation: n,
    basis: 'primary',
  }
}

/** One fact: minute, series, and five amounts that follow from one number, so that swapped columns are seen. */
export type FactRow = readonly [minute: number, series: number, amount: number]
export const amountsOf = (amount: number): readonly [number, number, number, number, number] => [
  amount,
  2 * amount,
  3 * amount,
  5 * amount,
  amount % 7,
]

export function factColumns(rows: readonly FactRow[]): FactColumns {
  const column = (i: number) => Float64Array.from(rows, ([, , amount]) => amountsOf(amount)[i] ?? 0)
  return {
    count: rows.length,
    minute: Int32Array.from(rows, ([minute]) => minute),
    series: Int32Array.from(rows, ([, series]) => series),
    bytesToResponder: column(0),
    bytesToInitiator: column(1),
    wireToResponder: column(2),
    wireToInitiator: column(3),
    connections: column(4),
  }
}

export const aChange = (parts: Partial<Change>): Change => ({
  facts: [],
  batches: [],
  marks: [],
  decisions: [],
  promotions: [],
  ...parts,
})

export const aBatchId = (sequence: number, parts: Partial<BatchId> = {}): BatchId => ({
  cluster: 'main',
  node: 'node-1',
  epoch: 'spool-1',
  sequence,
  part: 0,
  of: 1,
  ...parts,
})

/** A batch whose window is the minute before `end`; its body tells which one it is. */
export const aBatch = (sequence: number, end: number, parts: Partial<BatchId> = {}): PendingBatch => ({
  id: aBatchId(sequence, parts),
  window: windowOf((end - 1) * 60_000, end * 60_000, 'live'),
  encoding: 'zstd',
  body: new Uint8Array([1, sequence & 255, sequence >> 8, 0, 255]),
})

export const batchKey = ({ cluster, node, epoch, sequence, part }: BatchId): string =>
  `${cluster}/${node}/${epoch}/${sequence}/${part}`

/** Numbers that look random and are the same on every run: mulberry32. From 0 (included) to 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
