import type { ChangeKind } from '@weir/contract/rollout-queries.ts'
import { NONE } from './shown.ts'
import { mostMoved, zonesIn } from './zone-counts.ts'

/** What is watched of a subject: each is one text at a time, in the words and values of Kubernetes. */
export const aspectNames = [
  'topology mode',
  'traffic distribution',
  'internal traffic policy',
  'external traffic policy',
  'load balancer',
  'mesh locality',
  'mesh rules', // DestinationRules of Istio
  'ingresses', // that lead to a Service
  'hints',
  'topology spread',
  'replicas per zone',
  'node-local DNS',
  'zones of nodes',
] as const
export type AspectName = (typeof aspectNames)[number]

/** Texts of a subject by aspect; one that cannot be told now is left out. */
export type Aspects = { readonly [A in AspectName]?: string }

/** How changes of an aspect are told. */
export interface Aspect {
  /** It has to stand so long before it is told: pods come one by one, and nodes are replaced. */
  readonly settleMs: number
  /** It follows from what runs, not from a setting: what is new is first given time to come up. */
  readonly isOutcome: boolean
  /** Whether that is another state, or the same one in other numbers. */
  readonly differs: (before: string, after: string) => boolean
  readonly kindOf: (before: string, after: string) => ChangeKind
}

/** Of all pods, by which the share of some zone moved: 2/2/2 to 4/1/1 is a change, 2/2/2 to 3/2/2 is an autoscaler. */
export const MOVED_SHARE = 0.2

const SETTLE_MS = 5 * 60_000
const asWritten = (before: string, after: string): boolean => before !== after
const setting = (kind: ChangeKind): Aspect => ({
  settleMs: 0,
  isOutcome: false,
  differs: asWritten,
  kindOf: () => kind,
})

export const aspects: { readonly [A in AspectName]: Aspect } = {
  'topology mode': setting('topology mode'),
  'traffic distribution': setting('traffic distribution'),
  'internal traffic policy': setting('internal traffic policy'),
  'external traffic policy': setting('external traffic policy'),
  'load balancer': setting('load balancer'),
  'mesh locality': setting('mesh locality'),
  'mesh rules': setting('mesh locality'),
  ingresses: setting('load balancer'),
  hints: {
    settleMs: 0,
    isOutcome: true,
    differs: (before, after) => familiesIn(before).join() !== familiesIn(after).join(),
    kindOf: (before, after) => (familiesIn(after).length < familiesIn(before).length ? 'hints lost' : 'hints set'),
  },
  'topology spread': { ...setting('topology spread'), isOutcome: true },
  'replicas per zone': {
    settleMs: SETTLE_MS,
    isOutcome: true,
    differs: (before, after) => {
      const [from, to] = [zonesIn(before), zonesIn(after)]
      return from.size !== to.size || from.keys().some(zone => !to.has(zone)) || mostMoved(from, to) >= MOVED_SHARE
    },
    kindOf: () => 'replicas per zone',
  },
  'node-local DNS': { ...setting('node-local DNS'), settleMs: SETTLE_MS },
  'zones of nodes': { ...setting('zones of nodes'), settleMs: SETTLE_MS },
}

/** Address families that have hints: of "IPv4: us-east-1a 2, us-east-1b 2; IPv6: …". */
const familiesIn = (hints: string): string[] =>
  hints === NONE ? [] : hints.split('; ').map(family => family.split(': ', 1)[0] ?? '')
