import type { ServicePort, SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { Workload } from '@weir/contract/peers.ts'
import type { Listed, ListedInterface, ListedNode, ListedPod, ListedService } from './listing.ts'

/** Everything that an adapter lists of one cluster at one moment, where it reads all of it at once. */
export interface Listing {
  readonly cluster: string
  readonly nodes: readonly ListedNode[]
  readonly subnets: readonly SubnetEntry[]
  readonly pods: readonly ListedPod[]
  readonly services: readonly ServiceOfWorkloads[]
  readonly interfaces: readonly ListedInterface[]
}

/** A Service whose backends are given as workloads. */
export interface ServiceOfWorkloads extends Omit<ListedService, 'ports'> {
  readonly ports: readonly PortOfWorkloads[]
  /** Workloads, of the Service's namespace, whose pods are its backends. */
  readonly workloads: readonly Workload[]
}

export interface PortOfWorkloads extends ServicePort {
  /** The backends' port where it is not `port`. */
  readonly targetPort?: number
}

/** The things of a listing under keys that follow from their names: what has the same name is the same thing. */
export function thingsOf({ nodes, subnets, pods, services, interfaces }: Listing): ReadonlyMap<string, Listed> {
  const things = new Map<string, Listed>()
  for (const node of nodes) things.set(`node ${node.name}`, { kind: 'node', ...node })
  for (const subnet of subnets)
    things.set(`subnet ${JSON.stringify([subnet.id, subnet.cidr, subnet.zone])}`, { kind: 'subnet', ...subnet })
  for (const pod of pods) things.set(`pod ${pod.namespace}/${pod.name}`, { kind: 'pod', ...pod })
  for (const each of interfaces) things.set(`interface ${each.id}`, { kind: 'interface', ...each })
  const byWorkload = Map.groupBy(pods, pod => workloadKey(pod.namespace, pod.workload))
  const addressesOf = new Map(nodes.map(node => [node.name, node.addresses]))
  for (const { workloads, ports, ...service } of services) {
    const { namespace, name } = service
    const plain = ports.map(({ port, protocol, nodePort }) => ({ port, protocol, ...(nodePort && { nodePort }) }))
    things.set(`service ${namespace}/${name}`, { kind: 'service', ...service, ports: plain })
    const backends = workloads.flatMap(workload => byWorkload.get(workloadKey(namespace, workload)) ?? [])
    const addresses = backends.flatMap(pod =>
      pod.hostNetwork && pod.addresses.length === 0 ? (addressesOf.get(pod.node) ?? []) : pod.addresses,
    )
    const targets = ports.map(({ port, protocol, targetPort = port }) => ({ port: targetPort, protocol }))
    if (addresses.length > 0)
      things.set(`backends ${namespace}/${name}`, {
        kind: 'backends',
        namespace,
        service: name,
        addresses,
        ports: targets,
      })
  }
  return things
}

const workloadKey = (namespace: string, { kind, name }: Workload): string => `${namespace}/${kind}/${name}`
