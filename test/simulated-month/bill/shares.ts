import type { Machine, Truth } from '../truth.ts'
import { chargesOf } from './rules.ts'

export type SharePolicy = 'initiator' | 'sender' | 'split'

const words: { readonly [kind in Machine['kind']]: string } = {
  pod: 'workloads',
  node: 'nodes',
  rds: 'RDS',
  elasticache: 'ElastiCache',
  alb: 'application load balancer',
  nlb: 'network load balancer',
  nat: 'NAT gateway',
  'control plane': 'EKS control plane',
  machine: 'machines outside the cluster',
}

/**
 * Metered bytes by who has to pay for them: namespaces, and what is at both ends where no pod is; 'unseen' for what
 * `isSeen` leaves out. By the rules of the statement, from the truth.
 */
export function sharesOf(
  truth: Truth,
  policy: SharePolicy,
  isSeen: (from: Machine, to: Machine) => boolean,
): Map<string, number> {
  const byId = new Map(truth.machines.map(machine => [machine.id, machine]))
  const shares = new Map<string, number>()
  for (const { of, operation, payer, bytes } of chargesOf(truth)) {
    if (operation.startsWith('PublicIP')) continue
    const [from, to] = [byId.get(of.from), byId.get(of.to)]
    if (from === undefined || to === undefined) throw new Error('nobody')
    const sender = operation.endsWith('-Out') === (payer === from) ? from : to
    const asked = policy === 'initiator' ? from : policy === 'sender' ? sender : payer
    const name = isSeen(from, to) ? nameOf(asked, asked === from ? to : from) : 'unseen'
    shares.set(name, (shares.get(name) ?? 0) + bytes)
  }
  return shares
}

function nameOf(asked: Machine, other: Machine): string {
  const pays = [asked, other].find(({ kind }) => kind === 'pod')
  if (pays?.namespace !== undefined) return pays.namespace
  return [...new Set([words[asked.kind], words[other.kind]])].sort().join(' ↔ ')
}
