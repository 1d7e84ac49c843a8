import { type Cidr, parseCidr } from '@weir/contract/addresses.ts'
import type { SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Placed } from './directory.ts'
import { Prefixes } from './prefixes.ts'

/** A subnet with the time for which it was there: half-open [from, to), `to` null while it is. */
export interface SubnetRecord extends SubnetEntry {
  /** Key of the listed thing. */
  readonly owner: string
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

/** Subnets by longest prefix. */
export class Subnets {
  #rows: Row[] = []
  #prefixes = new Prefixes<Row>([])

  /** Adds a subnet, or replaces the record that began at the same moment (when it ends). */
  put(record: SubnetRecord, change: number): void {
    const cidr = parseCidr(record.cidr)
    if (cidr === undefined) return
    const peer = { kind: 'subnet', id: record.id } as const
    const placed: Placed = { peer, zone: record.zone, node: undefined, label: undefined }
    const key = subnetKey(record)
    const others = this.#rows.filter(row => subnetKey(row.record) !== key || row.record.from !== record.from)
    this.#fill([...others, { record, change, cidr, placed }])
  }

  find(address: Uint8Array, at: EpochMs): Placed | undefined {
    return this.#prefixes.find(
      address,
      rows => rows.find(({ record: { from, to } }) => from <= at && (to === null || at < to))?.placed,
    )
  }

  /** What a listed thing is now. There are a handful. */
  openOf(owner: string): SubnetRecord | undefined {
    return this.#rows.find(({ record }) => record.owner === owner && record.to === null)?.record
  }

  /** Whether this CIDR was ever listed, as far as is kept. */
  knows(cidr: string): boolean {
    return this.#rows.some(({ record }) => record.cidr === cidr)
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
    const kept = this.#rows.filter(({ record }) => record.to === null || record.to >= before)
    if (kept.length < this.#rows.length) this.#fill(kept)
  }

  #fill(rows: Row[]): void {
    this.#rows = rows
    this.#prefixes = new Prefixes(rows.map(row => [row.cidr, row]))
  }
}
