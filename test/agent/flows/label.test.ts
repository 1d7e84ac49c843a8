import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Hop } from '../../../agent/flows/hops.ts'
import { type Labels, labelHop, type RowKey } from '../../../agent/flows/label.ts'
import type { ConnectionRow } from '../../../agent/sources/flow-source.ts'
import { row } from './connection-row.ts'

const labels: Labels = {
  labelOf: (address, port) =>
    new Map([
      ['10.1.1.10', 11],
      ['10.1.2.20', 22],
      ['10.20.2.1', port === 9100 ? 91 : 90],
    ]).get(address),
  serviceAt: (address, port, protocol) =>
    address === '10.96.0.10' && port === 80 && protocol === 6 ? { id: 7, port: 80, generation: 3 } : undefined,
  serviceAtNodePort: (address, port) =>
    address === '10.20.2.1' && port === 30080 ? { id: 7, port: 80, generation: 3 } : undefined,
  declares: (_, port) => port === 40_000,
  isInternet: address => address.startsWith('203.'),
}

const direct = { leg: 'direct', role: 'primary', via: undefined } as const
const keyOf = (change: Partial<ConnectionRow>, hop: Partial<Hop> = {}): RowKey => {
  const of = row(change)
  const { initiator, responder, connections } = of
  return labelHop({ row: of, initiator, responder, connections, ...direct, ...hop }, labels)
}

const cases: readonly [why: string, change: Partial<ConnectionRow>, hop: Partial<Hop>, want: Partial<RowKey>][] = [
  ['known addresses become label ids', {}, {}, { initiator: 11, responder: 22, service: undefined, port: 8080 }],
  ['unknown addresses stay bare', { initiator: '10.9.9.9' }, {}, { initiator: '10.9.9.9' }],
  [
    'a ClusterIP is its Service, with its port and the generation in force',
    { dialled: '10.96.0.10', dialledPort: 80 },
    {},
    { dialled: 'cluster-ip', service: 7, port: 80, generation: 3 },
  ],
  [
    'another protocol on the same port is not that Service',
    { dialled: '10.96.0.10', dialledPort: 80, protocol: 17 },
    {},
    { dialled: 'direct', service: undefined, generation: 0 },
  ],
  [
    'a nodePort of any node is its Service',
    { responder: '10.20.2.1', responderPort: 30080 },
    {},
    { dialled: 'node-port', service: 7, port: 80, generation: 3, responder: 90 },
  ],
  [
    'a hostNetwork pod is told from its node by the port it declares',
    { responder: '10.20.2.1', responderPort: 9100 },
    {},
    { responder: 91, port: 9100 },
  ],
  ['an ephemeral port is no port', { responderPort: 45_123 }, {}, { port: 0 }],
  ['a declared port stays, however high', { responderPort: 40_000 }, {}, { port: 40_000 }],
  ['on the internet well-known ports stay', { responder: '203.0.113.1', responderPort: 443 }, {}, { port: 443 }],
  ['on the internet other ports go', { responder: '203.0.113.1', responderPort: 8443 }, {}, { port: 0 }],
  [
    'a witness is a sum per pair of machines',
    { dialled: '10.96.0.10', dialledPort: 80 },
    { role: 'witness' },
    { dialled: 'direct', service: undefined, port: 0, generation: 0 },
  ],
  [
    'the witness of a first leg keeps the Service: its sender may have no agent',
    { dialled: '10.96.0.10', dialledPort: 80 },
    { role: 'witness', leg: 'first', via: '10.20.2.1' },
    { dialled: 'cluster-ip', service: 7, port: 80, via: 90 },
  ],
  ['a tunnel is a sum per pair of nodes', { protocol: 17 }, { role: 'tunnel' }, { port: 0, protocol: 17 }],
]
for (const [why, change, hop, want] of cases)
  test(why, () => {
    const key = keyOf(change, hop)
    const found = Object.fromEntries(Object.entries(key).filter(([name]) => name in want))
    deepEqual(found, want)
  })
