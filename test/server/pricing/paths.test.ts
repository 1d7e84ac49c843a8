import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { awsThings } from '@weir/contract/peers.ts'
import { billedSides, meterOf, parseSides, sidesOf } from '../../../server/pricing/billed-sides.ts'
import { crossZonePathOf, type HopEnd, hopEnds, pathOf } from '../../../server/pricing/path-of.ts'
import { billingPaths, pathNames, unresolvedPaths } from '../../../server/pricing/paths.ts'

const pod: HopEnd = { kind: 'pod', workloadKind: 'Deployment', vpc: 'vpc-1' }
const podElsewhere: HopEnd = { ...pod, vpc: 'vpc-2' }
const podSomewhere: HopEnd = { kind: 'pod', workloadKind: 'Deployment' }
const node: HopEnd = { kind: 'node', workloadKind: '', vpc: 'vpc-1' }
const subnet: HopEnd = { kind: 'subnet', workloadKind: '', vpc: 'vpc-1' }
const aws = (thing: string): HopEnd => ({ kind: 'aws', workloadKind: thing, vpc: 'vpc-1' })
const asTable = new Map()

// AWS's texts, row by row; who opened the connection stands first.
const crossZone: [near: HopEnd, far: HopEnd, path: string, sides: number, why: string][] = [
  [pod, pod, 'instances', 2, 'CUR guide: two line items for each data transfer'],
  [node, pod, 'instances', 2, 'nodes are instances, too'],
  [pod, podElsewhere, 'VPC peering', 2, 'since April 2025 as VpcPeering-In and -Out'],
  [podSomewhere, pod, 'instances', 2, 'a VPC that is not known is no other VPC'],
  [pod, subnet, 'owner not known', 2, 'an address of the VPC that nothing names'],
  [aws('application load balancer'), pod, 'load balancer to target', 0, 'ELB FAQ: not charged'],
  [aws('classic load balancer'), pod, 'load balancer to target', 0, 'ELB FAQ: not charged'],
  [pod, aws('application load balancer'), 'client to load balancer', 2, 'sources conflict'],
  [pod, aws('classic load balancer'), 'client to load balancer', 2, 'sources conflict'],
  [aws('network load balancer'), pod, 'network load balancer', 2, 'ELB guide: charged at both ends'],
  [pod, aws('network load balancer'), 'network load balancer', 2, 'AWS blog on NLB zones: 0.04 there and back'],
  [aws('gateway load balancer'), pod, 'network load balancer', 2, 'ELB guide: charged at both ends'],
  [aws('load balancer'), pod, 'load balancer of unknown kind', 2, 'by default like a network load balancer'],
  [pod, aws('RDS'), 'RDS in the same VPC', 2, 'RDS pricing: charges apply on both sides'],
  [podElsewhere, aws('RDS'), 'RDS in another VPC', 1, 'RDS pricing: the EC2 side only'],
  [podSomewhere, aws('RDS'), 'RDS in an unknown VPC', 2, 'by default as in the same VPC'],
  [aws('RDS'), aws('RDS'), 'RDS replication', 0, 'RDS pricing: replication within the region is free'],
  [pod, aws('ElastiCache'), 'ElastiCache', 1, 'ElastiCache pricing: the EC2 side only'],
  [pod, aws('Redshift'), 'Redshift', 2, 'named in the rule of the EC2 pricing page'],
  [pod, aws('MSK'), 'MSK', 2, 'MSK pricing: standard rates'],
  [aws('MSK'), aws('MSK'), 'MSK replication', 0, 'MSK pricing: between brokers free'],
  [pod, aws('OpenSearch'), 'OpenSearch', 2, 'nothing found'],
  [pod, aws('EFS'), 'EFS', 2, 'EFS guide: standard charges'],
  [pod, aws('endpoint'), 'interface endpoint', 0, 'free since 2022-04-01'],
  [pod, aws('transit gateway'), 'transit gateway', 0, 'free since 2022-04-01'],
  [pod, aws('NAT gateway'), 'NAT gateway', 2, 'charged; sides not told'],
  [aws('NAT gateway'), pod, 'NAT gateway', 2, 'the way back is no other path'],
  [pod, aws('Lambda'), 'Lambda', 2, 'nothing found'],
  [aws('EKS control plane'), node, 'EKS control plane', 2, 'billed (containers-roadmap 2454); sides not told'],
  [pod, aws('other interface'), 'other interface', 2, 'nothing found'],
  [pod, aws('a thing of a later version'), 'other interface', 2, 'what a store kept that this version does not know'],
  [aws('Lambda'), aws('RDS'), 'between AWS interfaces', 2, 'nothing found'],
  [aws('Lambda'), aws('endpoint'), 'interface endpoint', 0, 'free whoever uses it'],
  [aws('application load balancer'), aws('NAT gateway'), 'load balancer to target', 0, 'free whatever the target is'],
  [aws('network load balancer'), aws('application load balancer'), 'network load balancer', 2, 'charged at both ends'],
]
for (const [near, far, path, sides, why] of crossZone)
  test(`${name(near)} → ${name(far)} across zones: ${path}, ${sides} sides (${why})`, () => {
    const found = pathOf(near, far, 'cross-zone')
    equal(found, path)
    equal(sidesOf(found, asTable), sides)
    const { initiator, responder } = billedSides(found, near, far, asTable)
    equal(initiator + responder, sides)
  })

for (const [crossing, path] of [
  ['same-zone', 'same zone'],
  ['cross-region', 'cross-region'],
  ['internet', 'internet'],
  ['unknown', 'crossing not known'],
] as const)
  test(`a hop that is ${crossing} is not priced, whatever stands at its ends`, () => {
    for (const far of [pod, aws('NAT gateway'), aws('network load balancer')])
      equal(sidesOf(pathOf(pod, far, crossing), asTable), 0)
    equal(pathOf(pod, pod, crossing), path)
  })

test('the one side of RDS in another VPC and of ElastiCache is the machine, whoever opened the connection', () => {
  deepEqual(billedSides('ElastiCache', pod, aws('ElastiCache'), asTable), { initiator: 1, responder: 0 })
  deepEqual(billedSides('ElastiCache', aws('ElastiCache'), pod, asTable), { initiator: 0, responder: 1 })
})

test('every thing of AWS has a path of its own, both ways round', () => {
  for (const thing of awsThings)
    for (const path of [crossZonePathOf(pod, aws(thing)), crossZonePathOf(aws(thing), pod)])
      equal(['instances', 'VPC peering', 'owner not known'].includes(path), false, `${thing}: ${path}`)
})

test('every path says what it is, where that was read and when', () => {
  for (const path of pathNames) {
    const { means, source, read } = billingPaths[path]
    equal(means !== '' && source !== '', true, path)
    match(read, /^20\d\d-\d\d$/)
  }
})

test('what AWS charges is not settled for these, and a setting may say it', () => {
  deepEqual(
    [...unresolvedPaths].sort(),
    [
      'EFS',
      'EKS control plane',
      'Lambda',
      'MSK',
      'NAT gateway',
      'OpenSearch',
      'RDS in an unknown VPC',
      'between AWS interfaces',
      'client to load balancer',
      'crossing not known',
      'load balancer of unknown kind',
      'other interface',
      'owner not known',
    ].sort(),
  )
  const book = parseSides(' nat gateway = 1 , Lambda=0,client to load balancer=0')
  equal(sidesOf('NAT gateway', book), 1)
  deepEqual(billedSides('NAT gateway', aws('NAT gateway'), pod, book), { initiator: 0, responder: 1 })
  equal(sidesOf('Lambda', book), 0)
  equal(sidesOf('client to load balancer', book), 0)
  equal(sidesOf('instances', book), 2)
  equal(parseSides('').size, 0)
})

for (const [text, problem] of [
  ['NAT gatway=1', /did you mean NAT gateway\?/],
  ['NAT gateway=3', /must be PATH=SIDES/],
  ['NAT gateway', /must be PATH=SIDES/],
  ['Lambda=1,lambda=2', /given twice/],
  ['same zone=2', /no path/],
] as const)
  test(`billed sides ${JSON.stringify(text)} are refused in words`, () => {
    throws(() => parseSides(text), problem)
  })

test('a leg begins or ends at the node in between, and that is what is billed', () => {
  const nlb = { ...aws('network load balancer'), namespace: '', name: 'eni-1', zone: '' }
  const web = { ...pod, namespace: 'shop', name: 'web', zone: '' }
  const pathOfLeg = (leg: 'direct' | 'first' | 'second') => {
    const { near, far } = hopEnds({ leg, initiator: nlb, responder: web })
    return crossZonePathOf(near, far)
  }
  deepEqual(
    [pathOfLeg('direct'), pathOfLeg('first'), pathOfLeg('second')],
    ['network load balancer', 'network load balancer', 'instances'],
  )
})

test('two VPCs are on lines of the bill of their own', () => {
  equal(meterOf(pod, podElsewhere), 'peering')
  equal(meterOf(pod, pod), 'inter-zone')
  equal(meterOf(pod, podSomewhere), 'inter-zone')
})

function name({ kind, workloadKind, vpc }: HopEnd): string {
  return `${kind === 'aws' ? workloadKind : kind} of ${vpc ?? 'no known VPC'}`
}

test('the docs have the table, row by row', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/design.md'), 'utf8')
  const sides = { both: 'both', instance: 'the machine’s', neither: 'none' }
  for (const path of pathNames) {
    const { billedAt, confidence, means } = billingPaths[path]
    equal(docs.includes(`| ${path} | ${sides[billedAt]} | ${confidence} | ${means} |\n`), true, path)
  }
})
