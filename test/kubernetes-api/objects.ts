import type { KubernetesObject } from './object-store.ts'

/** Objects with the fields that the API server really sends, many of which Weir must leave out. */

export interface PodFields {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly node?: string
  readonly addresses?: readonly string[]
  readonly owner?: { readonly kind: string; readonly name: string }
  readonly labels?: { readonly [key: string]: string }
  readonly phase?: string
  readonly ports?: readonly { readonly containerPort: number; readonly hostPort?: number; readonly protocol?: string }[]
  readonly hostNetwork?: boolean
  readonly annotations?: { readonly [key: string]: string }
  /** topologySpreadConstraints. */
  readonly spread?: readonly object[]
  readonly startTime?: string
  /** It is being deleted. */
  readonly deletionTimestamp?: string
}

export function podObject(fields: PodFields): KubernetesObject {
  const { name, namespace = 'shop', uid, node = 'node-a', addresses = [], owner, labels = {}, ports = [] } = fields
  const [podIP] = addresses
  return {
    metadata: {
      name,
      namespace,
      ...(uid !== undefined && { uid }),
      creationTimestamp: '2026-11-01T10:00:00Z',
      ...(fields.deletionTimestamp !== undefined && { deletionTimestamp: fields.deletionTimestamp }),
      labels,
      annotations: { ...fields.annotations },
      ...(owner !== undefined && {
        ownerReferences: [{ apiVersion: 'apps/v1', ...owner, uid: `uid-of-${owner.name}`, controller: true }],
      }),
      managedFields: [{ manager: 'kubelet', operation: 'Update', fieldsType: 'FieldsV1', fieldsV1: {} }],
    },
    spec: {
      nodeName: node,
      ...(fields.hostNetwork === true && { hostNetwork: true }),
      ...(fields.spread !== undefined && { topologySpreadConstraints: fields.spread }),
      containers: [{ name: 'main', image: 'registry.example/main:1', ports, env: [{ name: 'SECRET', value: 'hush' }] }],
    },
    status: {
      phase: fields.phase ?? 'Running',
      startTime: fields.startTime ?? '2026-11-01T10:00:05Z',
      ...(podIP !== undefined && { podIP, podIPs: addresses.map(ip => ({ ip })) }),
    },
  }
}

/** @param heartbeat a moment, as the kubelet renews it every five minutes. */
export function nodeObject(
  name: string,
  address: string,
  zone: string,
  heartbeat = '2026-11-01T10:00:00Z',
): KubernetesObject {
  return {
    metadata: {
      name,
      labels: {
        'topology.kubernetes.io/zone': zone,
        'topology.kubernetes.io/region': zone.slice(0, -1),
        'topology.k8s.aws/zone-id': `id-of-${zone}`,
      },
    },
    spec: { providerID: `aws:///${zone}/i-0123456789abcdef0` },
    status: {
      allocatable: { cpu: '3920m', memory: '7Gi' },
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: heartbeat }],
    },
  }
}

/** A ReplicaSet or Job of an owner. */
export function ownedObject(name: string, owner: { readonly kind: string; readonly name: string }): KubernetesObject {
  return {
    metadata: {
      name,
      namespace: 'shop',
      ownerReferences: [{ apiVersion: 'apps/v1', ...owner, uid: `uid-of-${owner.name}`, controller: true }],
    },
    spec: { replicas: 3 },
  }
}

export function serviceObject(
  name: string,
  clusterIP: string,
  port: number,
  targetPort: number | string,
): KubernetesObject {
  return {
    metadata: { name, namespace: 'shop' },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      selector: { app: name },
      ports: [{ name: 'http', port, protocol: 'TCP', targetPort }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  }
}

export interface EndpointFields {
  readonly address: string
  readonly pod?: string
  readonly node?: string
  readonly zone?: string
  readonly forZone?: string
  readonly ready?: boolean
}

export function sliceObject(
  service: string,
  port: number,
  endpoints: readonly EndpointFields[],
  name = `${service}-abc12`,
): KubernetesObject {
  return {
    metadata: {
      name,
      namespace: 'shop',
      labels: {
        'kubernetes.io/service-name': service,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: endpoints.map(({ address, pod, node, zone, forZone, ready = true }) => ({
      addresses: [address],
      conditions: { ready, serving: ready, terminating: false },
      ...(pod !== undefined && { targetRef: { kind: 'Pod', namespace: 'shop', name: pod, uid: `uid-of-${pod}` } }),
      ...(node !== undefined && { nodeName: node }),
      ...(zone !== undefined && { zone }),
      ...(forZone !== undefined && { hints: { forZones: [{ name: forZone }] } }),
    })),
  }
}

/** @param locality localityLbSetting; undefined: the rule says nothing of localities. */
export function destinationRuleObject(
  name: string,
  host: string,
  locality: object | undefined,
  outlierDetection?: object,
): KubernetesObject {
  return {
    metadata: { name, namespace: 'shop' },
    spec: {
      host,
      trafficPolicy: {
        loadBalancer: { simple: 'ROUND_ROBIN', ...(locality !== undefined && { localityLbSetting: locality }) },
        ...(outlierDetection !== undefined && { outlierDetection }),
      },
    },
  }
}
