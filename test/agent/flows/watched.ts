import { formatAddress, parseAddress } from '@weir/contract/addresses.ts'
import { BindingTimes } from '../../../agent/flows/binding-times.ts'
import { Connections } from '../../../agent/flows/deltas-connections.ts'
import { noCounts } from '../../../agent/flows/deltas-counts.ts'
import {
  type AddressWords,
  KEY_ADDRESSES,
  KEY_ID,
  KEY_ORIGINAL_PORTS,
  KEY_PROTOCOL,
  KEY_REPLY_PORTS,
} from '../../../agent/flows/deltas-key.ts'
import { unpackRow } from '../../../agent/flows/deltas-rows.ts'
import { newSighting, type Sighting } from '../../../agent/flows/deltas-sighting.ts'
import { OrientationMemory } from '../../../agent/flows/orient.ts'
import type { ConnectionRow } from '../../../agent/sources/flow-source.ts'

/** A connection as a kernel would show it; what is left out is a plain TCP connection from 10.0.0.1 to 10.0.0.2:80. */
export interface Shown {
  readonly id?: number
  readonly protocol?: number
  readonly zone?: number
  /** Original tuple, "address:port". */
  readonly from?: string
  readonly to?: string
  /** Reply tuple, where NAT makes it differ. */
  readonly answeredBy?: string
  readonly seenAs?: string
  readonly up?: number
  readonly down?: number
  readonly packetsUp?: number
  readonly packetsDown?: number
  readonly counters?: boolean
  readonly midStream?: boolean
  readonly endedAlive?: boolean
  readonly openedMs?: number
}

const end = (text: string): { address: Uint8Array; port: number } => {
  const colon = text.lastIndexOf(':')
  const address = parseAddress(text.slice(0, colon).replace(/^\[|\]$/g, ''))
  if (address === undefined) throw new Error(`not an end: ${text}`)
  return { address, port: Number(text.slice(colon + 1)) }
}
const swap16 = (port: number): number => ((port & 0xff) << 8) | (port >>> 8)

/** What the reader would make of the kernel's message. */
export function sighting(shown: Shown): Sighting {
  const from = end(shown.from ?? '10.0.0.1:40000')
  const to = end(shown.to ?? '10.0.0.2:80')
  const source = end(shown.answeredBy ?? shown.to ?? '10.0.0.2:80')
  const destination = end(shown.seenAs ?? shown.from ?? '10.0.0.1:40000')
  const n: AddressWords = from.address.length === 16 ? 4 : 1
  const made = newSighting(n)
  const raw = new Uint8Array(made.key.buffer)
  made.key[KEY_ID] = shown.id ?? 1
  made.key[KEY_PROTOCOL] = (shown.protocol ?? 6) | (swap16(shown.zone ?? 0) << 16)
  made.key[KEY_ORIGINAL_PORTS] = swap16(from.port) | (swap16(to.port) << 16)
  made.key[KEY_REPLY_PORTS] = swap16(source.port) | (swap16(destination.port) << 16)
  for (const [i, { address }] of [from, to, source, destination].entries())
    raw.set(address, (KEY_ADDRESSES + i * n) * 4)
  made.counters.set([shown.up ?? 0, shown.down ?? 0, shown.packetsUp ?? 0, shown.packetsDown ?? 0])
  made.openedMs = shown.openedMs ?? 0
  made.hasCounters = shown.counters ?? true
  // As kernels set them: SACK_PERM with WINDOW_SCALE after a SYN, with BE_LIBERAL without; ESTABLISHED or TIME_WAIT.
  made.tcpFlags = shown.midStream === true ? 0x0a : 0x03
  made.tcpState = shown.endedAlive === true ? 3 : 7
  return made
}

/** Connections of one family, driven by hand. */
export class Watched {
  readonly counts = noCounts()
  readonly connections: Connections
  readonly bindings = new BindingTimes()
  nowMs = 1_000_000
  #generation = 0
  #baseline = true

  constructor(addressWords: AddressWords = 1, mtu = 1500) {
    this.connections = new Connections(addressWords, mtu, this.counts, new OrientationMemory(1024), opened =>
      this.bindings.of(opened),
    )
    this.connections.beginDump(0, true)
  }

  /** A whole dump that shows these; `during` = ends that the reader kept back until it was over. */
  dump(shown: readonly Shown[], during: readonly Shown[] = [], complete = true): void {
    this.#time()
    this.connections.beginDump(++this.#generation, this.#baseline)
    for (const one of shown) this.connections.seen(sighting(one))
    for (const one of during) this.connections.ended(sighting(one))
    this.connections.endDump(complete)
    if (complete) this.#baseline = false
    this.connections.beginDump(this.#generation, this.#baseline)
  }

  end(...shown: readonly Shown[]): void {
    this.#time()
    for (const one of shown) this.connections.ended(sighting(one))
  }

  /** Rows of the window so far, in the order of their initiators and ports. */
  take(): ConnectionRow[] {
    const packed = this.connections.records.rows.take()
    const bytes = new Uint8Array(packed.words.buffer)
    const text = (word: number) => formatAddress(bytes.subarray(word * 4, (word + packed.addressWords) * 4))
    return Array.from({ length: packed.count }, (_, row) => unpackRow(packed, row, text))
  }

  /** Sums over the rows of the window so far. */
  total(): { up: number; down: number; connections: number } {
    const total = { up: 0, down: 0, connections: 0 }
    for (const row of this.take()) {
      total.up += row.bytesToResponder
      total.down += row.bytesToInitiator
      total.connections += row.connections
    }
    return total
  }

  #time(): void {
    this.connections.setTime(this.nowMs)
  }
}
