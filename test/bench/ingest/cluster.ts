/**
 * A made-up cluster to load a server with: every workload calls some Services, whose pods lie in all zones. All of it
 * follows from a few numbers, so that the load and the history talk about the same series.
 */
export interface ClusterSize {
  readonly nodes: number
  readonly podsPerNode: number
  readonly workloads: number
  /** How many Services each workload calls. */
  readonly fanOut: number
}

export interface BenchPod {
  readonly name: string
  readonly address: string
  readonly node: number
  readonly workload: number
}

export const CLUSTER = 'bench'
const NAMESPACES = 80
export const zones = ['a', 'b', 'c'].map((letter, i) => ({
  name: `eu-bench-1${letter}`,
  id: `eub1-az${i + 1}`,
  region: 'eu-bench-1',
}))

export class BenchCluster {
  readonly size: ClusterSize
  readonly pods: readonly BenchPod[]
  readonly #podsOf: readonly (readonly BenchPod[])[]

  constructor(size: ClusterSize) {
    this.size = size
    const { nodes, podsPerNode, workloads } = size
    this.pods = Array.from({ length: nodes * podsPerNode }, (_, i) => ({
      name: `pod-${i}`,
      address: `10.${128 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
      node: Math.floor(i / podsPerNode),
      workload: i % workloads,
    }))
    const byWorkload = Map.groupBy(this.pods, pod => pod.workload)
    this.#podsOf = Array.from({ length: workloads }, (_, workload) => byWorkload.get(workload) ?? [])
  }

  nodeName = (node: number): string => `node-${node}`
  zoneOf = (node: number): number => node % zones.length
  namespaceOf = (workload: number): string => `team-${workload % NAMESPACES}`
  workloadName = (workload: number): string => `svc-${workload}`
  podsOf = (workload: number): readonly BenchPod[] => this.#podsOf[workload] ?? []

  /** The workloads whose Services this one calls. */
  callees(workload: number): number[] {
    const { fanOut, workloads } = this.size
    return Array.from({ length: fanOut }, (_, i) => (workload * 7 + i * 13 + 1) % workloads)
  }

  podsOn(node: number): readonly BenchPod[] {
    return this.pods.slice(node * this.size.podsPerNode, (node + 1) * this.size.podsPerNode)
  }

  /** The file a server reads its directory from (docs/directory.md), as JSON, which is YAML too. */
  directoryFile(): string {
    const { nodes, workloads } = this.size
    return JSON.stringify({
      cluster: CLUSTER,
      zones: zones.map(zone => ({ ...zone, account: '000000000000' })),
      nodes: Array.from({ length: nodes }, (_, node) => ({
        name: this.nodeName(node),
        zone: zones[this.zoneOf(node)]?.name,
        addresses: [`10.0.${node >> 8}.${node & 255}`],
      })),
      pods: this.pods.map(({ name, address, node, workload }) => ({
        namespace: this.namespaceOf(workload),
        name,
        workload: { kind: 'Deployment', name: this.workloadName(workload) },
        node: this.nodeName(node),
        addresses: [address],
        ports: [{ port: 8080 }],
      })),
      services: Array.from({ length: workloads }, (_, workload) => ({
        namespace: this.namespaceOf(workload),
        name: this.workloadName(workload),
        addresses: [`172.20.${workload >> 8}.${workload & 255}`],
        ports: [{ port: 80, targetPort: 8080 }],
        workloads: [{ kind: 'Deployment', name: this.workloadName(workload) }],
      })),
    })
  }
}
