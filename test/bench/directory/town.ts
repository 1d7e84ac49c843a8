import type { KubernetesObject } from '../../kubernetes-api/object-store.ts'
import type { KubernetesApi } from '../../kubernetes-api/server.ts'
import { type BenchCluster, zones } from '../ingest/cluster.ts'

/** A pod that came or went, and when its object changed. */
export interface Replaced {
  readonly gone: string
  readonly come: string
  readonly node: number
}

const HASH = '5d4f8c7b9'

/** The made-up cluster as Kubernetes' objects, in an API server; its pods are replaced one by one. */
export class Town {
  readonly #cluster: BenchCluster
  readonly #api: KubernetesApi
  /** Address of each pod now, by its number in the cluster. */
  readonly addresses: string[]
  #made = 0

  constructor(cluster: BenchCluster, api: KubernetesApi) {
    this.#cluster = cluster
    this.#api = api
    this.addresses = cluster.pods.map(pod => pod.address)
  }

  fill(): void {
    const { nodes, workloads } = this.#cluster.size
    for (let node = 0; node < nodes; node++) this.#api.put('nodes', this.#node(node))
    for (let workload = 0; workload < workloads; workload++) {
      this.#api.put('services', this.#service(workload))
      this.#api.put('replicasets', this.#replicaSet(workload))
      this.#api.put('endpointslices', this.#slice(workload))
    }
    for (let pod = 0; pod < this.addresses.length; pod++) this.#api.put('pods', this.#pod(pod))
  }

  /** Two changes of pods: one is gone, another of the same workload comes on the same node, at an address of its own. */
  replace(pod: number): Replaced {
    const gone = this.addresses[pod] ?? ''
    this.#api.delete('pods', `${this.#namespace(pod)}/${this.#podName(pod, gone)}`)
    const come = `10.${160 + (this.#made >> 16)}.${(this.#made >> 8) & 255}.${this.#made & 255}`
    this.#made++
    this.addresses[pod] = come
    this.#api.put('pods', this.#pod(pod))
    this.#api.put('endpointslices', this.#slice(this.#workload(pod)))
    return { gone, come, node: this.#nodeOf(pod) }
  }

  #workload = (pod: number): number => this.#cluster.pods[pod]?.workload ?? 0
  #nodeOf = (pod: number): number => this.#cluster.pods[pod]?.node ?? 0
  #namespace = (pod: number): string => this.#cluster.namespaceOf(this.#workload(pod))
  #podName = (pod: number, address: string): string =>
    `${this.#cluster.workloadName(this.#workload(pod))}-${HASH}-${address.replaceAll('.', '-')}`

  #node(node: number): KubernetesObject {
    const zone = zones[this.#cluster.zoneOf(node)]
    return {
      metadata: {
        name: this.#cluster.nodeName(node),
        labels: {
          'topology.kubernetes.io/zone': zone?.name,
          'topology.kubernetes.io/region': zone?.region,
          'topology.k8s.aws/zone-id': zone?.id,
        },
      },
      spec: {},
      status: {
        allocatable: { cpu: '3920m' },
        addresses: [{ type: 'InternalIP', address: `10.0.${node >> 8}.${node & 255}` }],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    }
  }

  /** About a kilobyte; a real one has six to ten, of which as much is kept. */
  #pod(pod: number): KubernetesObject {
    const address = this.addresses[pod] ?? ''
    const workload = this.#cluster.workloadName(this.#workload(pod))
    const labels = { 'pod-template-hash': HASH, app: workload, team: `team-${this.#workload(pod) % 40}` }
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${workload}-${HASH}`, controller: true }
    return {
      metadata: {
        name: this.#podName(pod, address),
        namespace: this.#namespace(pod),
        labels,
        ownerReferences: [{ ...owner, uid: `uid-${workload}` }],
        managedFields: [{ manager: 'kubelet', operation: 'Update', fieldsType: 'FieldsV1', fieldsV1: {} }],
      },
      spec: {
        nodeName: this.#cluster.nodeName(this.#nodeOf(pod)),
        containers: [{ name: 'main', image: 'registry.example/main:1', ports: [{ containerPort: 8080 }] }],
      },
      status: {
        phase: 'Running',
        startTime: new Date().toISOString(),
        podIP: address,
        podIPs: [{ ip: address }],
      },
    }
  }

  #replicaSet(workload: number): KubernetesObject {
    const name = this.#cluster.workloadName(workload)
    return {
      metadata: {
        name: `${name}-${HASH}`,
        namespace: this.#cluster.namespaceOf(workload),
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid: `uid-of-${name}`, controller: true }],
      },
    }
  }

  #service(workload: number): KubernetesObject {
    const clusterIP = `172.20.${workload >> 8}.${workload & 255}`
    return {
      metadata: { name: this.#cluster.workloadName(workload), namespace: this.#cluster.namespaceOf(workload) },
      spec: {
        type: 'ClusterIP',
        clusterIP,
        clusterIPs: [clusterIP],
        selector: { app: this.#cluster.workloadName(workload) },
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
        trafficDistribution: 'PreferClose',
      },
      status: {},
    }
  }

  #slice(workload: number): KubernetesObject {
    const name = this.#cluster.workloadName(workload)
    const workloads = this.#cluster.size.workloads
    const endpoints = []
    // Pods of a workload are every so many: see BenchCluster.
    for (let pod = workload; pod < this.addresses.length; pod += workloads) {
      const zone = zones[this.#cluster.zoneOf(this.#nodeOf(pod))]?.name
      endpoints.push({
        addresses: [this.addresses[pod]],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: this.#cluster.nodeName(this.#nodeOf(pod)),
        zone,
        hints: { forZones: [{ name: zone }] },
      })
    }
    return {
      metadata: {
        name: `${name}-abc12`,
        namespace: this.#cluster.namespaceOf(workload),
        labels: {
          'kubernetes.io/service-name': name,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints,
    }
  }
}
