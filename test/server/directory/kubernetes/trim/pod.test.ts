import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import type { PodRecord } from '../../../../../server/directory/kubernetes/objects.ts'
import { trimPod } from '../../../../../server/directory/kubernetes/trim/pod.ts'
import { Trimming } from '../../../../../server/directory/kubernetes/trim/trimming.ts'

const metadata = { name: 'web-6d4cf56db6-x7k2p', namespace: 'shop', uid: 'b1e0' }

const rows: [why: string, pod: object, want: Partial<PodRecord>][] = [
  [
    'a running pod keeps what its label needs, and nothing else',
    {
      metadata: {
        ...metadata,
        labels: { 'pod-template-hash': '6d4cf56db6', team: 'cart', app: 'web' },
        ownerReferences: [
          { kind: 'ReplicaSet', name: 'not-the-controller' },
          { kind: 'ReplicaSet', name: 'web-6d4cf56db6', controller: true },
        ],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}' },
        managedFields: [{ manager: 'kubelet' }],
      },
      spec: {
        nodeName: 'node-a',
        containers: [
          {
            ports: [
              { containerPort: 8080, protocol: 'TCP' },
              { containerPort: 53, protocol: 'UDP' },
            ],
          },
        ],
      },
      status: { phase: 'Running', startTime: '2026-11-01T10:00:05Z', podIP: '10.0.1.9', podIPs: [{ ip: '10.0.1.9' }] },
    },
    {
      uid: 'b1e0',
      namespace: 'shop',
      name: 'web-6d4cf56db6-x7k2p',
      node: 'node-a',
      addresses: ['10.0.1.9'],
      ended: false,
      terminating: false,
      hostNetwork: false,
      ports: [
        { port: 8080, protocol: 6 },
        { port: 53, protocol: 17 },
      ],
      hostPorts: [],
      owner: { kind: 'ReplicaSet', name: 'web-6d4cf56db6' },
      labels: { 'pod-template-hash': '6d4cf56db6', team: 'cart' },
      startedAt: epochMs(Date.UTC(2026, 10, 1, 10, 0, 5)),
      fargate: false,
    },
  ],
  [
    'a pod that is not scheduled has no node and no address',
    { metadata, spec: {}, status: { phase: 'Pending' } },
    { node: undefined, addresses: [], startedAt: undefined },
  ],
  [
    'both addresses of a dual-stack pod are kept, in canonical form',
    { metadata, status: { podIP: '10.0.1.9', podIPs: [{ ip: '10.0.1.9' }, { ip: '2600:1F18:0:0::9' }] } },
    { addresses: ['10.0.1.9', '2600:1f18::9'] },
  ],
  [
    'addresses of secondary networks are kept where the pod declares them',
    {
      metadata: {
        ...metadata,
        annotations: {
          'k8s.v1.cni.cncf.io/network-status':
            '[{"name":"aws-cni","ips":["10.0.1.9"],"default":true},{"name":"storage","interface":"net1","ips":["192.168.7.4"]}]',
        },
      },
      status: { podIP: '10.0.1.9' },
    },
    { addresses: ['10.0.1.9', '192.168.7.4'] },
  ],
  [
    'a network status that is no JSON is not read',
    {
      metadata: { ...metadata, annotations: { 'k8s.v1.cni.cncf.io/network-status': '[{' } },
      status: { podIP: '10.0.1.9' },
    },
    { addresses: ['10.0.1.9'] },
  ],
  [
    'a job’s pod that succeeded has ended',
    { metadata, status: { phase: 'Succeeded', podIP: '10.0.1.9' } },
    { ended: true },
  ],
  ['so has one that failed', { metadata, status: { phase: 'Failed' } }, { ended: true }],
  [
    'one that is being deleted still runs',
    { metadata: { ...metadata, deletionTimestamp: '2026-11-01T11:00:00Z' }, status: { phase: 'Running' } },
    { ended: false, terminating: true },
  ],
  [
    'a pod on its node’s network: its ports are the node’s',
    { metadata, spec: { hostNetwork: true, containers: [{ ports: [{ containerPort: 9100, hostPort: 9100 }] }] } },
    { hostNetwork: true, ports: [{ port: 9100, protocol: 6 }], hostPorts: [] },
  ],
  [
    'a port of the node that leads into the pod',
    { metadata, spec: { containers: [{ ports: [{ containerPort: 8080, hostPort: 80 }] }] } },
    { hostPorts: [{ port: 80, protocol: 6, containerPort: 8080 }] },
  ],
  [
    'a sidecar’s ports count, those of an init container that ends do not',
    {
      metadata,
      spec: {
        containers: [],
        initContainers: [
          { ports: [{ containerPort: 1 }] },
          { restartPolicy: 'Always', ports: [{ containerPort: 15090, protocol: 'SCTP' }] },
        ],
      },
    },
    { ports: [{ port: 15090, protocol: 132 }] },
  ],
  [
    'a pod of Fargate',
    { metadata: { ...metadata, labels: { 'eks.amazonaws.com/fargate-profile': 'default' } } },
    { fargate: true, labels: {} },
  ],
  [
    'fields of the wrong type are as if they were not there',
    {
      metadata,
      spec: { nodeName: 7, containers: 'none' },
      status: { podIPs: ['x'], podIP: 'not an address', startTime: 'soon' },
    },
    { node: undefined, addresses: [], ports: [], startedAt: undefined },
  ],
]
for (const [why, pod, want] of rows)
  test(why, () => {
    const record = trimPod({ ...pod }, new Trimming(['team']))
    assert.deepEqual(record, { ...record, ...want })
    assert.ok(!JSON.stringify(record).includes('secret'))
  })

for (const [why, pod, problem] of [
  ['without a uid', { metadata: { name: 'web-0' } }, /metadata\.uid: expected a text/],
  ['without a name', { metadata: { uid: 'b1e0' } }, /metadata\.name of b1e0: expected a text/],
  ['without metadata', {}, /metadata\.uid/],
] as const)
  test(`an object ${why} is refused, and it is said why`, () =>
    assert.throws(() => trimPod(pod, new Trimming([])), problem))
