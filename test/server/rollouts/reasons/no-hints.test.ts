import { node } from '../hints/slices.ts'
import { auto, routedCart, sameZone, threeNodes } from '../routed-world.ts'
import { answer, hinted, saysNothing, tells } from './answered.ts'

tells('whyNoHints', [
  [
    'fewer endpoints than zones',
    answer(routedCart(auto, ['a', 'b'])),
    'too few endpoints',
    '2 ready endpoints for 3 zones with nodes: topology-mode Auto needs one a zone at least.',
    /^Run 3 replicas.*PreferSameZone.*remove the annotation/,
  ],
  [
    'four endpoints for three zones',
    answer(routedCart(auto, ['a', 'a', 'b', 'c'])),
    'overload threshold',
    '4 ready endpoints cannot be shared out among 3 zones (a 33 %, b 33 % and c 33 % of the CPU) so that none gets more than 20 % too much.',
    /^Run 3 or 6 replicas/,
  ],
  [
    'before 1.31 there is only the number of replicas to change',
    answer(routedCart(auto, ['a', 'a', 'b', 'c'], { version: 'v1.29.8-eks-1' })),
    'overload threshold',
    '4 ready endpoints cannot be shared out among 3 zones (a 33 %, b 33 % and c 33 % of the CPU) so that none gets more than 20 % too much.',
    /so many there are hints\.$/,
  ],
  [
    'a node without a zone is named',
    answer(routedCart(auto, ['a', 'b', 'c'], { nodes: [...threeNodes, node('hybrid-1', undefined)] })),
    'node without zone or CPU',
    'hybrid-1 is ready and has no label topology.kubernetes.io/zone or no allocatable CPU: one such node takes the hints of every Service with topology-mode Auto.',
    /^Label it/,
  ],
  [
    'of many nodes a few are named',
    answer(
      routedCart(auto, ['a', 'b', 'c'], {
        nodes: [...threeNodes, ...Array.from({ length: 12 }, (_, at) => node(`hybrid-${at + 10}`, undefined))],
      }),
    ),
    'node without zone or CPU',
    'hybrid-10, hybrid-11, hybrid-12, hybrid-13, hybrid-14 and 7 more are ready and have no label topology.kubernetes.io/zone or no allocatable CPU: one such node takes the hints of every Service with topology-mode Auto.',
    /^Label it/,
  ],
  [
    'one zone',
    answer(routedCart(auto, ['a'], { nodes: [node('node-a', 'a')] })),
    'nodes in one zone only',
    'All ready nodes are in a: nothing can cross zones.',
    /^$/,
  ],
  [
    'an endpoint without a zone, of Auto',
    answer(routedCart(auto, ['a', 'b', ''])),
    'endpoint without zone',
    'The zone of 1 ready endpoint is not known (10.0.0.3): without it there is no hint, and one without a hint is enough for nodes to use none.',
    /label topology/,
  ],
  [
    'a value written in capitals',
    answer(routedCart({ topologyModeAnnotation: 'AUTO' }, ['a', 'b', 'c'])),
    'value not understood',
    'service.kubernetes.io/topology-mode is "AUTO": only Auto and auto, written so, switch hints on.',
    /^Write Auto\./,
  ],
  [
    'the older key',
    answer(routedCart({ ...auto, topologyHintsAnnotation: 'Disabled' }, ['a', 'b', 'c'])),
    'old key wins',
    'service.kubernetes.io/topology-aware-hints: Disabled hides service.kubernetes.io/topology-mode: Auto, because the older key is read first.',
    /^Remove the annotation service.kubernetes.io\/topology-aware-hints/,
  ],
  [
    'the annotation over the field',
    answer(routedCart({ ...auto, ...sameZone }, ['a', 'a', 'b', 'c'])),
    'annotation wins',
    'service.kubernetes.io/topology-mode: Auto wins over spec.trafficDistribution: PreferSameZone.',
    /^Remove the annotation\.$/,
  ],
  [
    'a value that came later than this version',
    answer(routedCart(sameZone, ['a', 'b', 'c'], { version: 'v1.33.4-eks-2' })),
    'not in this version',
    'spec.trafficDistribution: PreferSameZone needs Kubernetes 1.34; the API server is v1.33.4-eks-2.',
    /^Set PreferClose/,
  ],
  [
    'without a selector',
    answer(routedCart({ ...sameZone, hasSelector: false }, ['a', 'b'])),
    'no selector',
    'The Service has no selector: the controller leaves its EndpointSlices, and their hints, to whoever writes them.',
    /forZones/,
  ],
  [
    'an external name',
    answer(routedCart({ type: 'ExternalName', clusterIps: [], hasSelector: false }, [])),
    'external name',
    'The Service is a name in DNS: there are no endpoints to choose among.',
    /^$/,
  ],
  [
    'the field, and nobody sets its hints',
    answer(routedCart(sameZone, ['a', 'b', 'c']), { minutes: 12 }),
    'stuck off',
    'Hints should be set (a 1, b 1, c 1) and are missing for 12 min: whatever writes the EndpointSlices does not set them.',
    /EndpointSlice controller/,
  ],
  [
    'stuck off',
    answer(routedCart(auto, ['a', 'a', 'b', 'b', 'c', 'c']), { minutes: 12 }),
    'stuck off',
    'Hints could be set (a 2, b 2, c 2) and are missing for 12 min: once it removed them, the controller does not look at a Service again when only nodes change.',
    /^Change any annotation/,
  ],
])

saysNothing('whyNoHints', [
  ['nobody asked for hints', answer(routedCart({}, ['a', 'b', 'c']))],
  ['hints are there', answer(routedCart(auto, hinted))],
  ['hints may still be on their way', answer(routedCart(auto, ['a', 'b', 'c']), { minutes: 1 })],
])
