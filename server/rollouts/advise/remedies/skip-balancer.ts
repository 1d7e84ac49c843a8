import { sidesOf } from '../../../pricing/billed-sides.ts'
import { type Candidate, candidate, type Moved } from '../candidate.ts'
import type { ClusterView, ServiceView } from '../cluster-view.ts'
import { gigabytes, listed } from '../in-words.ts'
import { listPrices } from '../list-prices.ts'
import { sendsOf, shareLeaving } from '../sends.ts'
import { crossBytes, isCrossing, type Stream, total } from '../stream.ts'
import { type Balancer, balancerName, balancersOf, serviceBehind } from './balancers.ts'

/** Pods that reach a Service of their own cluster through its load balancer. */
export const skipBalancer = (view: ClusterView): Candidate[] =>
  balancersOf(view.streams).flatMap(balancer => forBalancer(view, balancer))

function forBalancer(view: ClusterView, balancer: Balancer): Candidate[] {
  const behind = serviceBehind(balancer)
  const service = view.byService.get(behind ?? '')
  const inside = balancer.fromClients.filter(
    ({ key, near }) => key.initiator.kind === 'pod' && key.cluster === view.cluster && near !== '',
  )
  if (service === undefined || service.record.clusterIps.length === 0 || inside.length === 0) return []
  const internal = total(inside, ({ wireBytes }) => wireBytes)
  const onward = toPods(balancer, service)
  const sent = total(balancer.toTargets, ({ wireBytes }) => wireBytes)
  // What else comes to it (from outside of the cluster) goes on as before.
  const part = sent === 0 ? 0 : Math.min(1, internal / sent)
  const sends = sendsOf(service.endpoints)
  const sides = sidesOf('instances', view.book)
  const clients = inside.map((stream): Moved => {
    const crossAfter = stream.wireBytes * shareLeaving(sends, stream.near)
    return { stream, crossAfter, billedAfter: crossAfter * sides }
  })
  const less = onward.map((stream): Moved => {
    const crossAfter = crossBytes(stream) * (1 - part)
    return { stream, crossAfter, billedAfter: crossAfter * stream.sides }
  })
  const unit = balancer.kind === 'network load balancer' ? listPrices.nlbUnit : listPrices.albUnit
  const host = `${service.name}.${service.namespace}.svc`
  const { ports } = service.record
  const names = [...new Set(inside.map(({ key }) => `${key.initiator.namespace}/${key.initiator.name}`))].sort()
  return [
    candidate(
      {
        remedy: 'skip the load balancer',
        subject: `${service.namespace}/${service.name}`,
        namespace: service.namespace,
        problem: `${listed(names)} reach ${service.namespace}/${service.name} through ${balancerName(balancer)} although they are in the same cluster: ${gigabytes(internal)}, on two hops instead of one.`,
        moved: [...clients, ...less],
        risk: 'What the load balancer does beside (TLS, rules, authentication, access logs) is not done for these clients.',
        precondition: 'The clients can be told another address, and network policies let them reach the pods.',
        patches: ports.map(({ port }) => ({ kind: 'client setting', text: `${host}:${port}` }) as const),
      },
      {
        variant: balancerName(balancer),
        // One GB an hour is one capacity unit, where bytes are what it is billed by.
        spared: [{ bytes: internal, microUsdPerGb: unit.microUsd }],
      },
    ),
  ]
}

/** From the load balancer on: to pods, or to nodes and from them to pods. */
const toPods = (balancer: Balancer, service: ServiceView): Stream[] =>
  [...balancer.toTargets, ...service.steered.filter(({ key }) => key.initiator.name === balancer.id)].filter(isCrossing)
