import type { EpochMs } from '@weir/contract/units.ts'

/**
 * What Weir keeps of a cluster's objects: trimmed as they are parsed, compared before they count as a change. Addresses
 * are canonical text, protocols IP protocol numbers, fields that are not there are undefined or empty. Field names and
 * meanings: the Kubernetes API reference, v1 (core, discovery.k8s.io, apps, batch).
 */
export interface ClusterRecords {
  readonly pods: PodRecord
  readonly nodes: NodeRecord
  readonly services: ServiceRecord
  readonly slices: SliceRecord
  readonly replicaSets: OwnedRecord
  readonly jobs: OwnedRecord
  readonly destinationRules: DestinationRuleRecord
  readonly ingresses: IngressRecord
}
export type Resource = keyof ClusterRecords

interface Recorded {
  readonly uid: string
  readonly name: string
}

interface Namespaced extends Recorded {
  readonly namespace: string
}

/** The owner that controls an object (ownerReferences[].controller). */
export interface Owner {
  readonly kind: string
  readonly name: string
}

/** What a pod asks of the scheduler (spec.topologySpreadConstraints[]), as far as it concerns zones. */
export interface SpreadRule {
  readonly topologyKey: string
  readonly maxSkew: number
  /** DoNotSchedule or ScheduleAnyway. */
  readonly whenUnsatisfiable: string
}

export interface PodPort {
  readonly port: number
  readonly protocol: number
}

/** A port of the node that leads to a pod's port (containers[].ports[].hostPort) without hostNetwork. */
export interface HostPort extends PodPort {
  readonly containerPort: number
}

export interface PodRecord extends Namespaced {
  /** undefined until it is scheduled. */
  readonly node: string | undefined
  /** All of status.podIPs and those of secondary networks (k8s.v1.cni.cncf.io/network-status); empty at first. */
  readonly addresses: readonly string[]
  /** Succeeded or Failed: its address is free although the object is still there. */
  readonly ended: boolean
  readonly terminating: boolean
  readonly hostNetwork: boolean
  readonly ports: readonly PodPort[]
  readonly hostPorts: readonly HostPort[]
  readonly owner: Owner | undefined
  /** Only the keys that were asked for, and pod-template-hash. */
  readonly labels: { readonly [key: string]: string }
  /** When the kubelet took the pod (status.startTime): its address is from then on at the earliest. */
  readonly startedAt: EpochMs | undefined
  readonly fargate: boolean
  /** One list for all pods that have the same. */
  readonly spread: readonly SpreadRule[]
}

export interface NodeRecord extends Recorded {
  /** All of type InternalIP. */
  readonly addresses: readonly string[]
  /** From topology.kubernetes.io/zone, else failure-domain.beta.kubernetes.io/zone, else the providerID of AWS. */
  readonly zoneName: string | undefined
  /** topology.kubernetes.io/zone alone: routing (the EndpointSlice controller, kube-proxy) reads nothing else. */
  readonly zoneLabel: string | undefined
  /** From topology.k8s.aws/zone-id. */
  readonly zoneId: string | undefined
  readonly region: string | undefined
  readonly ready: boolean
  /** status.allocatable.cpu in thousandths of a CPU; 0 where it is not given. */
  readonly allocatableMilliCpu: number
  readonly controlPlane: boolean
  readonly fargate: boolean
}

export interface ServicePortRecord {
  readonly name: string
  readonly port: number
  readonly protocol: number
  readonly nodePort: number | undefined
  /** A number, or the name of the pods' port: the slices say which number that is. */
  readonly targetPort: number | string
}

export interface ServiceRecord extends Namespaced {
  readonly type: string
  /** Without `None`: empty for a headless Service. */
  readonly clusterIps: readonly string[]
  /** externalIPs and the addresses of the load balancer. */
  readonly externalAddresses: readonly string[]
  readonly ports: readonly ServicePortRecord[]
  readonly hasSelector: boolean
  /** spec.selector: labels that all of its pods have. Absent where it has none. */
  readonly selector?: { readonly [key: string]: string }
  readonly trafficDistribution: string | undefined
  readonly internalTrafficPolicy: string | undefined
  readonly externalTrafficPolicy: string | undefined
  /** Raw value of service.kubernetes.io/topology-aware-hints: it wins over the newer key. */
  readonly topologyHintsAnnotation: string | undefined
  /** Raw value of service.kubernetes.io/topology-mode. */
  readonly topologyModeAnnotation: string | undefined
  readonly sessionAffinity: string | undefined
  readonly publishNotReadyAddresses: boolean
  /** undefined: no load balancer is asked for. */
  readonly loadBalancer: LoadBalancerSettings | undefined
  /** Raw value of networking.istio.io/traffic-distribution. */
  readonly meshTrafficDistribution: string | undefined
  readonly createdAt: EpochMs | undefined
}

/** What a Service of type LoadBalancer asks of AWS: raw values of service.beta.kubernetes.io/aws-load-balancer-*. */
export interface LoadBalancerSettings {
  /** spec.loadBalancerClass. */
  readonly class: string | undefined
  /** -type */
  readonly type: string | undefined
  /** -nlb-target-type */
  readonly targetType: string | undefined
  /** -cross-zone-load-balancing-enabled */
  readonly crossZone: string | undefined
  /** -attributes: "load_balancing.cross_zone.enabled=true,…" */
  readonly attributes: string | undefined
  /** -target-group-attributes, where cross-zone may be set as well. */
  readonly targetGroupAttributes: string | undefined
}

export interface EndpointRecord {
  readonly addresses: readonly string[]
  /** As the slice says; undefined = unknown, which consumers take for ready. */
  readonly ready: boolean | undefined
  readonly serving: boolean | undefined
  readonly terminating: boolean | undefined
  /** The pod behind it, where it is one. */
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string } | undefined
  readonly node: string | undefined
  readonly zone: string | undefined
  readonly forZones: readonly string[]
  readonly forNodes: readonly string[]
}

export interface SlicePort extends PodPort {
  readonly name: string
}

export interface SliceRecord extends Namespaced {
  /** Label kubernetes.io/service-name. */
  readonly service: string | undefined
  readonly managedBy: string | undefined
  /** IPv4, IPv6 or FQDN. */
  readonly addressType: string
  readonly endpoints: readonly EndpointRecord[]
  /** A port without a number (all ports) is left out. */
  readonly ports: readonly SlicePort[]
}

/** A ReplicaSet or a Job: only whose it is. */
export interface OwnedRecord extends Namespaced {
  readonly owner: Owner | undefined
}

/** A DestinationRule of Istio: only what it says of localities. */
export interface DestinationRuleRecord extends Namespaced {
  readonly host: string
  /** In words; empty where it says nothing of them. */
  readonly locality: string
}

/** What an Ingress asks of the AWS Load Balancer Controller: raw values of alb.ingress.kubernetes.io/*. */
export interface IngressRecord extends Namespaced {
  readonly className: string | undefined
  /** Names of the Services it leads to, all of its own namespace. */
  readonly services: readonly string[]
  readonly targetType: string | undefined
  readonly attributes: string | undefined
  readonly targetGroupAttributes: string | undefined
}

/** record undefined: the object is gone. */
export type RecordChange = {
  [R in Resource]: { readonly resource: R; readonly uid: string; readonly record: ClusterRecords[R] | undefined }
}[Resource]

/** All objects there are, by uid, as far as they were read. */
export type ObjectMaps = { readonly [R in Resource]: ReadonlyMap<string, ClusterRecords[R]> }

/**
 * listing: the first list is under way or failing. watching: up to date. waiting: the watch broke and is tried again.
 * forbidden: the right to read it is missing; asked again now and then. absent: the API server does not have it; asked
 * again, too. off: nobody wants it.
 */
export type ResourceState = 'listing' | 'watching' | 'waiting' | 'forbidden' | 'absent' | 'off'

/**
 * The objects of one cluster and how they change. Changes reach a listener only after the first whole list of every
 * resource: it begins with the maps.
 */
export interface ClusterObjects {
  readonly maps: ObjectMaps
  /** gitVersion of the API server; undefined until it is known. */
  readonly version: string | undefined
  readonly state: (resource: Resource) => ResourceState
  /** When the last page or frame of the resource came; undefined before the first. */
  readonly lastFrameAt: (resource: Resource) => EpochMs | undefined
}

export interface ObjectsListener {
  /** Once: every resource was listed (one that may not be read counts as empty). */
  onSynced(objects: ClusterObjects, at: EpochMs): void
  /**
   * What changed since the last call, coalesced: at most one change per object, deletions first; the maps are as after
   * this batch. One that came and went within a batch is told as gone.
   */
  onChanges(batch: readonly RecordChange[], at: EpochMs): void
  /** About once a second while every resource is watched: whatever changed up to `at` was told. */
  onCurrent(at: EpochMs): void
}
