import type { AwsThing } from '@weir/contract/peers.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { FlowLogDefinition, MappedInterface, VpcRecords } from '../../server/directory/vpc-map.ts'
import type { Listing } from '../../server/directory/whole-listing.ts'
import type { Machine, Truth, ZoneLetter } from './truth.ts'

export const CLUSTER = 'lab'
const letters: readonly ZoneLetter[] = ['a', 'b', 'c']

export const zoneNamed = (letter: ZoneLetter): Zone => ({
  name: `us-east-1${letter}`,
  id: `use1-az${letters.indexOf(letter) + 1}`,
  region: 'us-east-1',
  account: '111111111111',
})

const things: { readonly [kind in Machine['kind']]?: AwsThing } = {
  rds: 'RDS',
  elasticache: 'ElastiCache',
  alb: 'application load balancer',
  nlb: 'network load balancer',
  nat: 'NAT gateway',
  'control plane': 'EKS control plane',
}

/** The truth's cluster as Kubernetes lists it. */
export function listingOf({ machines }: Truth): Listing {
  const of = (kind: Machine['kind']) => machines.filter(one => one.kind === kind)
  return {
    cluster: CLUSTER,
    nodes: of('node').map(({ id, zone, address }) => ({ name: id, zone: zoneNamed(zone), addresses: [address] })),
    pods: of('pod').map(({ id, namespace = '', workload = '', node = '', address }) => ({
      namespace,
      name: id,
      workload: { kind: 'Deployment', name: workload },
      node,
      addresses: [address],
      ports: [],
      hostNetwork: false,
    })),
    services: [],
    subnets: [],
    interfaces: [],
  }
}

const vpcNames = { main: 'vpc-main', other: 'vpc-other' } as const

/** The truth's VPCs as EC2 tells of them. */
export function vpcsOf({ machines }: Truth): VpcRecords[] {
  return (['main', 'other'] as const).map(name => {
    const vpc = vpcNames[name]
    const network = name === 'main' ? '10.0' : '10.9'
    const subnetOf = (zone: ZoneLetter) => `subnet-${name}-${zone}`
    return {
      vpc,
      region: 'us-east-1',
      account: '111111111111',
      readAt: epochMs(0),
      zones: letters.map(zoneNamed),
      subnets: letters.map((letter, i) => ({
        id: subnetOf(letter),
        vpc,
        zone: zoneNamed(letter),
        cidrs: [`${network}.${i * 64}.0/18`],
      })),
      interfaces: machines
        .filter(machine => machine.vpc === name && machine.kind !== 'pod')
        .map((machine): MappedInterface => {
          const { id, kind, address, zone } = machine
          const thing = things[kind]
          return {
            id: `eni-${id}`,
            vpc,
            subnet: subnetOf(zone),
            zone: zoneNamed(zone),
            owner: thing === undefined ? { kind: 'instance', id: `i-${id}` } : { kind: 'thing', thing, id },
            addresses: [address],
            prefixes: [],
          }
        }),
      routeTables: [],
      natGateways: [],
      flowLogs: name === 'main' ? [allOf(vpc)] : [],
    }
  })
}

/** The same where nobody may ask for flow logs, and the whole main VPC reaches the internet through its NAT gateway. */
export function routedVpcsOf(truth: Truth): VpcRecords[] {
  const podsOf = (node: string) => truth.machines.filter(one => one.kind === 'pod' && one.node === node)
  const nat = truth.machines.find(({ kind }) => kind === 'nat')
  return vpcsOf(truth).map(({ flowLogs: _, ...vpc }) => ({
    ...vpc,
    interfaces: vpc.interfaces.map(one => {
      const pods = podsOf(one.id.slice('eni-'.length))
      return { ...one, addresses: [...one.addresses, ...pods.map(({ address }) => address)] }
    }),
    ...(vpc.vpc === vpcNames.main && {
      routeTables: [{ id: 'rtb-main', subnets: [], isMain: true, natGateway: nat?.id ?? '', elsewhere: [] }],
      natGateways: [
        { id: nat?.id ?? '', subnet: `subnet-main-${nat?.zone}`, addresses: [nat?.address ?? ''], zoneIds: [] },
      ],
    }),
  }))
}

const allOf = (vpc: string): FlowLogDefinition => ({
  id: `fl-${vpc}`,
  resource: vpc,
  isActive: true,
  fields: [],
  destinationType: 's3',
  destination: 'arn:aws:s3:::logs',
  maxAggregationSeconds: 60,
})
