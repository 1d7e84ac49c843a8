import { epochMs } from '@weir/contract/units.ts'
import type {
  NodeRecord,
  PodRecord,
  ServiceRecord,
  SliceRecord,
} from '../../../../../server/directory/kubernetes/objects.ts'
import { trimNode } from '../../../../../server/directory/kubernetes/trim/node.ts'
import { trimPod } from '../../../../../server/directory/kubernetes/trim/pod.ts'
import { trimService } from '../../../../../server/directory/kubernetes/trim/service.ts'
import { trimSlice } from '../../../../../server/directory/kubernetes/trim/slice.ts'
import { Trimming } from '../../../../../server/directory/kubernetes/trim/trimming.ts'
import type { ClusterRouting } from '../../../../../server/rollouts/cluster-routing.ts'
import { LiveRouting } from '../../../../../server/rollouts/live-routing.ts'
import type { Lab } from './cluster.ts'
import { endpointsOf } from './hints.ts'
import { type LabPod, podsOf } from './scheduler.ts'

export const at = epochMs(Date.UTC(2026, 10, 20, 12))

/** What the server knows of the lab: its objects as JSON, trimmed and joined by the server's own parts. */
export function seenBy(lab: Lab): ClusterRouting {
  const pods = podsOf(lab)
  const named = lab.objects.filter(({ kind }) => kind === 'Service')
  const byUid = <T extends { readonly uid: string }>(records: readonly T[]) =>
    new Map(records.map(record => [record.uid, record]))
  const trimming = new Trimming([])
  const maps = {
    pods: byUid<PodRecord>(pods.map(pod => trimPod(rawPod(pod), trimming))),
    nodes: byUid<NodeRecord>(lab.objects.filter(({ kind }) => kind === 'Node').map(node => trimNode(rawNode(node)))),
    services: byUid<ServiceRecord>(named.map(service => trimService({ ...withUid(service) }))),
    slices: byUid<SliceRecord>(
      named.map(({ metadata }) => {
        const path = `${metadata.namespace}/${metadata.name}`
        return trimSlice(rawSlice(path, lab, pods), trimming)
      }),
    ),
    replicaSets: new Map(),
    jobs: new Map(),
    destinationRules: new Map(),
    ingresses: new Map(),
  }
  const routing = new LiveRouting('main', () => {})
  routing.onSynced(
    {
      maps,
      version: lab.version,
      state: resource => (['destinationRules', 'ingresses'].includes(resource) ? 'off' : 'watching'),
      lastFrameAt: () => at,
    },
    at,
  )
  const current = routing.current()
  if (current === undefined) throw new Error('nothing was listed')
  return current
}

const withUid = <
  T extends { readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string } },
>(
  object: T,
) => ({
  ...object,
  metadata: { ...object.metadata, uid: `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}` },
})

function rawNode(node: Lab['objects'][number]) {
  const address = `10.0.${node.metadata.name.charCodeAt(5)}.${node.metadata.name.slice(6)}`
  return {
    ...withUid(node),
    status: {
      addresses: [{ type: 'InternalIP', address }],
      allocatable: { cpu: '4' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  }
}

function rawPod({ labels, name, namespace, node, workload }: LabPod) {
  const [, kind = '', owner = ''] = workload.split('/')
  return {
    metadata: {
      uid: `pod ${namespace}/${name}`,
      name,
      namespace,
      labels,
      ownerReferences: [{ kind, name: owner, controller: true }],
    },
    spec: { nodeName: node },
    status: { phase: 'Running', podIPs: [] },
  }
}

function rawSlice(path: string, lab: Lab, pods: readonly LabPod[]) {
  const [namespace, name] = path.split('/')
  return {
    metadata: {
      uid: `slice ${path}`,
      name: `${name}-abcde`,
      namespace,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    },
    addressType: 'IPv4',
    ports: [],
    endpoints: endpointsOf(lab, path, pods).map(({ forNodes, forZones, pod }, i) => ({
      addresses: [`10.1.${path.length}.${i + 1}`],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: pod.node,
      zone: pod.zone,
      targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: `pod ${pod.namespace}/${pod.name}` },
      ...((forZones.length > 0 || forNodes.length > 0) && {
        hints: { forZones: forZones.map(zone => ({ name: zone })), forNodes: forNodes.map(node => ({ name: node })) },
      }),
    })),
  }
}
