import type { VpcRecords } from '../../../../../server/directory/vpc-map.ts'

/** A Kubernetes object as the API server has it: JSON that patches are merged into. */
export interface LabObject {
  readonly apiVersion: string
  readonly kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: { [key: string]: string }
    annotations?: { [key: string]: string }
  }
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any kind, which patches change at any place
  spec?: any
}

/** What some pods, or the internet, ask of something: so many connections in the range, of so many bytes each, both ways. */
export type Demand = { readonly connections: number; readonly bytes: number } & (
  | { readonly kind: 'service'; readonly from: string; readonly service: string; readonly byMesh?: boolean }
  | { readonly kind: 'pods'; readonly from: string; readonly to: string }
  /** The first pod of a workload tells each of its others the same. */
  | { readonly kind: 'copies'; readonly from: string }
  /** From pods of the cluster, or from the internet ('' ). */
  | { readonly kind: 'balancer'; readonly from: string; readonly balancer: string }
  | { readonly kind: 'internet'; readonly from: string; readonly isLogged: boolean; readonly service?: 's3' }
  /** Lookups of whatever the pods talk to. */
  | { readonly kind: 'lookups'; readonly from: string; readonly service: string }
)

export interface LabBalancer {
  readonly id: string
  readonly thing: 'network load balancer' | 'application load balancer'
  readonly service: string
  readonly zones: readonly string[]
  /** Attribute of the load balancer itself: a Service's annotation wins. */
  crossZone: boolean
}

/** A cluster in its VPC, with what its pods do. Everything that a patch can change is mutable. */
export interface Lab {
  readonly version: string
  readonly objects: LabObject[]
  vpc: VpcRecords | undefined
  readonly balancers: LabBalancer[]
  readonly demands: Demand[]
  /** Addresses that clients were told to use in place of a load balancer, by its id. */
  readonly settings: Map<string, string>
  /** Services whose hints the controller dropped, by how the Service looked then: it looks again when that changes. */
  readonly unhinted: Map<string, string>
}

export const zones: readonly string[] = ['us-east-1a', 'us-east-1b', 'us-east-1c']
export const idOf = (zone: string): string => `use1-az${zones.indexOf(zone) + 1}`

/** namespace/Kind/name. */
export const keyOf = ({ kind, metadata }: LabObject): string => `${metadata.namespace ?? ''}/${kind}/${metadata.name}`

export function find(lab: Lab, key: string): LabObject {
  const found = lab.objects.find(one => keyOf(one) === key)
  if (found === undefined) throw new Error(`the lab has no ${key}: ${lab.objects.map(keyOf).join(', ')}`)
  return found
}

const LAB_ZONES = 'lab/zones'

/** How many pods history left in each zone. */
export const leftIn = (object: LabObject): Map<string, number> =>
  new Map(
    (object.metadata.annotations?.[LAB_ZONES] ?? '')
      .split(',')
      .filter(one => one !== '')
      .map(one => one.split('='))
      .map(([zone = '', count = '']) => [`us-east-1${zone}`, Number(count)]),
  )

export function workload(kind: string, path: string, where: string): LabObject {
  const [namespace = '', name = ''] = path.split('/')
  const replicas = where.split(',').reduce((sum, one) => sum + Number(one.split('=')[1] ?? 0), 0)
  const template = { metadata: { labels: { app: name } }, spec: {} }
  const spec =
    kind === 'CronJob' ? { jobTemplate: { spec: { parallelism: replicas, template } } } : { replicas, template }
  return { apiVersion: 'apps/v1', kind, metadata: { namespace, name, annotations: { [LAB_ZONES]: where } }, spec }
}

export function service(
  path: string,
  more: { readonly annotations?: { [key: string]: string } } & { readonly [field: string]: unknown } = {},
): LabObject {
  const [namespace = '', name = ''] = path.split('/')
  const { annotations = {}, ...spec } = more
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name, annotations },
    spec: {
      type: 'ClusterIP',
      clusterIP: '172.20.0.10',
      clusterIPs: ['172.20.0.10'],
      selector: { app: name },
      ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
      ...spec,
    },
  }
}

export function node(zone: string, number: number, more: { readonly isLabelled?: boolean } = {}): LabObject {
  const name = `node-${zone.slice(-1)}${number}`
  const label = more.isLabelled === false ? {} : { 'topology.kubernetes.io/zone': zone }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...label, 'lab/zone': zone } },
    spec: { providerID: `aws:///${zone}/i-${name}` },
  }
}

export function aLab(objects: readonly LabObject[], demands: readonly Demand[], more: Partial<Lab> = {}): Lab {
  const nodes = zones.flatMap(zone => [node(zone, 1), node(zone, 2)])
  const hasNodes = objects.some(({ kind }) => kind === 'Node')
  return {
    version: 'v1.34.2-eks-1a2b3c',
    objects: structuredClone([...(hasNodes ? [] : nodes), ...objects]),
    vpc: undefined,
    balancers: [],
    demands: [...demands],
    settings: new Map(),
    unhinted: new Map(),
    ...more,
  }
}
