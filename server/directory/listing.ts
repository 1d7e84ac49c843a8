import type { ServicePort, SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { AwsThing, Workload } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'

/** protocol: IP protocol number. */
export interface DeclaredPort {
  readonly port: number
  readonly protocol: number
}

interface Dated {
  /** Since when it is there, where the adapter knows. */
  readonly since?: EpochMs
}

export interface ListedNode extends Dated {
  readonly name: string
  readonly zone: Zone | undefined
  /** Empty for a node that has no address of its own (Fargate: its one pod has it). */
  readonly addresses: readonly string[]
}

/** addresses of a hostNetwork pod are its node's and may be left empty. */
export interface ListedPod extends Dated {
  readonly namespace: string
  readonly name: string
  readonly workload: Workload
  readonly node: string
  readonly addresses: readonly string[]
  readonly ports: readonly DeclaredPort[]
  readonly hostNetwork: boolean
  /** Ports of the node that lead to this pod although it has a network of its own. */
  readonly hostPorts?: readonly DeclaredPort[]
  /** Chosen labels, which its workload is charged by. */
  readonly labels?: { readonly [key: string]: string }
}

export interface ListedService extends Dated {
  readonly namespace: string
  readonly name: string
  /** Addresses that are this Service's alone, and get its label. */
  readonly addresses: readonly string[]
  /** Further addresses it is dialled by: several Services, or a node, may have them too. */
  readonly sharedAddresses?: readonly string[]
  readonly ports: readonly ServicePort[]
  /** Its routing settings and hints as text that is equal exactly when they are: a new text is a new generation. */
  readonly routing: string
}

/** Who answers for a Service: every address at every port. */
export interface ListedBackends {
  readonly namespace: string
  readonly service: string
  readonly addresses: readonly string[]
  readonly ports: readonly DeclaredPort[]
}

/** A named network interface of AWS: load balancer, NAT gateway … */
export interface ListedInterface extends Dated {
  readonly id: string
  readonly thing: AwsThing
  readonly name?: string
  readonly addresses: readonly string[]
  readonly zone?: Zone
}

/** A subnet as it is listed: agents are not told of its VPC, nor of contested ones. */
export interface ListedSubnet extends SubnetEntry {
  readonly vpc?: string
  /** Several VPCs use these addresses, and which of them is meant is not known: they are in no zone. */
  readonly contested?: boolean
}

/** One thing that an adapter lists. Addresses are canonical text. */
export type Listed =
  | ({ readonly kind: 'node' } & ListedNode)
  | ({ readonly kind: 'pod' } & ListedPod)
  | ({ readonly kind: 'service' } & ListedService)
  | ({ readonly kind: 'backends' } & ListedBackends)
  | ({ readonly kind: 'subnet' } & ListedSubnet)
  | ({ readonly kind: 'interface' } & ListedInterface)

/** `key` is the thing's for as long as it is there, and no other thing's ever after: a uid, where there is one. */
export interface ListedChange {
  readonly key: string
  /** undefined: it is gone. */
  readonly listed: Listed | undefined
}
