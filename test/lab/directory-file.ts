import { renameSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { nodeAddresses, podAddresses, serviceAddresses, subnetRanges } from './addresses.ts'
import { type Layout, nodeOf, type PodSpec } from './layout.ts'

/** Pods that a fault has moved: name → key of the node they are on now. */
export type Whereabouts = ReadonlyMap<string, string>

/** The lab as the server's `fixed` directory adapter reads it: docs/directory.md. */
export function directoryDocument(layout: Layout, moved: Whereabouts = new Map()) {
  return {
    cluster: layout.cluster,
    zones: layout.zones.map(({ name, id, region, account }) => ({ name, id, region, account })),
    nodes: layout.nodes.map(node => ({
      name: node.name,
      zone: node.zone,
      addresses: Object.values(nodeAddresses(layout, node)),
    })),
    subnets: layout.zones.flatMap(zone =>
      Object.entries(subnetRanges(layout, zone.name)).map(([family, cidr]) => ({
        id: `subnet-${zone.name}-${family}`,
        cidr,
        zone: zone.name,
      })),
    ),
    pods: layout.pods.map(pod => ({
      namespace: pod.namespace,
      name: pod.name,
      workload: pod.workload,
      node: nodeOf(layout, moved.get(pod.name) ?? pod.node).name,
      addresses: Object.values(podAddresses(layout, pod)),
      ports: (['tcp', 'udp'] as const).map(protocol => ({ port: pod.port, protocol })),
      hostNetwork: pod.hostNetwork === true,
    })),
    services: layout.services.map(service => ({
      namespace: service.namespace,
      name: service.name,
      addresses: Object.values(serviceAddresses(service)),
      ports: (['tcp', 'udp'] as const).map(protocol => ({
        port: service.port,
        protocol,
        targetPort: service.targetPort,
        ...(service.nodePort === undefined ? {} : { nodePort: service.nodePort }),
      })),
      workloads: [workloadBehind(layout, service.namespace, service.workload)],
      routing: { trafficDistribution: service.trafficDistribution ?? null },
    })),
  }
}

/** Writes the file in one step: the server watches it and must never read half of it. */
export function writeDirectory(file: string, layout: Layout, moved?: Whereabouts): void {
  writeFileSync(`${file}.new`, stringify(directoryDocument(layout, moved), { aliasDuplicateObjects: false }))
  renameSync(`${file}.new`, file)
}

function workloadBehind(layout: Layout, namespace: string, name: string): PodSpec['workload'] {
  const pod = layout.pods.find(p => p.namespace === namespace && p.workload.name === name)
  if (pod === undefined) throw new RangeError(`no pod of ${namespace}/${name} in the lab`)
  return pod.workload
}
