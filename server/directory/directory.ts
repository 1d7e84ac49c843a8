import type { LabelAnswer, ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Label, LabelId, Peer } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { AgentUpdate } from './agent-update.ts'

/**
 * Who was at an address, when. The server's directory is the authority on labels: adapters (a fixed file, later
 * Kubernetes and EC2) feed intervals into it; they are persisted, so that late rows are placed by their own time.
 */
export interface Directory {
  /**
   * Who held `address` at that moment; `port` (0: not known) tells hostNetwork pods apart from their node. Never
   * undefined: not knowing is an `unplaced` peer. What this cluster does not know may be another's (`Placed.cluster`).
   * Costs about a microsecond.
   */
  place(cluster: string, address: string, port: number, at: EpochMs): Placed
  /** A label by id, also one that ended within the retention. */
  label(id: LabelId): Label | undefined
  /** The same with where it is: one object for as long as nothing of it changes. */
  placedLabel(id: LabelId): Placed | undefined
  service(id: number): ServiceEntry | undefined
  /**
   * The Services that a responder's address and port answer for at that moment, each name once: none, one, or several
   * that nothing tells apart. A pod's or node's by its endpoints (port 0, not known, matches any of a pod), a node's by
   * nodePort, a Service's own address by port.
   */
  servicesBehind(cluster: string, address: string, port: number, protocol: number, at: EpochMs): readonly ServiceEntry[]
  /** Nodes that exist at that moment, by name, with their zone. */
  nodes(cluster: string, at: EpochMs): ReadonlyMap<string, Zone | undefined>
  /** Every change up to this moment is known. */
  watermark(cluster: string): EpochMs
  /**
   * What an agent with this cursor does not know: nothing; only what all agents are told; or what concerns it. Cheap:
   * asked with every change for every agent that waits.
   */
  newsFor(cluster: string, node: string, cursor: string | undefined): 'none' | 'shared' | 'own'
  /** News for one agent after `cursor`; undefined when there is none yet (hold the request, wait for `onChange`). */
  updateFor(cluster: string, node: string, cursor: string | undefined): AgentUpdate | undefined
  /** Answers a look-up and remembers that this node asked, so that later changes are pushed to it. */
  ask(cluster: string, node: string, addresses: readonly string[], now: EpochMs): LabelAnswer
  /** Calls back after every change until the returned function is called. */
  onChange(listener: () => void): () => void
}

/** Where an end was found. `label` is absent for the internet, a bare subnet and unplaced ends. */
export interface Placed {
  readonly peer: Peer
  readonly zone: Zone | undefined
  /** The node whose agent is responsible for this end, if any. */
  readonly node: string | undefined
  readonly label: Label | undefined
  /** The VPC its address belongs to; absent where the VPC's map does not know it. */
  readonly vpc?: string
  /** The cluster that knows it, where that is not the one that was asked. */
  readonly cluster?: string
}
