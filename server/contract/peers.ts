import type { EpochMs } from './units.ts'
import type { Zone } from './zones.ts'

/** namespace + kind + name of a pod's top controller. */
export interface Workload {
  readonly kind: string
  readonly name: string
}

/** Why an address could not be placed: a closed list, a row of its own, never a guess. */
export const unplacedReasons = [
  'never listed', // private address that no directory entry has ever covered
  'not yet listed', // the directory has not caught up with that moment
  'gone', // its last known owner had left by then, and nobody had followed
  'ambiguous', // two owners claim it at that moment
  'no directory', // the cluster's directory has not been read yet
  'not an address', // text that is no IP address
] as const
export type UnplacedReason = (typeof unplacedReasons)[number]

/** What an AWS interface belongs to, as far as billing tells them apart: a closed list. */
export const awsThings = [
  'application load balancer',
  'classic load balancer',
  'network load balancer',
  'gateway load balancer',
  'load balancer', // which of them is not known
  'NAT gateway',
  'transit gateway',
  'endpoint',
  'RDS',
  'ElastiCache',
  'Redshift',
  'MSK',
  'OpenSearch',
  'EFS',
  'Lambda',
  'EKS control plane',
  'other interface',
] as const
export type AwsThing = (typeof awsThings)[number]

/** Who is at an end of a hop. A closed union: every switch over it is complete. */
export type Peer =
  | {
      readonly kind: 'pod'
      readonly namespace: string
      readonly name: string
      readonly workload: Workload
      readonly hostNetwork: boolean
    }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'aws'; readonly thing: AwsThing; readonly id: string; readonly name?: string }
  | { readonly kind: 'subnet'; readonly id: string }
  | { readonly kind: 'internet' }
  | { readonly kind: 'unplaced'; readonly reason: UnplacedReason }

/** Given out by the server's directory, unique in one server's data for ever. A whole number from 1. */
export type LabelId = number

/**
 * A peer with the time for which an address was it. `to` is null while it still is. A label with a port stands for
 * that port of the address only: a hostNetwork pod that declares it.
 */
export interface Label {
  readonly id: LabelId
  readonly address: string
  readonly port?: number
  readonly peer: Peer
  /** The node whose agent is responsible for this address: a pod's node, a node itself. */
  readonly node?: string
  readonly zone?: Zone
  readonly from: EpochMs
  readonly to: EpochMs | null
}

/** Whether the label held at that moment: half-open [from, to). */
export const holdsAt = (label: Label, at: EpochMs): boolean => label.from <= at && (label.to === null || at < label.to)
