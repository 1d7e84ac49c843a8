import { IPPROTO_TCP } from '../netlink/constants.ts'
import type { Shape } from '../netlink/shape.ts'
import type { BindingOf } from './binding-times.ts'
import type { DeltaCounts } from './deltas-counts.ts'
import { type AddressWords, isKey, KEY_PROTOCOL, protocolOf } from './deltas-key.ts'
import { ConnectionRecords, RESTORED, SWAPPED, UNBOUND, UNORIENTED } from './deltas-records.ts'
import { COUNTERS, endedAlive, isOffloaded, readCounters, type Sighting } from './deltas-sighting.ts'
import { isMidStream, type OrientationMemory } from './orient.ts'

/** A connection whose counters fell, as it was before: if it was reopened, a DESTROY will settle this one. */
interface Older {
  readonly counters: Float64Array
  readonly row: number
  readonly swapped: boolean
}

/**
 * Connections of one address family, and what is new of each since the last look, summed into rows.
 *
 * Exact as long as no event is lost, and events that arrive while a dump is read are handed over after its end: a part
 * of a dump can be older than a DESTROY that arrives with it, and would bring the dead back to be counted twice.
 */
export class Connections {
  readonly records: ConnectionRecords
  readonly #counts: DeltaCounts
  readonly #memory: OrientationMemory
  readonly #bindingOf: BindingOf
  readonly #now = new Float64Array(COUNTERS)
  readonly #news = new Float64Array(COUNTERS)
  readonly #older = new Map<number, Older>()
  /** Picked up in mid-stream: index → when it was opened. */
  #unbound = new Map<number, number>()
  /** The connection the dump showed last, or -1. */
  #previous = -1
  #generation = 0
  #baseline = false
  #nowMs = 0

  constructor(
    addressWords: AddressWords,
    mtu: number,
    counts: DeltaCounts,
    memory: OrientationMemory,
    bindingOf: BindingOf,
  ) {
    this.records = new ConnectionRecords(addressWords, mtu)
    this.#counts = counts
    this.#memory = memory
    this.#bindingOf = bindingOf
  }

  /** What holds for the sightings that follow. */
  setTime(nowMs: number): void {
    this.#nowMs = nowMs
  }

  /** @param baseline connections not known yet began before anyone watched: note their counters, count nothing */
  beginDump(generation: number, baseline: boolean): void {
    this.#generation = generation
    this.#baseline = baseline
    this.#previous = -1
  }

  /**
   * EntrySink's question: nine entries of ten are the ones that were to be expected, and cost no more than this. The key
   * in its place proves the layout of all but the counters, whose headers are looked at.
   * @param shapes by their numbers
   */
  expected(words: Int32Array, base: number, length: number, shapes: readonly Shape[]): boolean {
    const { records } = this
    const { table, addressWords } = records
    const index = records.expectedAfter(this.#previous)
    if (index < 0) return false
    const shape = shapes[records.shape(index)]
    if (shape === undefined || shape.length !== length) return false
    if (!isKey(table.words, index * table.stride, words, base, shape, addressWords)) return false
    if (isOffloaded(words, base, shape) || !readCounters(this.#now, words, base, shape)) return false
    const order = subtract(this.#news, this.#now, table.doubles, table.numbers(index))
    if (order === FELL) return false
    records.seen(index, this.#generation, this.#previous, shape.number)
    this.#previous = index
    if (order === GREW) this.#grew(index, this.#now)
    return true
  }

  /** A live connection with counters, in a dump. */
  seen(now: Sighting): void {
    const { records } = this
    let index = records.table.find(now.key)
    const isKnown = index >= 0
    if (!isKnown) index = records.add(now.key, now.counters)
    records.seen(index, this.#generation, this.#previous, now.shape)
    this.#previous = index
    if (!isKnown) {
      this.#first(index, now)
      return
    }
    const order = this.#compare(index, now)
    if (order === GREW) this.#grew(index, now.counters)
    else if (order === FELL) this.#fell(index, now)
  }

  /** A connection ended: its final counters. */
  ended(now: Sighting): void {
    const index = this.records.table.find(now.key)
    if (!now.hasCounters) {
      this.#counts.withoutFinalCountersTotal++
      if (index >= 0) this.#remove(index)
    } else if (index < 0) this.#bornAndEnded(now)
    else this.#endedKnown(index, now)
  }

  /** @param complete false when the dump was cut short: then nothing is said about connections it did not show */
  endDump(complete: boolean): void {
    if (this.#unbound.size > 0) {
      if (complete) this.#rememberUnseen()
      for (const [index, openedMs] of this.#unbound)
        if (this.records.table.isLive(index) && this.records.row(index) === UNBOUND) this.#settle(index, openedMs)
      this.#unbound.clear()
    }
    // No DESTROY came for what fell: it was not reopened, someone set the counters back.
    for (const older of this.#older.values()) this.records.rows.release(older.row)
    this.#counts.resetsTotal += this.#older.size
    this.#older.clear()
    if (complete) this.#sweep()
  }

  #first(index: number, now: Sighting): void {
    const { records } = this
    if (isMidStream(now.tcpFlags)) {
      this.#counts.midStreamTotal++
      records.setFlags(index, records.flags(index) | UNORIENTED)
      // Its predecessor's DESTROY, which tells who opened it, may still be on the way: wait for the end of the dump.
      if (!this.#baseline) {
        this.#unbound.set(index, now.openedMs)
        return
      }
    }
    this.#bind(index, now.openedMs)
    if (!this.#baseline) this.#countWhole(index, now.counters)
  }

  #grew(index: number, counters: Float64Array): void {
    this.records.account(index, this.#news)
    this.records.note(index, counters)
  }

  /** All that a new connection has carried is new. */
  #countWhole(index: number, counters: Float64Array): void {
    this.records.rows.opened(this.records.row(index))
    this.records.account(index, counters)
  }

  #bind(index: number, openedMs: number): void {
    this.records.bind(index, this.#bindingOf(openedMs), openedMs || this.#nowMs)
  }

  /** Binds a connection picked up in mid-stream, and counts it. */
  #settle(index: number, openedMs: number): void {
    const { records } = this
    const { words, stride } = records.table
    const known = this.#memory.recall(words, index * stride, records.addressWords, this.#nowMs)
    if (known !== undefined)
      records.setFlags(index, (records.flags(index) & ~UNORIENTED) | (known === 'swapped' ? SWAPPED : 0))
    this.#bind(index, openedMs)
    this.#countWhole(index, records.counters(index))
  }

  /** The 5-tuple was reopened under the same id, or someone set counters back: all that it has now is new. */
  #fell(index: number, now: Sighting): void {
    const { records } = this
    const row = records.row(index)
    if (row === UNBOUND) return
    if (this.#older.has(index)) records.rows.release(row)
    else this.#older.set(index, { counters: records.counters(index), row, swapped: records.isSwapped(index) })
    // A reopened connection was seen from its SYN on; one that is still in mid-stream was not reopened.
    if (!isMidStream(now.tcpFlags)) records.setFlags(index, records.flags(index) & ~(SWAPPED | UNORIENTED))
    this.#bind(index, now.openedMs)
    records.account(index, now.counters)
    records.note(index, now.counters)
  }

  /** Born and ended between two dumps. */
  #bornAndEnded(now: Sighting): void {
    // Before the first dump nobody knows how much of it was there when the agent came.
    if (this.#baseline) return
    const { addressWords, rows } = this.records
    // A DESTROY does not tell that tracking began in mid-stream (tcp_to_nlattr leaves the flags out); memory may.
    const isTcp = protocolOf(now.key[KEY_PROTOCOL] ?? 0) === IPPROTO_TCP
    const known = isTcp ? this.#memory.recall(now.key, 0, addressWords, this.#nowMs) : undefined
    const orientation = known ?? 'as is'
    const row = rows.bind(now.key, 0, orientation, this.#bindingOf(now.openedMs), now.openedMs || this.#nowMs)
    rows.opened(row)
    rows.add(row, now.counters, orientation === 'swapped')
    rows.release(row)
    if (endedAlive(now)) this.#memory.remember(now.key, 0, addressWords, orientation, this.#nowMs)
  }

  #endedKnown(index: number, now: Sighting): void {
    const { records } = this
    if (records.row(index) === UNBOUND) this.#settle(index, now.openedMs)
    if (this.#endedOlder(index, now)) return
    if (this.#compare(index, now) === FELL) {
      // It had the 5-tuple before the one we know, and no dump ever showed it.
      this.#counts.reopenedTotal++
      this.#countWhole(index, now.counters)
      return
    }
    records.account(index, this.#news)
    if (endedAlive(now)) this.#remember(index)
    this.#remove(index)
  }

  /** The DESTROY of the connection that was reopened: its rest is counted, the one we know lives on. */
  #endedOlder(index: number, now: Sighting): boolean {
    const older = this.#older.get(index)
    if (older === undefined) return false
    const { rows } = this.records
    this.#older.delete(index)
    const belongs = subtract(this.#news, now.counters, older.counters, 0) !== FELL
    if (belongs) {
      this.#counts.reopenedTotal++
      rows.add(older.row, this.#news, older.swapped)
      rows.opened(this.records.row(index))
    }
    rows.release(older.row)
    return belongs
  }

  /** Entries unseen in two dumps on end, without a DESTROY: it was lost, or this kernel sends none for them. */
  #sweep(): void {
    const { records } = this
    for (let index = 0; index < records.table.top; index++) {
      if (!records.table.isLive(index) || records.generation(index) >= this.#generation - 1) continue
      if ((records.flags(index) & RESTORED) !== 0) this.#counts.withoutFinalCountersTotal++
      else this.#counts.lostTailTotal++
      this.#remove(index)
    }
  }

  /** After an overrun no DESTROY tells what a flush took: what this dump does not show any more was alive a dump ago. */
  #rememberUnseen(): void {
    const { records } = this
    for (let index = 0; index < records.table.top; index++)
      if (records.table.isLive(index) && records.generation(index) !== this.#generation) this.#remember(index)
  }

  #remember(index: number): void {
    const { addressWords, table } = this.records
    const at = index * table.stride
    const orientation = this.records.orientation(index)
    const isTcp = protocolOf(table.words[at + KEY_PROTOCOL] ?? 0) === IPPROTO_TCP
    if (isTcp && orientation !== undefined)
      this.#memory.remember(table.words, at, addressWords, orientation, this.#nowMs)
  }

  #remove(index: number): void {
    const older = this.#older.get(index)
    if (older !== undefined) this.records.rows.release(older.row)
    this.#older.delete(index)
    this.records.remove(index)
  }

  /** Leaves in #news what is new of a known connection. */
  #compare(index: number, now: Sighting): number {
    const { table } = this.records
    return subtract(this.#news, now.counters, table.doubles, table.numbers(index))
  }
}

const SAME = 0
const GREW = 1
const FELL = 2

/** news = now − last[at …]. FELL when any of the four is negative: then `news` means nothing. */
function subtract(news: Float64Array, now: Float64Array, last: Float64Array, at: number): number {
  let order = SAME
  for (let i = 0; i < COUNTERS; i++) {
    const more = (now[i] ?? 0) - (last[at + i] ?? 0)
    if (more < 0) return FELL
    if (more > 0) order = GREW
    news[i] = more
  }
  return order
}
