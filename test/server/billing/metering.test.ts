import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { meteringBy } from '../../../server/billing/metering.ts'
import { parseSides } from '../../../server/pricing/billed-sides.ts'
import type { SeriesEnd } from '../../../server/store/series.ts'
import { anEnd, aSeries, zoneA, zoneB } from '../answers/world.ts'

const pod = { ...anEnd('pod', 'web', zoneA, 'shop'), vpc: 'vpc-1' }
const aws = (thing: string): SeriesEnd => ({ ...anEnd('aws', 'eni-1', zoneB), workloadKind: thing, vpc: 'vpc-1' })
const meteringOf = meteringBy(parseSides('Lambda=0'))

test('a hop between instances is charged at both ends, on the line between zones', () => {
  deepEqual(meteringOf(aSeries(pod, pod), 'cross-zone'), {
    kind: 'billed',
    line: 'inter-zone',
    sides: { initiator: 1, responder: 1 },
    elsewhere: 0,
    isUnresolved: false,
  })
})

test('between two VPCs it is on a line of its own', () => {
  deepEqual(meteringOf(aSeries(pod, { ...pod, vpc: 'vpc-2' }), 'cross-zone'), {
    kind: 'billed',
    line: 'peering',
    sides: { initiator: 1, responder: 1 },
    elsewhere: 0,
    isUnresolved: false,
  })
})

test('a path of which AWS does not tell is charged by default, and marked', () => {
  deepEqual(meteringOf(aSeries(pod, aws('NAT gateway')), 'cross-zone'), {
    kind: 'billed',
    line: 'inter-zone',
    sides: { initiator: 1, responder: 1 },
    elsewhere: 0,
    isUnresolved: true,
  })
})

test('what costs nothing is free; what crosses no zones of one region is outside; what is not known is unknown', () => {
  deepEqual(meteringOf(aSeries(aws('application load balancer'), pod), 'cross-zone'), { kind: 'free' })
  deepEqual(meteringOf(aSeries(pod, aws('Lambda')), 'cross-zone'), { kind: 'free' })
  for (const crossing of ['same-zone', 'cross-region', 'internet'] as const)
    deepEqual(meteringOf(aSeries(pod, pod), crossing), { kind: 'outside' })
  deepEqual(meteringOf(aSeries(pod, pod), 'unknown'), { kind: 'unknown' })
})
