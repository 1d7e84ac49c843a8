import { node } from '../hints/slices.ts'
import { routedCart, sameZone, threeNodes } from '../routed-world.ts'
import { answer, hinted, saysNothing, tells } from './answered.ts'

tells('whyDropped', [
  [
    'a zone that has nodes and no endpoint',
    answer(routedCart(sameZone, ['a>a', 'b>b'])),
    'zone without endpoint',
    'No endpoint is hinted for c (1 node): clients there use all 2, wherever they are.',
    /topologySpreadConstraints/,
  ],
  [
    'policy Local',
    answer(routedCart({ ...sameZone, internalTrafficPolicy: 'Local' }, hinted)),
    'traffic policy Local',
    'internalTrafficPolicy is Local: connections from pods stay on their node, and hints are not looked at.',
    /^$/,
  ],
  [
    'policy Local and nodes without an endpoint',
    answer(routedCart({ internalTrafficPolicy: 'Local' }, ['a', 'b'])),
    'no endpoint on the node',
    '1 of 3 nodes has no endpoint (node-c): connections from pods there are dropped.',
    /DaemonSet/,
  ],
  [
    'externalTrafficPolicy Local',
    answer(routedCart({ ...sameZone, type: 'LoadBalancer', externalTrafficPolicy: 'Local' }, hinted)),
    'traffic policy Local',
    'externalTrafficPolicy is Local: connections from outside stay on the node that they reach, whatever hints say.',
    /^$/,
  ],
  [
    'a node without a zone label goes by no hint',
    answer(routedCart(sameZone, hinted, { nodes: [...threeNodes, node('hybrid-1', undefined)] })),
    'node without zone or CPU',
    'hybrid-1 has no label topology.kubernetes.io/zone: clients there use all endpoints.',
    /label/,
  ],
  [
    'one endpoint without a hint',
    answer(routedCart(sameZone, [...hinted, ''])),
    'endpoint without zone',
    '1 of 4 ready endpoints has no hint: then nodes go by none of them.',
    /label/,
  ],
  [
    'kube-proxy before 1.31',
    answer(routedCart({}, hinted, { version: 'v1.30.2' })),
    'not in this version',
    'Up to Kubernetes 1.30 kube-proxy goes by hints only where the annotation is set, too; the API server is v1.30.2.',
    /Auto/,
  ],
  [
    'headless',
    answer(routedCart({ ...sameZone, clusterIps: [] }, hinted)),
    'headless',
    'The Service is headless: clients get all its addresses from DNS and choose among them themselves.',
    /./,
  ],
  [
    'Cilium: if',
    answer(
      routedCart(sameZone, hinted, {
        workloads: [
          {
            namespace: 'kube-system',
            workload: { kind: 'DaemonSet', name: 'cilium' },
            podsByZone: new Map(),
            nodes: new Set(),
            spread: [],
          },
        ],
      }),
    ),
    'data plane ignores hints',
    'Cilium runs in this cluster. If it balances Services, it goes by hints only with loadBalancer.serviceTopology=true, and releases before 2026 do not know PreferSameZone.',
    /enable-service-topology/,
  ],
])

saysNothing('whyDropped', [
  ['every zone has an endpoint', answer(routedCart(sameZone, hinted))],
  ['nothing is set, nothing is dropped', answer(routedCart({}, ['a', 'b']))],
])
