import type { Price } from '@weir/contract/queries.ts'
import { type MicroUsd, microUsd } from '@weir/contract/units.ts'
import { costOf } from '../pricing/cost.ts'
import type { FactColumns } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { namespaceEnd, serviceEnd, workloadEnd } from './ends.ts'

export interface ZoneCounter {
  readonly sourceZone: string
  readonly destinationZone: string
  readonly sourceNamespace: string
  readonly destinationNamespace: string
  /** Counted bytes since this process started. */
  bytes: number
}

const OTHER = 'other'

/**
 * Grow-only sums for Prometheus: bytes by zones and namespaces of both ends, and what crossed zones, in money, by the
 * namespace that opened the connections. Bounded: what is new past the cap goes into one counter called "other" throughout.
 */
export class ZoneCounters {
  readonly #catalogue: SeriesCatalogue
  readonly #cap: number
  /** By series id: bytes each way and wire bytes that are not in the counters yet. */
  #pending = new Float64Array(3 * 1024)
  /** Series with something pending. */
  #touched: number[] = []
  readonly #bytes = new Map<string, ZoneCounter>()
  /** By namespace: billed bytes since the price was last another one, and what came to before that. */
  readonly #billed = new Map<string, number>()
  readonly #settled = new Map<string, number>()
  #price: Price | undefined
  #severalServicesBytes = 0

  constructor(catalogue: SeriesCatalogue, cap = 2_000) {
    this.#catalogue = catalogue
    this.#cap = cap
  }

  /** Quick: whole columns into an array; labels are looked at when somebody reads. */
  add(facts: FactColumns): void {
    for (let row = 0; row < facts.count; row++) {
      const series = facts.series[row] ?? 0
      const there = facts.bytesToResponder[row] ?? 0
      const back = facts.bytesToInitiator[row] ?? 0
      if (there + back === 0) continue
      const at = series * 3
      if (at >= this.#pending.length) this.#grow(at)
      const before = (this.#pending[at] ?? 0) + (this.#pending[at + 1] ?? 0)
      if (before === 0) this.#touched.push(series)
      const wire = (facts.wireToResponder[row] ?? 0) + (facts.wireToInitiator[row] ?? 0)
      this.#pending[at] = (this.#pending[at] ?? 0) + there
      this.#pending[at + 1] = (this.#pending[at + 1] ?? 0) + back
      this.#pending[at + 2] = (this.#pending[at + 2] ?? 0) + wire
    }
  }

  /** Bytes by both ends' zone and namespace. */
  bytes(): Iterable<ZoneCounter> {
    this.#fold()
    return this.#bytes.values()
  }

  /** Bytes whose responder's port several Services answer at: they count for its workload. */
  severalServicesBytes(): number {
    this.#fold()
    return this.#severalServicesBytes
  }

  /** Cost by the initiator's namespace. What was read before keeps the price it was read at: a cost only grows. */
  costs(price: Price): ReadonlyMap<string, MicroUsd> {
    this.#fold()
    if (this.#price !== undefined && !isSame(this.#price, price)) this.#settle(this.#price)
    this.#price = price
    const names = new Set([...this.#settled.keys(), ...this.#billed.keys()])
    return new Map(
      Array.from(names, name => {
        const billed = costOf(this.#billed.get(name) ?? 0, price)
        return [name, microUsd((this.#settled.get(name) ?? 0) + billed)]
      }),
    )
  }

  #settle(price: Price): void {
    for (const [name, billed] of this.#billed)
      this.#settled.set(name, (this.#settled.get(name) ?? 0) + costOf(billed, price))
    this.#billed.clear()
  }

  #fold(): void {
    this.#catalogue.sync()
    for (const series of this.#touched) {
      const key = this.#catalogue.key(series)
      const zone = (column: Int32Array) => this.#catalogue.placeLabels[column[series] ?? 0] ?? ''
      const [near, far] = [zone(this.#catalogue.near.values), zone(this.#catalogue.far.values)]
      const initiator = namespaceEnd(workloadEnd(key.initiator)).name
      const responder = namespaceEnd(serviceEnd(key)).name
      const [there = 0, back = 0, wire = 0] = this.#pending.subarray(series * 3, series * 3 + 3)
      this.#count(near, far, initiator, responder, there)
      this.#count(far, near, responder, initiator, back)
      this.#countBilled(initiator, wire * (this.#catalogue.sides.values[series] ?? 0))
      if (this.#catalogue.claimedBySeveral.has(series)) this.#severalServicesBytes += there + back
      this.#pending.fill(0, series * 3, series * 3 + 3)
    }
    this.#touched = []
  }

  #count(sourceZone: string, destinationZone: string, source: string, destination: string, bytes: number): void {
    if (bytes === 0) return
    const key = [sourceZone, destinationZone, source, destination].join('\u0000')
    const known = this.#bytes.get(key)
    if (known !== undefined) known.bytes += bytes
    else if (this.#bytes.size < this.#cap)
      this.#bytes.set(key, {
        sourceZone,
        destinationZone,
        sourceNamespace: source,
        destinationNamespace: destination,
        bytes,
      })
    else this.#countOther(bytes)
  }

  #countOther(bytes: number): void {
    const other = this.#bytes.get(OTHER) ?? {
      sourceZone: OTHER,
      destinationZone: OTHER,
      sourceNamespace: OTHER,
      destinationNamespace: OTHER,
      bytes: 0,
    }
    other.bytes += bytes
    this.#bytes.set(OTHER, other)
  }

  #countBilled(namespace: string, billed: number): void {
    if (billed === 0) return
    const isKnown = this.#billed.has(namespace) || this.#settled.has(namespace)
    const name = isKnown || Math.max(this.#billed.size, this.#settled.size) < this.#cap ? namespace : OTHER
    this.#billed.set(name, (this.#billed.get(name) ?? 0) + billed)
  }

  #grow(at: number): void {
    const wider = new Float64Array(Math.max(at + 3, this.#pending.length * 2))
    wider.set(this.#pending)
    this.#pending = wider
  }
}

const isSame = (a: Price, b: Price): boolean => a.usdPerGb === b.usdPerGb && a.bytesPerGb === b.bytesPerGb
