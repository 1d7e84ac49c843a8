import type { EpochMs } from '@weir/contract/units.ts'
import type { DeclaredPort } from './listing.ts'

/** An address that answers for a Service at these ports, for a time: half-open [from, to), `to` null while it does. */
export interface BackendRecord {
  /** Key of the listed thing that said so. */
  readonly owner: string
  readonly address: string
  /** namespace/name: it may be listed before its Service is. */
  readonly service: string
  readonly ports: readonly DeclaredPort[]
  readonly from: EpochMs
  readonly to: EpochMs | null
}

/** Which Services answer behind an address, when. */
export class Backends {
  readonly #byAddress = new Map<string, BackendRecord[]>()
  readonly #openByOwner = new Map<string, Map<string, BackendRecord>>()

  /** Adds a record, or replaces the one that began at the same moment (when it ends). */
  put(record: BackendRecord): void {
    const kept = this.#byAddress.get(record.address)
    const at = kept?.findIndex(one => isSame(one, record)) ?? -1
    if (kept === undefined) this.#byAddress.set(record.address, [record])
    else if (at < 0) kept.push(record)
    else kept[at] = record
    const open = this.#openByOwner.get(record.owner) ?? new Map<string, BackendRecord>()
    if (record.to === null) this.#openByOwner.set(record.owner, open.set(record.address, record))
    else if (open.get(record.address)?.from === record.from) open.delete(record.address)
    if (open.size === 0) this.#openByOwner.delete(record.owner)
  }

  owners(): Iterable<string> {
    return this.#openByOwner.keys()
  }

  /** What an owner says now, by address. */
  openOf(owner: string): ReadonlyMap<string, BackendRecord> {
    return this.#openByOwner.get(owner) ?? none
  }

  of(address: string): readonly BackendRecord[] {
    return this.#byAddress.get(address) ?? []
  }

  /** Names of the Services that answered at that port then; port 0 (not known) matches any. */
  services(address: string, port: number, protocol: number, at: EpochMs): ReadonlySet<string> {
    const names = new Set<string>()
    for (const { service, ports, from, to } of this.#byAddress.get(address) ?? [])
      if (from <= at && (to === null || at < to) && ports.some(one => answersAt(one, port, protocol)))
        names.add(service)
    return names
  }

  *records(): Iterable<BackendRecord> {
    for (const kept of this.#byAddress.values()) yield* kept
  }

  /** Forgets those that ended before `before`. */
  forget(before: EpochMs): void {
    for (const [address, kept] of this.#byAddress) {
      if (kept.every(({ to }) => to === null || to >= before)) continue
      const left = kept.filter(({ to }) => to === null || to >= before)
      if (left.length > 0) this.#byAddress.set(address, left)
      else this.#byAddress.delete(address)
    }
  }
}

const none: ReadonlyMap<string, BackendRecord> = new Map()

const isSame = (a: BackendRecord, b: BackendRecord): boolean =>
  a.from === b.from && a.service === b.service && a.owner === b.owner

const answersAt = (declared: DeclaredPort, port: number, protocol: number): boolean =>
  declared.protocol === protocol && (port === 0 || declared.port === port)
