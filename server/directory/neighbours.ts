import type { EpochMs } from '@weir/contract/units.ts'
import type { Cluster } from './cluster.ts'
import type { Placed } from './directory.ts'

/** How long two clusters' addresses are taken to be apart, or not, before that is looked at again. */
const LOOK_AGAIN_MS = 60_000

/** A subnet may hold the pods of several clusters. */
export const mayBeElsewhere = ({ peer }: Placed): boolean =>
  peer.kind === 'subnet' || (peer.kind === 'unplaced' && peer.reason === 'never listed')

/**
 * Clusters that reach each other's pods: an address that one does not know may be another's. It is placed there when
 * exactly one other cluster knows it, and the two do not use the same addresses for different pods. Service addresses
 * mean something within a cluster only.
 */
export class Neighbours {
  /** Pairs of clusters with an address in common, and when that was looked at. */
  readonly #overlaps = new Map<string, { readonly overlaps: boolean; readonly at: EpochMs }>()

  /** Where an address is that `own` does not know; undefined: nowhere, or in several places. */
  find(own: Cluster, others: Iterable<Cluster>, address: string, port: number, at: EpochMs): Placed | undefined {
    let found: Placed | undefined
    for (const other of others) {
      if (other === own) continue
      const placed = other.place(address, port, at)
      if (placed.peer.kind !== 'pod' && placed.peer.kind !== 'node') continue
      if (found !== undefined || this.#overlap(own, other)) return undefined
      found = { ...placed, cluster: other.name }
    }
    return found
  }

  #overlap(a: Cluster, b: Cluster): boolean {
    const pair = [a.name, b.name].sort().join('\n')
    const now = a.watermark
    const known = this.#overlaps.get(pair)
    if (known !== undefined && (now === undefined || now < known.at + LOOK_AGAIN_MS)) return known.overlaps
    const [few, many] = a.entries.size < b.entries.size ? [a, b] : [b, a]
    const overlaps = few.entries
      .values()
      .some(({ label }) => isHeld(label) && many.intervals.of(label.address).some(one => isHeld(one.label)))
    if (now !== undefined) this.#overlaps.set(pair, { overlaps, at: now })
    return overlaps
  }
}

/** A machine's address that somebody has now. */
const isHeld = ({ peer, to }: { readonly peer: Placed['peer']; readonly to: EpochMs | null }): boolean =>
  to === null && (peer.kind === 'pod' || peer.kind === 'node')
