/**
 * What a lab is made of, as data. Everything the machine is told (net/plan.ts, net/proxy-rules.ts), everything the
 * server is told (directory-file.ts) and everything a run looks for is derived from one Layout.
 */
export interface Layout {
  readonly cluster: string
  /** MTU of every link but the overlay's inner one, which has 50 bytes less. */
  readonly mtu: number
  readonly zones: readonly Zone[]
  readonly nodes: readonly NodeSpec[]
  readonly pods: readonly PodSpec[]
  readonly services: readonly ServiceSpec[]
  /** The two nodes that a VXLAN joins; pods with `overlay` live on its inner addresses. */
  readonly overlay: { readonly between: readonly [string, string]; readonly vni: number }
  /** A machine in no subnet and no zone, behind the same middle switch. */
  readonly outside: Addresses
}

export interface Zone {
  readonly name: string
  readonly id: string
  readonly region: string
  readonly account: string
  /** Third part of 10.20.x.0/24 and of fd20:x::/64. */
  readonly number: number
}

export interface NodeSpec {
  /** Short: ends the namespace's name, begins the switch's interface. */
  readonly key: string
  readonly name: string
  readonly zone: string
  /** 1 or 2 within its zone. */
  readonly number: number
}

export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob'
  readonly name: string
}

export interface PodSpec {
  /** At most 15 characters: also names the node's side of its veth. */
  readonly name: string
  readonly namespace: string
  readonly workload: Workload
  /** Key of its node. */
  readonly node: string
  readonly port: number
  /** Shares its node's network and addresses; has no namespace of its own. */
  readonly hostNetwork?: boolean
  readonly overlay?: boolean
}

export interface ServiceSpec {
  readonly name: string
  readonly namespace: string
  /** Name of the workload whose pods are the backends. */
  readonly workload: string
  /** Last part of 10.96.0.x and of fd10:96::x. */
  readonly number: number
  readonly port: number
  readonly targetPort: number
  readonly nodePort?: number
  readonly trafficDistribution?: 'PreferClose' | 'PreferSameZone'
  /** Annotation service.kubernetes.io/topology-mode. */
  readonly topologyMode?: 'Auto'
  /** As after a fault of the controller: what asks for hints is still there, they are not. */
  readonly hints?: 'lost'
}

export interface Addresses {
  readonly v4: string
  readonly v6: string
}

/** @throws RangeError when the layout has no such node. */
export function nodeOf(layout: Layout, key: string): NodeSpec {
  const node = layout.nodes.find(n => n.key === key)
  if (node === undefined) throw new RangeError(`no node ${key} in the lab, there are: ${layout.nodes.map(n => n.key)}`)
  return node
}

/** @throws RangeError when the layout has no such pod. */
export function podOf(layout: Layout, name: string): PodSpec {
  const pod = layout.pods.find(p => p.name === name)
  if (pod === undefined) throw new RangeError(`no pod ${name} in the lab, there are: ${layout.pods.map(p => p.name)}`)
  return pod
}

/** @throws RangeError when the layout has no such service. */
export function serviceOf(layout: Layout, name: string): ServiceSpec {
  const service = layout.services.find(s => s.name === name)
  if (service === undefined) throw new RangeError(`no service ${name} in the lab`)
  return service
}

/** @throws RangeError when a node names a zone that the layout lacks. */
export function zoneOf(layout: Layout, node: NodeSpec): Zone {
  const zone = layout.zones.find(z => z.name === node.zone)
  if (zone === undefined) throw new RangeError(`node ${node.key} is in ${node.zone}, which is no zone of the lab`)
  return zone
}

/** The same lab with one Service set otherwise. @throws RangeError when the layout has no such service. */
export function withService(layout: Layout, name: string, changed: Partial<ServiceSpec>): Layout {
  const service = { ...serviceOf(layout, name), ...changed }
  return { ...layout, services: layout.services.map(each => (each.name === name ? service : each)) }
}

/** The pods of a node that have a namespace of their own. */
export const podsBehind = (layout: Layout, node: NodeSpec): PodSpec[] =>
  layout.pods.filter(p => p.node === node.key && p.hostNetwork !== true)

export const backendsOf = (layout: Layout, service: ServiceSpec): PodSpec[] =>
  layout.pods.filter(p => p.namespace === service.namespace && p.workload.name === service.workload)
