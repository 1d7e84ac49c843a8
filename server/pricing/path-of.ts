import { type AwsThing, awsThings } from '@weir/contract/peers.ts'
import { unreachable } from '@weir/contract/units.ts'
import type { Crossing } from '@weir/contract/zones.ts'
import type { SeriesEnd, SeriesKey } from '../store/series.ts'
import type { BillingPath } from './paths.ts'

/** What the path follows from: who is at a machine of the hop, and in which VPC. */
export type HopEnd = Pick<SeriesEnd, 'kind' | 'workloadKind' | 'vpc'>

/** The two machines of a series' hop, in the order in which the connection runs: `near` is nearer to who opened it. */
export function hopEnds({ leg, initiator, responder }: Pick<SeriesKey, 'leg' | 'initiator' | 'responder'>): {
  readonly near: HopEnd
  readonly far: HopEnd
} {
  switch (leg) {
    case 'direct':
      return { near: initiator, far: responder }
    case 'first':
      return { near: initiator, far: VIA }
    case 'second':
      return { near: VIA, far: responder }
    default:
      return unreachable(leg)
  }
}

/** A node in between; series do not keep its VPC. */
const VIA: HopEnd = { kind: 'node', workloadKind: '' }

/** Which path of the table in paths.ts a hop took. */
export function pathOf(near: HopEnd, far: HopEnd, crossing: Crossing): BillingPath {
  switch (crossing) {
    case 'same-zone':
      return 'same zone'
    case 'cross-region':
      return 'cross-region'
    case 'internet':
      return 'internet'
    case 'unknown':
      return 'crossing not known'
    case 'cross-zone':
      return crossZonePathOf(near, far)
    default:
      return unreachable(crossing)
  }
}

/** The path of a hop of which it is known that it crosses zones of one region. */
export function crossZonePathOf(near: HopEnd, far: HopEnd): BillingPath {
  const [a, b] = [thingAt(near), thingAt(far)]
  if (a !== undefined && b !== undefined) return pathBetween(a, b)
  if (a !== undefined) return pathFrom(a, vpcsOf(near, far))
  if (b !== undefined) return pathTo(b, vpcsOf(near, far))
  if (near.kind === 'subnet' || far.kind === 'subnet') return 'owner not known'
  return vpcsOf(near, far) === 'two' ? 'VPC peering' : 'instances'
}

type Vpcs = 'one' | 'two' | 'not known'

/** Whether both machines are in one VPC. */
export function vpcsOf(near: Pick<HopEnd, 'vpc'>, far: Pick<HopEnd, 'vpc'>): Vpcs {
  if (near.vpc === undefined || far.vpc === undefined) return 'not known'
  return near.vpc === far.vpc ? 'one' : 'two'
}

function thingAt({ kind, workloadKind }: HopEnd): AwsThing | undefined {
  if (kind !== 'aws') return undefined
  return awsThings.find(thing => thing === workloadKind) ?? 'other interface'
}

/** An instance opened the connection to a thing of AWS. */
function pathTo(thing: AwsThing, vpcs: Vpcs): BillingPath {
  switch (thing) {
    case 'application load balancer':
    case 'classic load balancer':
      return 'client to load balancer'
    default:
      return pathOfThing(thing, vpcs)
  }
}

/** A thing of AWS opened the connection to an instance. */
function pathFrom(thing: AwsThing, vpcs: Vpcs): BillingPath {
  switch (thing) {
    case 'application load balancer':
    case 'classic load balancer':
      return 'load balancer to target'
    default:
      return pathOfThing(thing, vpcs)
  }
}

type DirectedThing = 'application load balancer' | 'classic load balancer'

function pathOfThing(thing: Exclude<AwsThing, DirectedThing>, vpcs: Vpcs): BillingPath {
  switch (thing) {
    case 'network load balancer':
    case 'gateway load balancer':
      return 'network load balancer'
    case 'load balancer':
      return 'load balancer of unknown kind'
    case 'endpoint':
      return 'interface endpoint'
    case 'RDS':
      return vpcs === 'one' ? 'RDS in the same VPC' : vpcs === 'two' ? 'RDS in another VPC' : 'RDS in an unknown VPC'
    case 'NAT gateway':
    case 'transit gateway':
    case 'ElastiCache':
    case 'Redshift':
    case 'MSK':
    case 'OpenSearch':
    case 'EFS':
    case 'Lambda':
    case 'EKS control plane':
    case 'other interface':
      return thing
    default:
      return unreachable(thing)
  }
}

/** What is free at one end is free; a load balancer comes before what is behind it. */
function pathBetween(from: AwsThing, to: AwsThing): BillingPath {
  const isEither = (...things: readonly AwsThing[]) => things.includes(from) || things.includes(to)
  if (isEither('transit gateway')) return 'transit gateway'
  if (isEither('endpoint')) return 'interface endpoint'
  if (from === 'application load balancer' || from === 'classic load balancer') return 'load balancer to target'
  if (isEither('network load balancer', 'gateway load balancer')) return 'network load balancer'
  if (to === 'application load balancer' || to === 'classic load balancer') return 'client to load balancer'
  if (from === 'RDS' && to === 'RDS') return 'RDS replication'
  if (from === 'MSK' && to === 'MSK') return 'MSK replication'
  return 'between AWS interfaces'
}
