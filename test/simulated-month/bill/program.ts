import { text } from 'node:stream/consumers'
import type { Machine, Truth } from '../truth.ts'
import { billOf } from './cost-explorer.ts'
import { type SharePolicy, sharesOf } from './shares.ts'

/** The bill of a month and who has to pay for it, as a program of its own: the truth in, JSON out. */
const { truth, seenBy } = JSON.parse(await text(process.stdin)) as {
  readonly truth: Truth
  readonly seenBy: 'agents' | 'agents and flow logs'
}

/** Agents see what has an end on a node, but not the hop to a NAT gateway; flow logs whatever touches their VPC. */
function isSeen(from: Machine, to: Machine): boolean {
  if (seenBy === 'agents and flow logs') return from.vpc === 'main' || to.vpc === 'main'
  return (from.node !== undefined || to.node !== undefined) && to.kind !== 'nat'
}

const policies: readonly SharePolicy[] = ['initiator', 'sender', 'split']
process.stdout.write(
  JSON.stringify({
    bill: billOf(truth),
    shares: Object.fromEntries(policies.map(policy => [policy, Object.fromEntries(sharesOf(truth, policy, isSeen))])),
  }),
)
