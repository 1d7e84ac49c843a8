import { type Candidate, candidate } from '../candidate.ts'
import type { ClusterView, ServiceView } from '../cluster-view.ts'
import { loadInWords, percent, perZone } from '../in-words.ts'
import { kubectlApply } from '../patches.ts'
import { hintedForOwnZone } from '../sends.ts'
import { routable, steer } from '../steering.ts'
import { crossBytes, type Stream, total } from '../stream.ts'

/** Services whose endpoints Istio's sidecars choose: kube-proxy and its hints have no say. */
export function meshLocality(view: ClusterView): Candidate[] {
  const hasIstio = view.services.some(
    ({ name, namespace }) => namespace === 'istio-system' && /^istiod(-|$)/.test(name),
  )
  return hasIstio ? view.services.flatMap(service => forService(service) ?? []) : []
}

/** A sidecar dials the pods itself, from a pod, although the Service has an address of its own. */
const isByMesh = ({ key }: Stream): boolean =>
  key.dialled === 'direct' && key.leg === 'direct' && key.initiator.kind === 'pod' && key.responder.kind === 'pod'

function forService({ byZone, direct, endpoints, name, namespace, record }: ServiceView): Candidate | undefined {
  const meshed = routable(direct.filter(isByMesh))
  const crossing = total(meshed, crossBytes)
  if (crossing === 0 || endpoints.length === 0 || record.clusterIps.length === 0) return undefined
  const after = steer(meshed, hintedForOwnZone(endpoints))
  const share = crossing / total(meshed, ({ wireBytes }) => wireBytes)
  const host = `${name}.${namespace}.svc.cluster.local`
  const rule = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: `${name}-locality`, namespace },
    spec: {
      host,
      trafficPolicy: {
        loadBalancer: { localityLbSetting: { enabled: true } },
        outlierDetection: { consecutive5xxErrors: 5, interval: '30s', baseEjectionTime: '30s' },
      },
    },
  }
  return candidate(
    {
      remedy: 'mesh locality',
      subject: `${namespace}/${name}`,
      namespace,
      problem: `${percent(share)} of what the mesh carries to ${namespace}/${name} crosses zones (${perZone(byZone)}): sidecars choose among all endpoints, and hints are not looked at.`,
      moved: after.moved,
      risk: [
        loadInWords(after.loadFactor),
        'A host that already has a DestinationRule needs these lines in that one: two are not merged.',
      ]
        .filter(text => text !== '')
        .join(' '),
      precondition:
        'Istio with sidecars; without outlierDetection it does not keep to the locality. A ready endpoint in every zone with clients.',
      patches: [kubectlApply([rule])],
    },
    { loadFactor: after.loadFactor },
  )
}
