import type {
  ClusterRecords,
  EndpointRecord,
  NodeRecord,
  OwnedRecord,
  Owner,
  PodRecord,
  ServiceRecord,
  SliceRecord,
} from '../../../../server/directory/kubernetes/objects.ts'
import { minutes } from '../shop.ts'

/** Records as the watch makes them of a cluster's objects. */
export function podRecord(name: string, address: string, more: Partial<PodRecord> = {}): PodRecord {
  return {
    uid: `uid-${name}`,
    namespace: 'shop',
    name,
    node: 'node-a',
    addresses: address === '' ? [] : [address],
    ended: false,
    terminating: false,
    hostNetwork: false,
    ports: [{ port: 8080, protocol: 6 }],
    hostPorts: [],
    owner: undefined,
    labels: {},
    startedAt: minutes(0),
    fargate: false,
    spread: [],
    ...more,
  }
}

export function nodeRecord(name: string, address: string, more: Partial<NodeRecord> = {}): NodeRecord {
  return {
    uid: `uid-${name}`,
    name,
    addresses: [address],
    zoneName: 'us-east-1a',
    zoneLabel: 'us-east-1a',
    zoneId: 'use1-az1',
    region: 'us-east-1',
    ready: true,
    allocatableMilliCpu: 4_000,
    controlPlane: false,
    fargate: false,
    ...more,
  }
}

export function serviceRecord(name: string, address: string, more: Partial<ServiceRecord> = {}): ServiceRecord {
  return {
    uid: `uid-service-${name}`,
    namespace: 'shop',
    name,
    type: 'ClusterIP',
    clusterIps: address === '' ? [] : [address],
    externalAddresses: [],
    ports: [{ name: 'http', port: 80, protocol: 6, nodePort: undefined, targetPort: 'http' }],
    hasSelector: true,
    trafficDistribution: undefined,
    internalTrafficPolicy: 'Cluster',
    externalTrafficPolicy: undefined,
    topologyHintsAnnotation: undefined,
    topologyModeAnnotation: undefined,
    sessionAffinity: 'None',
    publishNotReadyAddresses: false,
    loadBalancer: undefined,
    meshTrafficDistribution: undefined,
    createdAt: minutes(0),
    ...more,
  }
}

export function endpoint(address: string, more: Partial<EndpointRecord> = {}): EndpointRecord {
  return {
    addresses: [address],
    ready: true,
    serving: true,
    terminating: false,
    pod: undefined,
    node: undefined,
    zone: 'us-east-1a',
    forZones: [],
    forNodes: [],
    ...more,
  }
}

export function sliceRecord(
  service: string,
  endpoints: readonly EndpointRecord[],
  more: Partial<SliceRecord> = {},
): SliceRecord {
  return {
    uid: `uid-slice-${service}`,
    namespace: 'shop',
    name: `${service}-abcde`,
    service,
    managedBy: 'endpointslice-controller.k8s.io',
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', port: 8080, protocol: 6 }],
    ...more,
  }
}

export const ownedRecord = (name: string, owner: Owner | undefined, uid = `uid-${name}`): OwnedRecord => ({
  uid,
  namespace: 'shop',
  name,
  owner,
})

/** Maps of a cluster as a test fills them. */
export function clusterMaps(of: { readonly [R in keyof ClusterRecords]?: readonly ClusterRecords[R][] }) {
  const map = <T extends { readonly uid: string }>(records: readonly T[] = []) =>
    new Map(records.map(record => [record.uid, record]))
  return {
    pods: map(of.pods),
    nodes: map(of.nodes),
    services: map(of.services),
    slices: map(of.slices),
    replicaSets: map(of.replicaSets),
    jobs: map(of.jobs),
    destinationRules: map(of.destinationRules),
    ingresses: map(of.ingresses),
  }
}
