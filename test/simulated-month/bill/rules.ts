import type { Machine, Transfer, Truth } from '../truth.ts'

/**
 * What AWS charges for a transfer, by its own price pages, written down a second time: nothing here is Weir's. One line
 * per direction and end that is charged.
 */
export interface Charge {
  readonly day: number
  readonly usageType: string
  readonly operation: string
  readonly bytes: number
  readonly payer: Machine
}

const PLAIN = 'DataTransfer-Regional-Bytes'

export function* chargesOf({ machines, transfers }: Truth): Generator<Charge & { readonly of: Transfer }> {
  const byId = new Map(machines.map(machine => [machine.id, machine]))
  for (const of of transfers) {
    const opener = byId.get(of.from)
    const other = byId.get(of.to)
    if (opener === undefined || other === undefined) throw new Error(`nobody is ${of.from} or ${of.to}`)
    const day = Math.floor(of.hour / 24)
    const way = (sender: Machine, receiver: Machine, bytes: number) =>
      lines(sender, receiver, opener, of.isPublic === true).map(line => ({ ...line, bytes, day, of }))
    yield* way(opener, other, of.there)
    yield* way(other, opener, of.back)
  }
}

function lines(
  sender: Machine,
  receiver: Machine,
  opener: Machine,
  isPublic: boolean,
): { usageType: string; operation: string; payer: Machine }[] {
  if (isPublic)
    return [
      { usageType: PLAIN, operation: 'PublicIP-Out', payer: sender },
      { usageType: PLAIN, operation: 'PublicIP-In', payer: receiver },
    ]
  if (sender.zone === receiver.zone) return []
  const isPeered = sender.vpc !== receiver.vpc
  const charged = (end: Machine, far: Machine) => isCharged(end, far, opener)
  return [
    ...(charged(sender, receiver)
      ? [
          isPeered
            ? { usageType: 'USE1-VpcPeering-Out-Bytes', operation: 'VPCPeering-Out', payer: sender }
            : { usageType: PLAIN, operation: 'InterZone-Out', payer: sender },
        ]
      : []),
    ...(charged(receiver, sender)
      ? [
          isPeered
            ? { usageType: 'USE1-VpcPeering-In-Bytes', operation: 'VPCPeering-In', payer: receiver }
            : { usageType: PLAIN, operation: 'InterZone-In', payer: receiver },
        ]
      : []),
  ]
}

/** Whether this end of a transfer across zones is charged. */
function isCharged(end: Machine, far: Machine, opener: Machine): boolean {
  // "You are not charged for regional data transfer" between an application load balancer and its targets: ELB FAQ.
  if (opener.kind === 'alb') return false
  // Only the EC2 side of ElastiCache, and of RDS in another VPC: their price pages.
  if (end.kind === 'elasticache') return false
  if (end.kind === 'rds' && end.vpc !== far.vpc) return false
  return true
}
