import type { Patch } from '@weir/contract/advice-queries.ts'
import { type Candidate, candidate, gone, type Moved, withShareAfter } from '../candidate.ts'
import type { ClusterView, ServiceView } from '../cluster-view.ts'
import { gigabytes } from '../in-words.ts'
import { kubectlPatch } from '../patches.ts'
import { sendsOf, shareLeaving } from '../sends.ts'
import { routable } from '../steering.ts'
import { crossBytes, isCrossing, total } from '../stream.ts'
import { balancersOf } from './balancers.ts'

/** Load balancers that send to a node, which sends on to a pod in another zone: with pods as targets that hop is gone. */
export const balancerTargets = (view: ClusterView): Candidate[] => view.services.flatMap(service => forService(service))

function forService(service: ServiceView): Candidate[] {
  const { endpoints, entries, name, namespace, record, steered } = service
  const onward = routable(steered.filter(({ key }) => key.leg === 'second' && key.initiator.kind === 'aws'))
  const crossing = total(onward, crossBytes)
  if (crossing === 0 || endpoints.length === 0) return []
  const balancers = balancersOf(entries)
  const kinds = new Set(balancers.map(({ kind }) => kind))
  const [kind] = kinds
  const patch = kinds.size === 1 ? patchFor(kind ?? '', record) : undefined
  if (patch === undefined) return []
  const free = sendsOf(endpoints.map(endpoint => ({ ...endpoint, forZones: [], forNodes: [] })))
  // One that keeps to its zone does so with pods as targets, too; else any pod is as good.
  const keepsToZone = !entries.some(isCrossing)
  const first = entries
    .filter(({ near, key }) => near !== '' && key.initiator.kind === 'aws')
    .map((stream): Moved => {
      const share =
        keepsToZone && endpoints.some(({ zone }) => zone === stream.near) ? 0 : shareLeaving(free, stream.near)
      return withShareAfter(stream, share)
    })
  return [
    candidate({
      remedy: 'load balancer to pods',
      subject: `${namespace}/${name}`,
      namespace,
      problem: `${balancers.map(({ id }) => id).join(', ')} sends to nodes, which pass ${gigabytes(crossing)} on to pods of ${namespace}/${name} in other zones.`,
      moved: [...onward.map(gone), ...first],
      risk: 'Targets are registered anew: do it when a few failed connections are tolerable. Pods need readiness gates for roll-outs without errors.',
      precondition: 'AWS Load Balancer Controller, and pod addresses that the VPC routes (VPC CNI).',
      patches: [patch],
    }),
  ]
}

/** Annotations: AWS Load Balancer Controller, guides "Service annotations" and "Ingress annotations" (there also of a Service). */
function patchFor(kind: string, { name, namespace, type }: ServiceView['record']): Patch | undefined {
  const annotated = (annotations: object) =>
    kubectlPatch('service', namespace, name, 'merge', { metadata: { annotations } })
  if (kind === 'network load balancer' && type === 'LoadBalancer')
    return annotated({ 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' })
  if (kind === 'application load balancer') return annotated({ 'alb.ingress.kubernetes.io/target-type': 'ip' })
  return undefined
}
