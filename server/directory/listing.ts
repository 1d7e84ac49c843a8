import type { ServicePort, SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { AwsThing, Peer, Workload } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'

/** Everything that an adapter lists of one cluster at one moment. Addresses are canonical text. */
export interface Listing {
  readonly cluster: string
  readonly nodes: readonly ListedNode[]
  readonly subnets: readonly SubnetEntry[]
  readonly pods: readonly ListedPod[]
  readonly services: readonly ListedService[]
  readonly interfaces: readonly ListedInterface[]
}

/** protocol: IP protocol number. */
export interface DeclaredPort {
  readonly port: number
  readonly protocol: number
}

interface Listed {
  /** Since when it is there, where the adapter knows. */
  readonly since?: EpochMs
}

export interface ListedNode extends Listed {
  readonly name: string
  readonly zone: Zone | undefined
  readonly addresses: readonly string[]
}

/** addresses of a hostNetwork pod are its node's and may be left empty. */
export interface ListedPod extends Listed {
  readonly namespace: string
  readonly name: string
  readonly workload: Workload
  readonly node: string
  readonly addresses: readonly string[]
  readonly ports: readonly DeclaredPort[]
  readonly hostNetwork: boolean
}

export interface ListedService extends Listed {
  readonly namespace: string
  readonly name: string
  readonly addresses: readonly string[]
  readonly ports: readonly ListedServicePort[]
  /** Workloads, of the Service's namespace, whose pods are its backends. */
  readonly workloads: readonly Workload[]
  /** Its routing settings and hints as text that is equal exactly when they are: a new text is a new generation. */
  readonly routing: string
}

export interface ListedServicePort extends ServicePort {
  /** The backends' port where it is not `port`. */
  readonly targetPort?: number
}

/** A named network interface of AWS: load balancer, NAT gateway … */
export interface ListedInterface extends Listed {
  readonly id: string
  readonly thing: AwsThing
  readonly name?: string
  readonly addresses: readonly string[]
  readonly zone?: Zone
}

/** One address (or one port of it) that the listing gives to a peer: what a label is opened for. */
export interface Claim {
  readonly address: string
  readonly port?: number
  readonly peer: Peer
  readonly node?: string
  readonly zone?: Zone
  /** Ports the pod declares; empty for all other peers. */
  readonly ports: readonly DeclaredPort[]
  readonly since?: EpochMs
}

/** All claims of a listing. A pod is in its node's zone: a network interface never leaves its zone. */
export function claimsOf(listing: Listing): Claim[] {
  const nodes = new Map(listing.nodes.map(node => [node.name, node]))
  const ofNodes = listing.nodes.flatMap(({ name, zone, addresses, since }) =>
    addresses.map((address): Claim => {
      return { address, peer: { kind: 'node', name }, node: name, ports: [], ...given({ zone, since }) }
    }),
  )
  const ofPods = listing.pods.flatMap(pod => podClaims(pod, nodes.get(pod.node)))
  const ofServices = listing.services.flatMap(({ namespace, name, addresses, since }) =>
    addresses.map((address): Claim => {
      return { address, peer: { kind: 'service', namespace, name }, ports: [], ...given({ since }) }
    }),
  )
  const ofInterfaces = listing.interfaces.flatMap(({ id, thing, name, addresses, zone, since }) =>
    addresses.map((address): Claim => {
      return { address, peer: { kind: 'aws', thing, id, ...given({ name }) }, ports: [], ...given({ zone, since }) }
    }),
  )
  return [...ofNodes, ...undisputed(ofPods), ...ofServices, ...ofInterfaces]
}

function podClaims(pod: ListedPod, node: ListedNode | undefined): Claim[] {
  const { namespace, name, workload, hostNetwork, ports, since } = pod
  const peer: Peer = { kind: 'pod', namespace, name, workload, hostNetwork }
  const shared = { peer, node: pod.node, ...given({ zone: node?.zone, since }) }
  if (!hostNetwork) return pod.addresses.map(address => ({ address, ...shared, ports }))
  // A hostNetwork pod is its node, but for the ports it declares; 53/tcp and 53/udp are one label.
  const addresses = pod.addresses.length > 0 ? pod.addresses : (node?.addresses ?? [])
  const numbers = [...new Set(ports.map(({ port }) => port))]
  return addresses.flatMap(address =>
    numbers.map(port => ({ address, port, ...shared, ports: ports.filter(declared => declared.port === port) })),
  )
}

/** A port that two hostNetwork pods of a node declare tells them apart by nothing: it stays the node's. */
function undisputed(claims: readonly Claim[]): Claim[] {
  const holders = new Map<string, number>()
  const key = ({ address, port }: Claim): string => `${address} ${port}`
  for (const claim of claims) if (claim.port !== undefined) holders.set(key(claim), (holders.get(key(claim)) ?? 0) + 1)
  return claims.filter(claim => claim.port === undefined || holders.get(key(claim)) === 1)
}

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> } // only undefined fields left out
}
