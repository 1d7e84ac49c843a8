import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceRecord, SliceRecord } from '../../../../../server/directory/kubernetes/objects.ts'
import { trimOwned } from '../../../../../server/directory/kubernetes/trim/owner.ts'
import { trimService } from '../../../../../server/directory/kubernetes/trim/service.ts'
import { trimSlice } from '../../../../../server/directory/kubernetes/trim/slice.ts'
import { Trimming } from '../../../../../server/directory/kubernetes/trim/trimming.ts'

const metadata = { name: 'cart', namespace: 'shop', uid: 's1' }

const services: [why: string, service: object, want: Partial<ServiceRecord>][] = [
  [
    'a Service with a named target port and a nodePort',
    {
      metadata,
      spec: {
        type: 'NodePort',
        clusterIP: '172.20.0.7',
        clusterIPs: ['172.20.0.7', 'fd00::7'],
        selector: { app: 'cart' },
        ports: [
          { name: 'http', port: 80, protocol: 'TCP', targetPort: 'web', nodePort: 30080 },
          { port: 53, protocol: 'UDP', targetPort: 0 },
        ],
      },
    },
    {
      type: 'NodePort',
      clusterIps: ['172.20.0.7', 'fd00::7'],
      hasSelector: true,
      selector: { app: 'cart' },
      ports: [
        { name: 'http', port: 80, protocol: 6, nodePort: 30080, targetPort: 'web' },
        { name: '', port: 53, protocol: 17, nodePort: undefined, targetPort: 53 },
      ],
    },
  ],
  [
    'a headless Service has no address',
    { metadata, spec: { clusterIP: 'None', clusterIPs: ['None'] } },
    { clusterIps: [] },
  ],
  [
    'an ExternalName has none either, and no selector',
    { metadata, spec: { type: 'ExternalName', externalName: 'db.example' } },
    { type: 'ExternalName', clusterIps: [], hasSelector: false },
  ],
  [
    'external addresses: those given and those of the load balancer, but not its names',
    {
      metadata,
      spec: { externalIPs: ['192.0.2.9'] },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.10' }, { hostname: 'a.elb.example' }] } },
    },
    { externalAddresses: ['192.0.2.9', '192.0.2.10'] },
  ],
  [
    'what routes it: both annotations as they are written, and the fields',
    {
      metadata: {
        ...metadata,
        annotations: {
          'service.kubernetes.io/topology-aware-hints': 'Disabled',
          'service.kubernetes.io/topology-mode': 'AUTO',
        },
      },
      spec: {
        trafficDistribution: 'PreferSameZone',
        internalTrafficPolicy: 'Local',
        externalTrafficPolicy: 'Cluster',
        sessionAffinity: 'ClientIP',
      },
    },
    {
      topologyHintsAnnotation: 'Disabled',
      topologyModeAnnotation: 'AUTO',
      trafficDistribution: 'PreferSameZone',
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Cluster',
      sessionAffinity: 'ClientIP',
    },
  ],
  [
    'an empty annotation is there all the same: it hides the newer key',
    { metadata: { ...metadata, annotations: { 'service.kubernetes.io/topology-aware-hints': '' } } },
    { topologyHintsAnnotation: '', topologyModeAnnotation: undefined },
  ],
]
for (const [why, service, want] of services)
  test(why, () => {
    const record = trimService({ ...service })
    assert.deepEqual(record, { ...record, ...want })
  })

test('a slice: who answers, where, and for which zones', () => {
  const record = trimSlice(
    {
      metadata: {
        name: 'cart-abc12',
        namespace: 'shop',
        uid: 'e1',
        labels: {
          'kubernetes.io/service-name': 'cart',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
      },
      addressType: 'IPv4',
      ports: [
        { name: 'http', port: 8080, protocol: 'TCP' },
        { name: 'every', port: null },
      ],
      endpoints: [
        {
          addresses: ['10.0.1.9'],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: { kind: 'Pod', namespace: 'shop', name: 'cart-0', uid: 'p1' },
          nodeName: 'node-a',
          zone: 'us-east-1a',
          hints: { forZones: [{ name: 'us-east-1b' }], forNodes: [{ name: 'node-a' }] },
        },
        { addresses: ['192.0.2.1'], conditions: {} },
      ],
    },
    new Trimming([]),
  )
  const want: SliceRecord = {
    uid: 'e1',
    namespace: 'shop',
    name: 'cart-abc12',
    service: 'cart',
    managedBy: 'endpointslice-controller.k8s.io',
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 6 }],
    endpoints: [
      {
        addresses: ['10.0.1.9'],
        ready: true,
        serving: true,
        terminating: false,
        pod: { namespace: 'shop', name: 'cart-0', uid: 'p1' },
        node: 'node-a',
        zone: 'us-east-1a',
        forZones: ['us-east-1b'],
        forNodes: ['node-a'],
      },
      {
        addresses: ['192.0.2.1'],
        ready: undefined,
        serving: undefined,
        terminating: undefined,
        pod: undefined,
        node: undefined,
        zone: undefined,
        forZones: [],
        forNodes: [],
      },
    ],
  }
  assert.deepEqual(record, want)
})

test('a ReplicaSet is only whose it is', () => {
  const record = trimOwned({
    kind: 'PartialObjectMetadata',
    metadata: {
      name: 'web-6d4cf56db6',
      namespace: 'shop',
      uid: 'r1',
      ownerReferences: [{ kind: 'Rollout', name: 'web', controller: true }],
    },
  })
  assert.deepEqual(record, {
    uid: 'r1',
    namespace: 'shop',
    name: 'web-6d4cf56db6',
    owner: { kind: 'Rollout', name: 'web' },
  })
})
