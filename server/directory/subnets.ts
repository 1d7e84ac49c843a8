import { type Cidr, inCidr, parseCidr } from '@weir/contract/addresses.ts'
import type { SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Placed } from './directory.ts'

/** A subnet with the time for which it was there: half-open [from, to), `to` null while it is. */
export interface SubnetRecord extends SubnetEntry {
  readonly from: EpochMs
  readonly to: EpochMs | null
}

interface Row {
  readonly record: SubnetRecord
  /** Number of the directory's change that brought it. */
  readonly change: number
  readonly cidr: Cidr
  readonly placed: Placed
}

/** Text that is equal exactly when two subnets are. */
export const subnetKey = ({ id, cidr, zone }: SubnetEntry): string => JSON.stringify([id, cidr, zone])

/**
 * Subnets by longest prefix. A VPC has at most some hundreds of them (the quota is 200), so that a scan in order of
 * prefix length costs about as much as reading the address's text.
 */
export class Subnets {
  #rows: Row[] = []

  /** Adds a subnet, or replaces the record that began at the same moment (when it ends). */
  put(record: SubnetRecord, change: number): void {
    const cidr = parseCidr(record.cidr)
    if (cidr === undefined) return
    const placed: Placed = {
      peer: { kind: 'subnet', id: record.id },
      zone: record.zone,
      node: undefined,
      label: undefined,
    }
    const key = subnetKey(record)
    const others = this.#rows.filter(row => subnetKey(row.record) !== key || row.record.from !== record.from)
    this.#rows = [...others, { record, change, cidr, placed }].sort((a, b) => b.cidr.prefix - a.cidr.prefix)
  }

  find(address: Uint8Array, at: EpochMs): Placed | undefined {
    for (const { record, cidr, placed } of this.#rows)
      if (record.from <= at && (record.to === null || at < record.to) && inCidr(address, cidr)) return placed
    return undefined
  }

  *records(): Iterable<SubnetRecord> {
    for (const { record } of this.#rows) yield record
  }

  /** Those that are there now and came after change `since`. */
  newer(since: number): SubnetRecord[] {
    return this.#rows.flatMap(({ record, change }) => (record.to === null && change > since ? [record] : []))
  }

  /** Forgets those that ended before `before`. */
  forget(before: EpochMs): void {
    this.#rows = this.#rows.filter(({ record }) => record.to === null || record.to >= before)
  }
}
