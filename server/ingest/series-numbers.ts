import { type Dialled, dialledAs, type Leg, legs } from '@weir/contract/agent-wire.ts'
import { type Basis, bases, type SeriesEnd, type SeriesId, type SeriesKey } from '../store/series.ts'
import type { ServiceName } from '../store/several-services.ts'
import { NOBODY, Numbers } from './numbers.ts'

const KEY_WORDS = 6
const NOT_YET = -1

/**
 * Series by number, found without building a string: the key is six whole numbers in an open-addressing hash.
 * The store hears of a series only when it counts (`storeId`): the witness twin of every primary series would
 * otherwise double its table for nothing.
 */
export class SeriesNumbers {
  readonly #store: { seriesId(key: SeriesKey): SeriesId }
  readonly #ends = new Numbers<{ readonly cluster: string; readonly end: SeriesEnd }>()
  readonly #services = new Numbers<ServiceName>()
  #keys = new Int32Array(KEY_WORDS * 1024)
  #ids = new Int32Array(1024)
  #slots = new Int32Array(4096)
  #count = 0

  constructor(store: { seriesId(key: SeriesKey): SeriesId }) {
    this.#store = store
  }

  get count(): number {
    return this.#count
  }

  endNumber(cluster: string, end: SeriesEnd): number {
    const text = `${cluster}\n${end.kind}\n${end.namespace}\n${end.name}\n${end.workloadKind}\n${end.zone}\n${end.vpc ?? ''}`
    return this.#ends.numberOf(text, { cluster, end })
  }

  serviceNumber(namespace: string, name: string): number {
    return this.#services.numberOf(`${namespace}\n${name}`, { namespace, name })
  }

  /** The number of the series with this key. `service` and `via` may be NOBODY; `shape` comes from `shapeOf`. */
  numberOf(
    initiator: number,
    responder: number,
    service: number,
    via: number,
    shape: number,
    generation: number,
  ): number {
    const mask = this.#slots.length - 1
    const keys = this.#keys
    const last = generation | 0
    let slot = hash(initiator, responder, service, via, shape, last) & mask
    for (let taken = this.#slots[slot] ?? 0; taken !== 0; taken = this.#slots[slot] ?? 0) {
      const at = (taken - 1) * KEY_WORDS
      if (
        keys[at] === initiator &&
        keys[at + 1] === responder &&
        keys[at + 2] === service &&
        keys[at + 3] === via &&
        keys[at + 4] === shape &&
        keys[at + 5] === last
      )
        return taken - 1
      slot = (slot + 1) & mask
    }
    return this.#add([initiator, responder, service, via, shape, last], slot)
  }

  /** The series that differs only in why it counts. */
  withBasis(number: number, basis: Basis): number {
    const [initiator = 0, responder = 0, service = 0, via = 0, shape = 0, generation = 0] = this.#words(number)
    const other = (shape & ~(7 << 28)) | (bases.indexOf(basis) << 28)
    return this.numberOf(initiator, responder, service, via, other, generation)
  }

  /** The store's id of a series; the store learns of the series at the first call. */
  storeId(number: number): SeriesId {
    const known = this.#ids[number] ?? NOT_YET
    if (known !== NOT_YET) return known
    const id = this.#store.seriesId(this.#key(number))
    this.#ids[number] = id
    return id
  }

  #key(number: number): SeriesKey {
    const [initiator = 0, responder = 0, service = 0, via = 0, shape = 0, generation = 0] = this.#words(number)
    const from = this.#ends.value(initiator)
    const to = this.#ends.value(responder)
    const viaEnd = via === NOBODY ? undefined : this.#ends.value(via).end
    const serviceName = service === NOBODY ? undefined : this.#services.value(service)
    return {
      cluster: from.cluster,
      initiator: from.end,
      ...(to.cluster !== from.cluster && { responderCluster: to.cluster }),
      responder: to.end,
      serviceNamespace: serviceName?.namespace ?? '',
      serviceName: serviceName?.name ?? '',
      via: viaEnd?.name ?? '',
      viaZone: viaEnd?.zone ?? '',
      generation: generation >>> 0,
      ...shapeParts(shape),
    }
  }

  #words(number: number): Int32Array {
    return this.#keys.subarray(number * KEY_WORDS, (number + 1) * KEY_WORDS)
  }

  #add(words: readonly number[], slot: number): number {
    const number = this.#count++
    if (number === this.#ids.length) {
      this.#ids = grown(this.#ids)
      this.#keys = grown(this.#keys)
    }
    this.#keys.set(words, number * KEY_WORDS)
    this.#ids[number] = NOT_YET
    this.#slots[slot] = number + 1
    if (this.#count * 2 > this.#slots.length) this.#rehash()
    return number
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 0; number < this.#count; number++) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = this.#words(number)
      let slot = hash(a, b, c, d, e, f) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.#slots = slots
  }
}

/** Port, protocol, dialled, leg and basis in one whole number: 16 + 8 + 2 + 2 + 3 bits. The middle two are indexes. */
export const shapeOf = (port: number, protocol: number, dialled: number, leg: number, basis: Basis): number =>
  port | (protocol << 16) | (dialled << 24) | (leg << 26) | (bases.indexOf(basis) << 28)

function shapeParts(shape: number): {
  port: number
  protocol: number
  dialled: Dialled
  leg: Leg
  basis: Basis
} {
  return {
    port: shape & 0xffff,
    protocol: (shape >>> 16) & 0xff,
    dialled: dialledAs[(shape >>> 24) & 3] ?? 'direct',
    leg: legs[(shape >>> 26) & 3] ?? 'direct',
    basis: bases[(shape >>> 28) & 7] ?? 'primary',
  }
}

/** Multiply and rotate per word, then the finaliser of MurmurHash3 (Appleby, public domain): spreads runs of small numbers. */
function hash(a: number, b: number, c: number, d: number, e: number, f: number): number {
  let h = Math.imul(a, 0x9e3779b1)
  h = Math.imul((h << 13) | (h >>> 19), 5) ^ Math.imul(b, 0x85ebca6b)
  h = Math.imul((h << 13) | (h >>> 19), 5) ^ Math.imul(c, 0xc2b2ae35)
  h = Math.imul((h << 13) | (h >>> 19), 5) ^ Math.imul(d, 0x27d4eb2f)
  h = Math.imul((h << 13) | (h >>> 19), 5) ^ Math.imul(e, 0x165667b1)
  h = Math.imul((h << 13) | (h >>> 19), 5) ^ Math.imul(f, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}
