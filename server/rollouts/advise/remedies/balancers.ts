import { hasService } from '../../../store/several-services.ts'
import type { Stream } from '../stream.ts'

/** The kinds that a Service or an Ingress makes. */
export type BalancerKind = 'application load balancer' | 'network load balancer' | 'classic load balancer'

const kinds: readonly string[] = [
  'application load balancer',
  'network load balancer',
  'classic load balancer',
] satisfies readonly BalancerKind[]

const isBalancer = ({ kind, workloadKind }: Stream['key']['initiator']): boolean =>
  kind === 'aws' && kinds.includes(workloadKind)

/** A load balancer's own traffic. */
export interface Balancer {
  /** As EC2 has it: "net/name/0123456789abcdef". */
  readonly id: string
  readonly kind: string
  /** What it opened to its targets: pods, or nodes that pass it on. */
  readonly toTargets: readonly Stream[]
  /** What was opened to it. */
  readonly fromClients: readonly Stream[]
}

export function balancersOf(streams: readonly Stream[]): Balancer[] {
  const toTargets = Map.groupBy(
    streams.filter(({ key }) => isBalancer(key.initiator) && key.leg !== 'second'),
    ({ key }) => key.initiator.name,
  )
  const fromClients = Map.groupBy(
    streams.filter(({ key }) => isBalancer(key.responder) && key.leg === 'direct'),
    ({ key }) => key.responder.name,
  )
  return [...new Set([...toTargets.keys(), ...fromClients.keys()])].sort().map(id => {
    const [targets = [], clients = []] = [toTargets.get(id), fromClients.get(id)]
    const kind = targets[0]?.key.initiator.workloadKind ?? clients[0]?.key.responder.workloadKind ?? ''
    return { id, kind, toTargets: targets, fromClients: clients }
  })
}

/** "name" of "net/name/0123456789abcdef"; a classic one's id is its name. */
export const balancerName = ({ id }: Balancer): string => id.split('/')[1] ?? id

/** The one Service that all of its targets answer for; undefined where there are several, or none is known. */
export function serviceBehind({ toTargets }: Balancer): string | undefined {
  const services = new Set(
    toTargets.map(({ key }) => (hasService(key) ? `${key.serviceNamespace}/${key.serviceName}` : '')),
  )
  const [service] = services
  return services.size === 1 && service !== '' ? service : undefined
}
