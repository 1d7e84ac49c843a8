import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import type { Placed } from '../directory/directory.ts'

/** An end of rows, resolved once a batch and then handled by number. */
export interface End {
  readonly placed: Placed
  /** Canonical text; '' when the end is a label id nobody knows. */
  readonly address: string
  /** Number of its SeriesEnd. */
  readonly seriesEnd: number
  /** Number of its address, or NOBODY where it has none. The whole internet is one. */
  readonly addressNumber: number
  /** Number of the node whose agent is responsible for it, or NOBODY. */
  readonly node: number
  /** What it is: bits, see OUTSIDE and the following. */
  readonly is: number
  /** The directory has a label for it. */
  readonly isLabelled: boolean
  readonly cluster: string
  /** From and until when its label holds, epoch ms; for ever where it has none. */
  readonly from: number
  readonly until: number
}

/** The internet and AWS's own things: they never have an agent. */
export const OUTSIDE = 1
/** An address of a node itself, or of a pod on its network: traffic between such ends is never inside a tunnel. */
export const MACHINE = 2
/** A label id that nobody knows, or no address at all. */
export const UNKNOWN = 4
/** A pod or a node: a Service may answer behind it. */
export const BACKEND = 8
/** An AWS interface that passes traffic on: only flow logs show what goes through it. */
export const MIDDLEBOX = 16
/** A public address that nobody inside has. */
export const INTERNET = 32

/** A label stays good for rows this long after it ended: its connections outlive the pod, and spools its node. */
export const LABEL_GRACE_MS = 24 * 3_600_000

/** Whether a label that holds in [from, until) is good for rows of a window. */
export const isGoodFor = ({ from, until }: Pick<End, 'from' | 'until'>, window: BatchWindow): boolean =>
  from < window.to && until > window.from - LABEL_GRACE_MS
