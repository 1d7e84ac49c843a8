import { type Cidr, parseCidr } from '@weir/contract/addresses.ts'
import type { SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Placed } from './directory.ts'

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

/** All subnets of one family and prefix length, by the bits of the prefix. */
interface Table {
  readonly length: number
  readonly prefix: number
  readonly rows: Map<string, Row[]>
}

/** Subnets by longest prefix: one look-up per prefix length in use, of which a VPC has a handful. */
export class Subnets {
  #rows: Row[] = []
  /** Longest prefix first. */
  #tables: Table[] = []

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
    for (const { length, prefix, rows } of this.#tables) {
      if (length !== address.length) continue
      for (const { record, placed } of rows.get(prefixBits(address, prefix)) ?? [])
        if (record.from <= at && (record.to === null || at < record.to)) return placed
    }
    return undefined
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
    const tables = new Map<string, Table>()
    for (const row of rows) {
      const { bytes, prefix } = row.cidr
      const name = `${bytes.length}/${prefix}`
      const table = tables.get(name) ?? { length: bytes.length, prefix, rows: new Map<string, Row[]>() }
      tables.set(name, table)
      const bits = prefixBits(bytes, prefix)
      table.rows.set(bits, [...(table.rows.get(bits) ?? []), row])
    }
    this.#rows = rows
    this.#tables = [...tables.values()].sort((a, b) => b.prefix - a.prefix)
  }
}

/** The first `prefix` bits as text, the last byte cut off where the prefix ends within it. */
function prefixBits(address: Uint8Array, prefix: number): string {
  const whole = prefix >> 3
  let bits = ''
  for (let i = 0; i < whole; i++) bits += String.fromCharCode(address[i] ?? 0)
  const rest = prefix & 7
  return rest === 0 ? bits : bits + String.fromCharCode((address[whole] ?? 0) & (0xff << (8 - rest)))
}
