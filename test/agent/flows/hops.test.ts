import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Hop, hopsOf, type Ownership } from '../../../agent/flows/hops.ts'
import type { ConnectionRow } from '../../../agent/sources/flow-source.ts'
import { row } from './connection-row.ts'

const nodeAddresses = ['10.20.1.1', 'fd20:1::1', '10.244.1.1']
const ownPods = ['10.1.1.10', '10.1.1.11', 'fd01:1::10']
const own: Ownership = {
  ownerOf: address => (nodeAddresses.includes(address) ? 'node' : ownPods.includes(address) ? 'pod' : 'elsewhere'),
  nodeAddress: like => (like.includes(':') ? 'fd20:1::1' : '10.20.1.1'),
  isInternet: address => address.startsWith('203.0.113.'),
}
const pod = '10.1.1.10'
const otherPod = '10.1.2.20'
const farNode = '10.20.2.1'
const outside = '203.0.113.10'
const service = { dialled: '10.96.0.10', dialledPort: 80 }
const nodePort = { dialled: '10.20.1.1', dialledPort: 30080 }

type Want = [
  leg: Hop['leg'],
  role: Hop['role'],
  initiator: string,
  responder: string,
  via: string | null,
  conns: number,
]
const cases: readonly [why: string, row: Partial<ConnectionRow>, want: readonly Want[]][] = [
  [
    'a pod here that calls a pod elsewhere is one hop that this node sent',
    { initiator: pod, responder: otherPod },
    [['direct', 'primary', pod, otherPod, null, 1]],
  ],
  [
    'a Service address is seen through: the hop goes to the backend',
    { initiator: pod, responder: otherPod, ...service },
    [['direct', 'primary', pod, otherPod, null, 1]],
  ],
  [
    'two pods of this node are one hop, which nobody else sees',
    { initiator: pod, responder: '10.1.1.11' },
    [['direct', 'primary', pod, '10.1.1.11', null, 1]],
  ],
  [
    'a process of the node that calls a pod of the node is one hop',
    { initiator: '10.20.1.1', responder: pod },
    [['direct', 'primary', '10.20.1.1', pod, null, 1]],
  ],
  [
    'a process of the node that calls another node is one hop',
    { initiator: '10.20.1.1', responder: farNode, responderPort: 9100 },
    [['direct', 'primary', '10.20.1.1', farNode, null, 1]],
  ],
  [
    'what comes from elsewhere to a pod here is witnessed',
    { initiator: otherPod, responder: pod },
    [['direct', 'witness', otherPod, pod, null, 1]],
  ],
  [
    'what comes from elsewhere to a process of the node is witnessed',
    { initiator: farNode, responder: '10.20.1.1', responderPort: 9100 },
    [['direct', 'witness', farNode, '10.20.1.1', null, 1]],
  ],
  [
    'a nodePort dialled at another node ends there: that node knows how it goes on',
    { initiator: pod, responder: farNode, responderPort: 30080 },
    [['direct', 'primary', pod, farNode, null, 1]],
  ],
  [
    'a nodePort of this node with a masqueraded backend elsewhere is two hops, and its connections count on the first',
    { initiator: outside, responder: otherPod, ...nodePort, seenAs: '10.20.1.1' },
    [
      ['first', 'witness', outside, otherPod, '10.20.1.1', 1],
      ['second', 'primary', outside, otherPod, '10.20.1.1', 0],
    ],
  ],
  [
    'the same without masquerade: the far node sees the caller, but the bytes came by way of here',
    { initiator: outside, responder: otherPod, ...nodePort },
    [
      ['first', 'witness', outside, otherPod, '10.20.1.1', 1],
      ['second', 'primary', outside, otherPod, '10.20.1.1', 0],
    ],
  ],
  [
    'a nodePort of this node with its backend here: the sender dialled the node, so that is its hop',
    { initiator: otherPod, responder: pod, ...nodePort },
    [['first', 'witness', otherPod, pod, '10.20.1.1', 1]],
  ],
  [
    'a masquerade under another address of the node names each hop as its far end sees it',
    { initiator: outside, responder: otherPod, ...nodePort, seenAs: '10.244.1.1' },
    [
      ['first', 'witness', outside, otherPod, '10.20.1.1', 1],
      ['second', 'primary', outside, otherPod, '10.244.1.1', 0],
    ],
  ],
  [
    'a Service address that this node forwards for others is two hops by the node’s own address',
    { initiator: outside, responder: otherPod, ...service },
    [
      ['first', 'witness', outside, otherPod, '10.20.1.1', 1],
      ['second', 'primary', outside, otherPod, '10.20.1.1', 0],
    ],
  ],
  [
    'a pod here that leaves masqueraded to a node is named as that node’s witness names it, and is its first hop',
    { initiator: pod, responder: farNode, seenAs: '10.20.1.1' },
    [['second', 'primary', pod, farNode, '10.20.1.1', 1]],
  ],
  [
    'a pod here that leaves masqueraded to the internet stays direct: nobody watches the other end',
    { initiator: pod, responder: outside, seenAs: '10.20.1.1' },
    [['direct', 'primary', pod, outside, null, 1]],
  ],
  [
    'a process that dialled 127.0.0.1:nodePort left under the node’s address',
    { initiator: '10.20.1.1', dialled: '127.0.0.1', dialledPort: 30080, responder: otherPod },
    [['direct', 'primary', '10.20.1.1', otherPod, null, 1]],
  ],
  ['loopback is no hop', { initiator: '127.0.0.1', responder: '127.0.0.1' }, []],
  ['loopback over IPv6 is no hop', { initiator: '::1', responder: '::1' }, []],
  [
    'processes of one node talk over loopback, whatever address they use',
    { initiator: '10.20.1.1', responder: '10.244.1.1' },
    [],
  ],
  [
    'a pod that reaches itself by its Service leaves no machine',
    { initiator: pod, responder: pod, ...service, seenAs: '10.20.1.1' },
    [],
  ],
  [
    'IPv6: a pod here that calls a pod elsewhere',
    { initiator: 'fd01:1::10', responder: 'fd01:2::20' },
    [['direct', 'primary', 'fd01:1::10', 'fd01:2::20', null, 1]],
  ],
  [
    'IPv6: a nodePort of this node with a masqueraded backend elsewhere',
    {
      initiator: '2001:db8:113::10',
      dialled: 'fd20:1::1',
      dialledPort: 30080,
      responder: 'fd01:2::20',
      seenAs: 'fd20:1::1',
    },
    [
      ['first', 'witness', '2001:db8:113::10', 'fd01:2::20', 'fd20:1::1', 1],
      ['second', 'primary', '2001:db8:113::10', 'fd01:2::20', 'fd20:1::1', 0],
    ],
  ],
  [
    'the outer flow of a VXLAN that this node sends is a tunnel',
    { protocol: 17, initiator: '10.20.1.1', responder: farNode, responderPort: 4789 },
    [['direct', 'tunnel', '10.20.1.1', farNode, null, 0]],
  ],
  [
    'the outer flow of a VXLAN that comes here is a tunnel’s witness',
    { protocol: 17, initiator: farNode, responder: '10.20.1.1', responderPort: 8472 },
    [['direct', 'tunnel witness', farNode, '10.20.1.1', null, 0]],
  ],
  [
    'a pod that happens to use a tunnel’s port is a pod',
    { protocol: 17, initiator: pod, responder: otherPod, responderPort: 51820 },
    [['direct', 'primary', pod, otherPod, null, 1]],
  ],
  [
    'a TCP service on a tunnel’s port is no tunnel',
    { protocol: 6, initiator: '10.20.1.1', responder: farNode, responderPort: 4789 },
    [['direct', 'primary', '10.20.1.1', farNode, null, 1]],
  ],
]

for (const [why, change, want] of cases)
  test(why, () => {
    const hops = hopsOf(row(change), own)
    deepEqual(
      hops.map(h => [h.leg, h.role, h.initiator, h.responder, h.via ?? null, h.connections]),
      want,
    )
  })

for (const [protocol, port, name] of [
  [17, 6081, 'Geneve'],
  [17, 51820, 'WireGuard'],
  [17, 51871, 'WireGuard as Cilium runs it'],
  [4, 0, 'IP in IP'],
  [41, 0, 'IPv6 in IP'],
  [47, 0, 'GRE'],
  [50, 0, 'ESP'],
] as const)
  test(`the outer flow of ${name} between nodes is a tunnel`, () => {
    const hops = hopsOf(row({ protocol, initiator: '10.20.1.1', responder: farNode, responderPort: port }), own)
    deepEqual(
      hops.map(h => h.role),
      ['tunnel'],
    )
  })
