import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeRecord } from '../../../../../server/directory/kubernetes/objects.ts'
import { trimNode } from '../../../../../server/directory/kubernetes/trim/node.ts'

const named = (labels: object) => ({ metadata: { name: 'ip-10-0-1-7', uid: 'n1', labels } })

const rows: [why: string, node: object, want: Partial<NodeRecord>][] = [
  [
    'a node of EKS',
    {
      ...named({
        'topology.kubernetes.io/zone': 'us-east-1a',
        'topology.kubernetes.io/region': 'us-east-1',
        'topology.k8s.aws/zone-id': 'use1-az4',
        'failure-domain.beta.kubernetes.io/zone': 'old',
      }),
      status: {
        addresses: [
          { type: 'InternalIP', address: '10.0.1.7' },
          { type: 'InternalIP', address: '2600:1f18::7' },
          { type: 'ExternalIP', address: '3.3.3.3' },
          { type: 'Hostname', address: 'ip-10-0-1-7' },
        ],
        allocatable: { cpu: '3920m' },
        conditions: [
          { type: 'MemoryPressure', status: 'False' },
          { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-11-01T10:00:00Z' },
        ],
      },
    },
    {
      uid: 'n1',
      name: 'ip-10-0-1-7',
      addresses: ['10.0.1.7', '2600:1f18::7'],
      zoneName: 'us-east-1a',
      zoneLabel: 'us-east-1a',
      zoneId: 'use1-az4',
      region: 'us-east-1',
      ready: true,
      allocatableMilliCpu: 3_920,
      controlPlane: false,
      fargate: false,
    },
  ],
  [
    'the older label of the zone',
    named({ 'failure-domain.beta.kubernetes.io/zone': 'us-east-1b' }),
    { zoneName: 'us-east-1b', zoneLabel: undefined, region: 'us-east-1' },
  ],
  [
    'the zone from the providerID, and the region from it',
    { ...named({}), spec: { providerID: 'aws:///eu-west-1c/i-0abc' } },
    { zoneName: 'eu-west-1c', zoneLabel: undefined, region: 'eu-west-1' },
  ],
  [
    'a Local Zone belongs to its region',
    named({ 'topology.kubernetes.io/zone': 'us-east-1-bos-1a' }),
    { region: 'us-east-1' },
  ],
  [
    'GovCloud has a region of more parts',
    named({ 'topology.kubernetes.io/zone': 'us-gov-west-1a' }),
    { region: 'us-gov-west-1' },
  ],
  [
    'a node without a zone',
    { ...named({}), spec: { providerID: 'kind://docker/kind/kind-worker' } },
    { zoneName: undefined, zoneId: undefined, region: undefined },
  ],
  ['an empty zone is none', named({ 'topology.kubernetes.io/zone': '' }), { zoneName: undefined }],
  ['whole and broken CPUs', { ...named({}), status: { allocatable: { cpu: '1.5' } } }, { allocatableMilliCpu: 1_500 }],
  ['no CPUs given', named({}), { allocatableMilliCpu: 0, ready: false }],
  [
    'a control plane by its label, whatever its value',
    named({ 'node-role.kubernetes.io/control-plane': '' }),
    { controlPlane: true },
  ],
  ['and by the older one', named({ 'node-role.kubernetes.io/master': 'true' }), { controlPlane: true }],
  ['a node of Fargate', named({ 'eks.amazonaws.com/compute-type': 'fargate' }), { fargate: true }],
  [
    'a node that is not sure of itself is not ready',
    { ...named({}), status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } },
    { ready: false },
  ],
]
for (const [why, node, want] of rows)
  test(why, () => {
    const record = trimNode({ ...node })
    assert.deepEqual(record, { ...record, ...want })
  })
