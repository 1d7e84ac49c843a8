import type { FactColumns } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { namespaceEnd, serviceEnd, workloadEnd } from './ends.ts'
import { crossings } from './places.ts'

export interface ZoneCounter {
  readonly sourceZone: string
  readonly destinationZone: string
  readonly sourceNamespace: string
  readonly destinationNamespace: string
  /** Counted bytes since this process started. */
  bytes: number
}

const OTHER = 'other'
const CROSS_ZONE = crossings.indexOf('cross-zone')

/**
 * Grow-only sums for Prometheus: bytes by zones and namespaces of both ends, and cross-zone wire bytes by the namespace
 * that opened the connections. Bounded: what is new past the cap goes into one counter called "other" throughout.
 */
export class ZoneCounters {
  readonly #catalogue: SeriesCatalogue
  readonly #cap: number
  /** By series id: bytes each way and wire bytes that are not in the counters yet. */
  #pending = new Float64Array(3 * 1024)
  /** Series with something pending. */
  #touched: number[] = []
  readonly #bytes = new Map<string, ZoneCounter>()
  readonly #wire = new Map<string, number>()

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

  /** Cross-zone wire bytes by the initiator's namespace. */
  crossZoneWire(): ReadonlyMap<string, number> {
    this.#fold()
    return this.#wire
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
      if (this.#catalogue.crossing.values[series] === CROSS_ZONE) this.#countWire(initiator, wire)
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

  #countWire(namespace: string, wire: number): void {
    const name = this.#wire.has(namespace) || this.#wire.size < this.#cap ? namespace : OTHER
    this.#wire.set(name, (this.#wire.get(name) ?? 0) + wire)
  }

  #grow(at: number): void {
    const wider = new Float64Array(Math.max(at + 3, this.#pending.length * 2))
    wider.set(this.#pending)
    this.#pending = wider
  }
}
