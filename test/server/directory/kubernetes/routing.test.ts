import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointRecord, ServiceRecord, SliceRecord } from '../../../../server/directory/kubernetes/objects.ts'
import { routingOf } from '../../../../server/directory/kubernetes/routing.ts'
import { endpoint, serviceRecord, sliceRecord } from './records.ts'

const A = 'us-east-1a'
const B = 'us-east-1b'
const web = (more: Partial<ServiceRecord> = {}) => serviceRecord('web', '10.96.0.1', more)
const at = (address: string, zone: string, ...forZones: string[]): EndpointRecord =>
  endpoint(address, { zone, forZones })
const slices = (...endpoints: EndpointRecord[]): SliceRecord[] => [sliceRecord('web', endpoints)]
const both = slices(at('10.0.0.1', A, A), at('10.0.0.2', B, B))
const plain = slices(at('10.0.0.1', A), at('10.0.0.2', B))

type Routed = readonly [service: ServiceRecord, slices: readonly SliceRecord[]]
const cases: [why: string, before: Routed, after: Routed, changes: boolean][] = [
  ['the same is the same', [web(), both], [web(), both], false],
  [
    'a pod replaced in its zone is the same',
    [web(), both],
    [web(), slices(at('10.0.0.9', A, A), at('10.0.0.2', B, B))],
    false,
  ],
  [
    'a pod more where one was is the same',
    [web(), both],
    [web(), slices(at('10.0.0.1', A, A), at('10.0.0.3', A, A), at('10.0.0.2', B, B))],
    false,
  ],
  [
    'the order of endpoints says nothing',
    [web(), both],
    [web(), slices(at('10.0.0.2', B, B), at('10.0.0.1', A, A))],
    false,
  ],
  [
    'endpoints that move to another slice are the same',
    [web(), both],
    [web(), [...slices(at('10.0.0.1', A, A)), sliceRecord('web', [at('10.0.0.2', B, B)], { uid: 'uid-2' })]],
    false,
  ],
  ['without hints, zones of endpoints do not matter', [web(), plain], [web(), slices(at('10.0.0.1', A))], false],
  ['hints that come are another routing', [web(), plain], [web(), both], true],
  [
    'a zone that loses its last hinted endpoint is another routing',
    [web(), both],
    [web(), slices(at('10.0.0.1', A, A))],
    true,
  ],
  [
    'a zone whose last hinted endpoint is not ready is another routing',
    [web(), both],
    [web(), slices(at('10.0.0.1', A, A), endpoint('10.0.0.2', { zone: B, forZones: [B], ready: false }))],
    true,
  ],
  [
    'an endpoint hinted for another zone is another routing',
    [web(), both],
    [web(), slices(at('10.0.0.1', A, A), at('10.0.0.2', B, B), at('10.0.0.3', A, B))],
    true,
  ],
  [
    'one ready endpoint without a hint puts all hints out of force',
    [web(), plain],
    [web(), slices(at('10.0.0.1', A, A), at('10.0.0.2', B))],
    false,
  ],
  [
    'an endpoint that is not ready needs no hint',
    [web(), both],
    [web(), [...both, sliceRecord('web', [endpoint('10.0.0.4', { ready: false })], { uid: 'uid-2' })]],
    false,
  ],
  [
    'hints of the other family are hints too',
    [web(), both],
    [web(), [...both, sliceRecord('web', [at('fd00::1', A, A)], { uid: 'uid-2', addressType: 'IPv6' })]],
    true,
  ],
  [
    'endpoints hinted for their node are another routing',
    [web(), both],
    [
      web(),
      [
        sliceRecord(
          'web',
          both.flatMap(slice => slice.endpoints.map(one => ({ ...one, forNodes: ['node-a'] }))),
        ),
      ],
    ],
    true,
  ],
  ['a preference is a setting', [web(), plain], [web({ trafficDistribution: 'PreferClose' }), plain], true],
  ['the annotation Auto is a setting', [web(), plain], [web({ topologyModeAnnotation: 'Auto' }), plain], true],
  [
    'auto is Auto',
    [web({ topologyModeAnnotation: 'auto' }), plain],
    [web({ topologyModeAnnotation: 'Auto' }), plain],
    false,
  ],
  ['AUTO is nothing', [web(), plain], [web({ topologyModeAnnotation: 'AUTO' }), plain], false],
  [
    'the older key hides the newer one',
    [web(), plain],
    [web({ topologyHintsAnnotation: 'Disabled', topologyModeAnnotation: 'Auto' }), plain],
    false,
  ],
  [
    'the annotation hides the field',
    [web({ topologyModeAnnotation: 'Auto' }), plain],
    [web({ topologyModeAnnotation: 'Auto', trafficDistribution: 'PreferClose' }), plain],
    false,
  ],
  [
    'the policy for traffic from inside is a setting',
    [web(), plain],
    [web({ internalTrafficPolicy: 'Local' }), plain],
    true,
  ],
  [
    'the policy for traffic from outside is one where there is an outside',
    [web({ type: 'NodePort' }), plain],
    [web({ type: 'NodePort', externalTrafficPolicy: 'Local' }), plain],
    true,
  ],
  ['without an outside it is none', [web(), plain], [web({ externalTrafficPolicy: 'Local' }), plain], false],
  [
    'where all traffic stays on its node hints do not matter',
    [web({ internalTrafficPolicy: 'Local' }), plain],
    [web({ internalTrafficPolicy: 'Local' }), both],
    false,
  ],
  ['affinity is a setting', [web(), plain], [web({ sessionAffinity: 'ClientIP' }), plain], true],
  [
    'a headless Service routes nothing',
    [web({ clusterIps: [] }), plain],
    [web({ clusterIps: [], trafficDistribution: 'PreferClose' }), both],
    false,
  ],
  ['ports are no routing', [web(), plain], [web({ ports: [] }), plain], false],
]
for (const [why, before, after, changes] of cases)
  test(why, () => assert.equal(routingOf(...before) !== routingOf(...after), changes))
