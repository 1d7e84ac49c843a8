import type { AwsThing } from '@weir/contract/peers.ts'
import type { Minute } from '@weir/contract/units.ts'

/** One row of a flow-log batch, placed: everything that counting needs, by number. */
export interface PlacedHop {
  readonly minute: Minute
  readonly bytes: number
  /** The series; its initiator is `from` where `isForth`. */
  readonly series: number
  readonly isForth: boolean
  /** Numbers of the two addresses, and of the nodes responsible for them (or NOBODY). */
  readonly from: number
  readonly to: number
  readonly fromNode: number
  readonly toNode: number
  /** The interface that wrote it. */
  readonly logger: string
  /** The interface of a NAT gateway to which the hop leads, where routes may tell the same hop. */
  readonly routed: string | undefined
  /** The node whose interface that is; NOBODY for a middlebox. */
  readonly loggedBy: number
  readonly view: 'sent' | 'received'
  readonly middlebox: AwsThing | undefined
  /** The directory knew the middlebox at that time: then what agents counted of it is in compared.ts. */
  readonly isBoxKnown: boolean
  /** Somebody else's record is this traffic: the sender's, or that of the instance behind a NAT gateway. */
  readonly isTold: boolean
  /** Whether the sender is known not to log, so that nobody else's record can be this traffic. */
  readonly isSenderSilent: boolean
  /** The addresses are those agents use: what both saw of a pair can be compared. Else their nodes are known. */
  readonly isMatched: boolean
  /**
   * Nobody knows whether an end is at a node: `any` end, or even the `own` one of an interface whose pods are not named, or
   * of a time of which no node is known.
   */
  readonly nodeless: 'none' | 'any' | 'own'
}

/** undefined: not even the direction is known. */
export interface PlacedRow {
  readonly minute: Minute
  readonly bytes: number
  readonly hop: PlacedHop | undefined
}
