import type { LiveFrame } from '@weir/contract/live-wire.ts'
import type { PairRow, Totals } from '@weir/contract/queries.ts'
import { epochMs, microUsd } from '@weir/contract/units.ts'

/** Totals with so many bytes across and within zones, all of them answers. */
export function someTotals(crossZone: number, sameZone = 0, unknown = 0): Totals {
  const one = (count: number) => ({ bytes: count, wireBytes: count })
  const all = crossZone + sameZone + unknown
  return {
    bytesToResponder: 0,
    bytesToInitiator: all,
    wireToResponder: 0,
    wireToInitiator: all,
    connections: 1,
    bytes: all,
    wireBytes: all,
    byCrossing: {
      'same-zone': one(sameZone),
      'cross-zone': one(crossZone),
      'cross-region': one(0),
      internet: one(0),
      unknown: one(unknown),
    },
    costMicroUsd: microUsd(crossZone * 2),
  }
}

export function someRow(name: string, totals: Totals): PairRow {
  return {
    ...totals,
    key: name,
    cluster: 'test',
    initiator: { kind: 'pod', namespace: 'shop', name, zones: ['a'] },
    responder: { kind: 'service', namespace: 'pay', name: `${name}-service`, zones: ['b'] },
    via: [],
    dialled: ['cluster-ip'],
  }
}

export function someFrame(change: Partial<LiveFrame> = {}): LiveFrame {
  return {
    view: 'zones',
    number: 1,
    at: epochMs(100_000),
    span: 60,
    range: { from: epochMs(30_000), to: epochMs(90_000) },
    scope: 'all',
    asOf: epochMs(90_000),
    sealedUntil: epochMs(60_000),
    coverage: { parts: [{ kind: 'nodes reporting', ratio: 1, seen: 2, of: 2, unit: 'nodes' }], gaps: [] },
    price: { usdPerGb: 0.01, bytesPerGb: 2 ** 30, currency: 'USD', source: 'test' },
    total: someTotals(10, 5),
    ...change,
  }
}
