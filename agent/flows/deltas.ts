import type { EntrySink } from '../netlink/conntrack.ts'
import { AF_INET6 } from '../netlink/constants.ts'
import { ABSENT, type Shape } from '../netlink/shape.ts'
import type { BindingOf } from './binding-times.ts'
import { Connections } from './deltas-connections.ts'
import { type DeltaCounts, noCounts } from './deltas-counts.ts'
import type { PackedRows } from './deltas-rows.ts'
import { newSighting, readSighting, type Sighting } from './deltas-sighting.ts'
import { OrientationMemory } from './orient.ts'

/** struct nfgenmsg follows nlmsghdr's four words; its first byte is the family. */
const FAMILY_WORD = 4

/** Entries of dumps and events in, rows of new bytes out: both address families, whatever protocol. */
export class Deltas implements EntrySink {
  readonly counts: DeltaCounts = noCounts()
  readonly v4: Connections
  readonly v6: Connections
  /** By their numbers, as far as dumps have shown them. */
  readonly #shapes: Shape[] = []
  readonly #sighting4 = newSighting(1)
  readonly #sighting6 = newSighting(4)
  #generation = 0
  /** Nothing is known yet, neither from a dump nor from a checkpoint. */
  #baseline = true

  /**
   * @param mtu bytes of the largest IP packet the node's card sends
   * @param bindingOf what a connection carries that was opened at a moment
   */
  constructor(mtu: number, bindingOf: BindingOf) {
    const memory = new OrientationMemory()
    this.v4 = new Connections(1, mtu, this.counts, memory, bindingOf)
    this.v6 = new Connections(4, mtu, this.counts, memory, bindingOf)
    this.#begin()
  }

  /** Connections came from a checkpoint: the first dump counts what is new since then, instead of only noting it. */
  restored(): void {
    this.v4.records.bindRestored()
    this.v6.records.bindRestored()
    this.#baseline = false
    this.#begin()
  }

  /** @param nowMs wall clock, for the sightings that follow */
  setTime(nowMs: number): void {
    this.v4.setTime(nowMs)
    this.v6.setTime(nowMs)
  }

  beginDump(): void {
    this.#generation++
    this.#begin()
    this.counts.entries = 0
    this.counts.entriesWithoutCounters = 0
    this.counts.offloadedEntries = 0
  }

  /** To be called after the events that arrived during the dump were handed over. @param complete it was read to its end */
  endDump(complete: boolean): void {
    this.v4.endDump(complete)
    this.v6.endDump(complete)
    if (complete) this.#baseline = false
    this.#begin()
  }

  expected(words: Int32Array, base: number, length: number): boolean {
    const isIpv6 = ((words[base + FAMILY_WORD] ?? 0) & 0xff) === AF_INET6
    if (!(isIpv6 ? this.v6 : this.v4).expected(words, base, length, this.#shapes)) return false
    this.counts.entries++
    return true
  }

  entry(words: Int32Array, base: number, shape: Shape): void {
    if (shape.number !== ABSENT) this.#shapes[shape.number] = shape
    const { sighting, connections } = this.#read(words, base, shape)
    const { counts } = this
    counts.entries++
    if (sighting.offloaded) counts.offloadedEntries++
    if (sighting.loopback) return
    if (sighting.hasCounters) connections.seen(sighting)
    else counts.entriesWithoutCounters++
  }

  ended(words: Int32Array, base: number, shape: Shape): void {
    const { sighting, connections } = this.#read(words, base, shape)
    if (sighting.loopback) this.counts.loopbackTotal++
    else connections.ended(sighting)
  }

  /** The rows in which something happened since the last time, IPv4 and IPv6. */
  takeRows(): PackedRows[] {
    return [this.v4.records.rows.take(), this.v6.records.rows.take()].filter(rows => rows.count > 0)
  }

  #begin(): void {
    this.v4.beginDump(this.#generation, this.#baseline)
    this.v6.beginDump(this.#generation, this.#baseline)
  }

  #read(words: Int32Array, base: number, shape: Shape): { sighting: Sighting; connections: Connections } {
    const isIpv6 = shape.family === AF_INET6
    const sighting = isIpv6 ? this.#sighting6 : this.#sighting4
    const connections = isIpv6 ? this.v6 : this.v4
    readSighting(sighting, words, base, shape, connections.records.addressWords)
    return { sighting, connections }
  }
}
