import type { EpochMs } from '@weir/contract/units.ts'

/**
 * The port every source of flows implements: live conntrack, a recording, later VPC flow logs.
 * A source hands over one ObservedWindow per window, cut at a dump that lies on a whole multiple of the window
 * on the wall clock, so that the agents of all nodes cut at the same instant and their minutes can be compared.
 */
export interface FlowSource {
  /** Begins to read; windows arrive through `onWindow` in time order, one at a time. Rejects when it cannot start. */
  start(sink: FlowSink): Promise<void>
  /**
   * Connections opened at `from` or later carry `binding` (see Bound); where the kernel does not tell when they were
   * opened, those first seen after the call. 0 until the first call; `from` may lie before that of an earlier call.
   * @throws RangeError when it is not a whole number from 0 to 2^31 - 1
   */
  bind(binding: number, from: EpochMs): void
  /** Cuts the current window now (a final dump), hands it over, then closes everything it opened. */
  stop(): Promise<void>
}

export interface FlowSink {
  /** Must be durable when the promise resolves: the source then may forget the window. */
  onWindow(window: ObservedWindow): Promise<void>
  /** The source failed beyond repair; the process should end with this message. */
  onFatal(error: Error): void
}

export interface ObservedWindow {
  /** Half-open [from, to), wall clock. */
  readonly from: EpochMs
  readonly to: EpochMs
  /**
   * live: everything in [from, to) was watched. catch-up: the agent was away for part of it and these are the bytes of
   * connections that outlived the absence (a checkpoint told where to go on from); what ended meanwhile is missing.
   */
  readonly kind: 'live' | 'catch-up'
  readonly rows: readonly ConnectionRow[]
  /** Opaque to everyone but the source: written in one commit with the window, handed back at the next start. */
  readonly checkpoint: CheckpointPiece
  readonly stats: SourceStats
}

/** full: replaces all earlier pieces. changes: apply on top of the pieces since the last full one. */
export interface CheckpointPiece {
  readonly kind: 'full' | 'changes'
  readonly body: Uint8Array
}

/** When connections were opened, as far as labels and routing generations go by it. */
export interface Bound {
  /**
   * The `bind` in force when they were opened. Kept in the checkpoint: a connection that outlives the agent's process
   * comes back with its old binding.
   */
  readonly binding: number
  /** When the first of them was opened; 0: not known, then at some moment under that binding. */
  readonly since: EpochMs
}

/**
 * New bytes of the connections that share all of these fields, within one window. Ephemeral ports are summed away,
 * except for a TCP connection picked up in mid-stream, whose orientation is still open.
 * Addresses are canonical text (RFC 5952 for IPv6).
 */
export interface ConnectionRow extends Bound {
  /** IP protocol number: 6 TCP, 17 UDP, 1 ICMP … */
  readonly protocol: number
  /** Conntrack zone (CTA_ZONE), 0 as a rule. */
  readonly conntrackZone: number
  /** original.src: who opened the connection. */
  readonly initiator: string
  /** 0 = summed away; the source port only where `midStream`. */
  readonly initiatorPort: number
  /** original.dst as dialled: a Service address, a node and nodePort, or the responder itself. ICMP: port 0. */
  readonly dialled: string
  readonly dialledPort: number
  /** reply.src: who answered (behind DNAT). */
  readonly responder: string
  readonly responderPort: number
  /** reply.dst: whom the responder sees; differs from `initiator` when this node masqueraded. */
  readonly seenAs: string
  /** TCP entry created without a SYN (after a flush or an overrun): original and reply may be swapped. */
  readonly midStream: boolean
  readonly bytesToResponder: number
  readonly bytesToInitiator: number
  /** Estimate of what the network card sent (facts: GSO and GRO hide per-segment headers), at least the counted bytes. */
  readonly wireToResponder: number
  readonly wireToInitiator: number
  readonly packetsToResponder: number
  readonly packetsToInitiator: number
  /** Connections first seen in this window. */
  readonly connections: number
}

/** What the source saw and lost. `*Total` only grow while the process lives; the others are as of now. */
export interface SourceStats {
  /** dump+events: exact. dump: the DESTROY group could not be joined. replay: a recording. */
  readonly mode: 'dump+events' | 'dump' | 'replay'
  readonly accounting: SysctlState
  readonly events: SysctlState
  readonly timestamps: SysctlState
  readonly entries: number
  /** nf_conntrack_max, 0 if unknown. */
  readonly tableMax: number
  readonly dumpsTotal: number
  readonly dumpMs: number
  readonly dumpCpuMs: number
  /** The dump interval in force (grows when a dump costs more than its share of CPU). */
  readonly dumpEveryMs: number
  readonly eventsTotal: number
  /** ENOBUFS seen: the event socket overran, a resync followed. */
  readonly overrunsTotal: number
  /** Events the kernel dropped (Drops column of /proc/net/netlink). */
  readonly lostEventsTotal: number
  /** Entries that vanished under the agent's eyes without a DESTROY: bytes after their last dump are unknown. */
  readonly lostTailTotal: number
  /** Live entries without CTA_COUNTERS. */
  readonly entriesWithoutCounters: number
  /** Connections that ended without final counters otherwise: no counters in DESTROY, or ended while no agent ran. */
  readonly withoutFinalCountersTotal: number
  readonly reopenedTotal: number
  /** Counters of a known entry that fell without a reopen (table flush, CTRZERO by another tool). */
  readonly resetsTotal: number
  readonly midStreamTotal: number
  readonly offloadedEntries: number
  /** Ended connections to a loopback address: their bytes never left the node and are in no row. */
  readonly loopbackTotal: number
  /** Netlink messages or attributes that could not be read, and were skipped. */
  readonly malformedTotal: number
}

export type SysctlState = 'on' | 'off' | 'switched on' | 'auto' | 'unknown'
