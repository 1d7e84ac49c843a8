import type { Label, LabelId } from './peers.ts'
import type { EpochMs } from './units.ts'
import type { Zone } from './zones.ts'

/** A port a Service declares. protocol: IP protocol number. */
export interface ServicePort {
  readonly port: number
  readonly protocol: number
  readonly nodePort?: number
}

/**
 * A Service as the agents need it. `generations` is the history of its routing generation: it rises whenever its
 * routing settings or hints change; a connection is bound to the one in force when it was first seen.
 */
export interface ServiceEntry {
  readonly id: number
  readonly namespace: string
  readonly name: string
  readonly addresses: readonly string[]
  readonly ports: readonly ServicePort[]
  /** Oldest first, at least one. */
  readonly generations: readonly { readonly generation: number; readonly from: EpochMs }[]
  /** null while it exists. */
  readonly to: EpochMs | null
}

/** A subnet of the VPC: an address in it that has no label is in its zone. */
export interface SubnetEntry {
  readonly id: string
  readonly cidr: string
  readonly zone: Zone
}

/**
 * GET /agent/v1/directory?node=<node>&since=<cursor>: answers at once when there is news after `cursor`, else holds the
 * request for up to 25 s and answers 204. Labels: the node's own pods, all nodes, and whatever this agent asked for
 * before and has changed since. An update without `reset` holds what is new or has changed (an ended label comes again,
 * with its `to`); `nodeAddresses` is always all of them.
 */
export interface DirectoryUpdate {
  readonly cursor: string
  /** true: forget everything before this (first answer, or the cursor is too old). */
  readonly reset: boolean
  /** The directory knows every change up to this moment: a miss before it is final. */
  readonly watermark: EpochMs
  readonly labels: readonly Label[]
  /** Addresses this node owns besides its pods: the agent treats them as local. */
  readonly nodeAddresses: readonly string[]
  /** Ports that pods of this node declare, by label id (orientation of mid-stream entries). */
  readonly declaredPorts: readonly { readonly label: LabelId; readonly port: number; readonly protocol: number }[]
  readonly services: readonly ServiceEntry[]
  readonly subnets: readonly SubnetEntry[]
}

/**
 * POST /agent/v1/labels. The answer for a node's address also holds the labels of the ports that its hostNetwork pods
 * declare: they are pushed to that node only, so a node that traffic goes to is worth one question.
 */
export interface LabelQuestion {
  readonly node: string
  readonly addresses: readonly string[]
}

export interface LabelAnswer {
  readonly watermark: EpochMs
  readonly labels: readonly Label[]
  readonly unknown: readonly string[]
}
/** One question asks for at most this many addresses; more is a 400. */
export const MAX_LABEL_QUESTION = 1_000
