import type { FlowFilter, PairEnd, PairGroup, PairRow, PairSort, Totals, ZoneCell } from '@weir/contract/queries.ts'
import { bytes, microUsd } from '@weir/contract/units.ts'
import type { Crossing } from '@weir/contract/zones.ts'
import type { DemoStream } from './demo-traffic.ts'

/** A stream's sums over some time: what the demo has in place of the server's facts. */
export interface DemoSum {
  readonly stream: DemoStream
  readonly toResponder: number
  readonly toInitiator: number
  readonly connections: number
}

// The demo stands in for a server, so unlike the rest of the page it has a price.
const MICRO_USD_PER_BYTE = (2 * 0.01 * 1e6) / 2 ** 30
const GRAIN_MS = 10_000

/** Sums of [from, to), the same for the same time: each stream swings by itself around its rate. */
export function demoSums(streams: readonly DemoStream[], from: number, to: number): DemoSum[] {
  return streams.map(stream => {
    const i = stream.index
    const seconds = (to - from) / 1000
    const at = (from + to) / 2 / GRAIN_MS
    const wave = 1 + 0.22 * Math.sin(at / (9 + (i % 7)) + i) + 0.1 * Math.sin(at / 2.3 + i * i)
    const sum = (rate: number) => Math.round(rate * seconds * wave)
    return {
      stream,
      toResponder: sum(stream.rateToResponder),
      toInitiator: sum(stream.rateToInitiator),
      connections: sum(stream.connectionsPerSecond),
    }
  })
}

/** The contract's filter: OR within a field, AND over fields, "!" excludes. */
export function matches({ initiator, responder, from, to, crossing }: DemoStream, filter: FlowFilter): boolean {
  const passes = (asked: readonly string[] | undefined, has: (value: string) => boolean): boolean => {
    const wanted = asked?.filter(value => !value.startsWith('!')) ?? []
    const unwanted = asked?.filter(value => value.startsWith('!')) ?? []
    return (wanted.length === 0 || wanted.some(has)) && !unwanted.some(value => has(value.slice(1)))
  }
  const inZones = (value: string) => {
    const [a, b] = value.split('~')
    return b === undefined ? from === a || to === a : (from === a && to === b) || (from === b && to === a)
  }
  return (
    passes(filter.cluster, value => value === 'demo') &&
    passes(filter.namespace, value => initiator.namespace === value || responder.namespace === value) &&
    passes(filter.initiatorNamespace, value => initiator.namespace === value) &&
    passes(filter.responderNamespace, value => responder.namespace === value) &&
    passes(filter.initiator, value => initiator.name === value) &&
    passes(filter.responder, value => responder.name === value) &&
    passes(filter.zone, inZones) &&
    passes(filter.crossing, value => crossing === value)
  )
}

export function totalsOf(sums: readonly DemoSum[]): Totals {
  const byCrossing = Object.fromEntries(
    (['same-zone', 'cross-zone', 'cross-region', 'internet', 'unknown'] as const).map(crossing => {
      const some = add(sums, s => (s.stream.crossing === crossing ? s.toResponder + s.toInitiator : 0))
      return [crossing, { bytes: some, wireBytes: some }]
    }),
  ) as { [crossing in Crossing]: { bytes: number; wireBytes: number } }
  const [bytesToResponder, bytesToInitiator] = [add(sums, s => s.toResponder), add(sums, s => s.toInitiator)]
  return {
    bytesToResponder,
    bytesToInitiator,
    wireToResponder: bytesToResponder,
    wireToInitiator: bytesToInitiator,
    connections: add(sums, s => s.connections),
    bytes: bytesToResponder + bytesToInitiator,
    wireBytes: bytesToResponder + bytesToInitiator,
    byCrossing,
    costMicroUsd: microUsd(Math.round(byCrossing['cross-zone'].bytes * MICRO_USD_PER_BYTE)),
  }
}

const add = (sums: readonly DemoSum[], of: (sum: DemoSum) => number): number =>
  sums.reduce((all, sum) => all + of(sum), 0)

function endOf(group: PairGroup, end: Omit<PairEnd, 'zones'>, zone: string): Omit<PairEnd, 'zones'> {
  if (group === 'namespace') return { kind: 'namespace', namespace: end.namespace, name: end.namespace }
  if (group === 'zone') return { kind: 'zone', namespace: '', name: zone }
  return end
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, keyOf)
}

export function pairRows(sums: readonly DemoSum[], group: PairGroup, sort: PairSort): PairRow[] {
  const key = ({ stream: { initiator, responder, from, to } }: DemoSum) =>
    [endOf(group, initiator, from), endOf(group, responder, to)]
      .map(end => `${end.kind}/${end.namespace}/${end.name}`)
      .join(' → ')
  const rows = [...groupBy(sums, key)].map(([name, some]) => {
    const first = some[0]?.stream
    if (first === undefined) throw new Error('a group without a member')
    const zones = (side: 'from' | 'to') =>
      [...new Set(some.map(({ stream }) => stream[side]))].filter(zone => zone.startsWith('us-'))
    return {
      key: name,
      cluster: 'demo',
      initiator: { ...endOf(group, first.initiator, first.from), zones: zones('from') },
      responder: { ...endOf(group, first.responder, first.to), zones: zones('to') },
      via: [...new Set(some.flatMap(({ stream }) => stream.via ?? []))],
      dialled: [first.responder.kind === 'service' ? ('cluster-ip' as const) : ('direct' as const)],
      ...totalsOf(some),
    }
  })
  const rank = (row: PairRow) =>
    sort === 'name' ? 0 : sort === 'crossZoneBytes' ? row.byCrossing['cross-zone'].bytes : row[sort]
  return rows.sort((a, b) => rank(b) - rank(a) || (a.key < b.key ? -1 : 1))
}

/** Directed: a stream's answer goes the other way. */
export function zoneCells(sums: readonly DemoSum[]): ZoneCell[] {
  const ways = sums.flatMap(({ stream, toResponder, toInitiator }) => [
    { source: stream.from, destination: stream.to, crossing: stream.crossing, count: toResponder },
    { source: stream.to, destination: stream.from, crossing: stream.crossing, count: toInitiator },
  ])
  return [...groupBy(ways, way => `${way.source}\n${way.destination}`).values()].flatMap(some => {
    const count = some.reduce((all, way) => all + way.count, 0)
    return some.slice(0, 1).map(({ source, destination, crossing }) => ({
      source,
      destination,
      crossing,
      ...(crossing === 'unknown' && { why: 'end unplaced' as const }),
      bytes: bytes(count),
      wireBytes: bytes(count),
      costMicroUsd: microUsd(crossing === 'cross-zone' ? Math.round(count * MICRO_USD_PER_BYTE) : 0),
    }))
  })
}
