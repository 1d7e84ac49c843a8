import { type Cidr, parseCidr } from '@weir/contract/addresses.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Placed } from './directory.ts'
import type { ListedSubnet } from './listing.ts'
import { Prefixes } from './prefixes.ts'
import { unplaced } from './unplaced.ts'

/** A subnet with the time for which it was there: half-open [from, to), `to` null while it is. */
export interface SubnetRecord extends ListedSubnet {
  /** Key of the listed thing. */
  readonly owner: string
  readonly from: EpochMs
  readonly to: EpochMs | null
}

interface Row {
  readonly key: string
  readonly record: SubnetRecord
  /** Number of the directory's change that brought it. */
  readonly change: number
  readonly cidr: Cidr
  readonly placed: Placed
}

/** Text that is equal exactly when two subnets are. */
export const subnetKey = ({ id, cidr, zone, vpc, contested }: ListedSubnet): string =>
  JSON.stringify([id, cidr, zone, vpc, contested])

/** Subnets by longest prefix. */
export class Subnets {
  #rows: Row[] = []
  /** Made when it is asked for: the subnets of a VPC come one after the other. */
  #prefixes: Prefixes<Row> | undefined
  /** Rises with every change. */
  version = 0

  /** Adds a subnet, or replaces the record that began at the same moment (when it ends). */
  put(record: SubnetRecord, change: number): void {
    const cidr = parseCidr(record.cidr)
    if (cidr === undefined) return
    const peer = { kind: 'subnet', id: record.id } as const
    const { zone, vpc, contested } = record
    const own = { peer, zone, node: undefined, label: undefined, ...(vpc !== undefined && { vpc }) }
    const placed = contested ? unplaced('ambiguous') : own
    const key = subnetKey(record)
    const others = this.#rows.filter(row => row.key !== key || row.record.from !== record.from)
    this.#fill([...others, { key, record, change, cidr, placed }])
  }

  find(address: Uint8Array, at: EpochMs): Placed | undefined {
    return this.#byPrefix().find(
      address,
      rows => rows.find(({ record: { from, to } }) => from <= at && (to === null || at < to))?.placed,
    )
  }

  /** The VPC in whose subnet an address is, as far as is known now. */
  vpcOf(address: Uint8Array): string | undefined {
    const open = this.#byPrefix().find(address, rows => rows.find(({ record }) => record.to === null))
    return open?.record.contested ? undefined : open?.record.vpc
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
    return this.#rows.flatMap(({ record, change }) => (isTold(record) && change > since ? [record] : []))
  }

  /** Forgets those that ended before `before`. */
  forget(before: EpochMs): void {
    const kept = this.#rows.filter(({ record }) => record.to === null || record.to >= before)
    if (kept.length < this.#rows.length) this.#fill(kept)
  }

  #fill(rows: Row[]): void {
    this.#rows = rows
    this.#prefixes = undefined
    this.version++
  }

  #byPrefix(): Prefixes<Row> {
    this.#prefixes ??= new Prefixes(this.#rows.map(row => [row.cidr, row]))
    return this.#prefixes
  }
}

const isTold = ({ to, contested }: SubnetRecord): boolean => to === null && !contested
