import { flowLogColumns } from '@weir/contract/flow-log-codec.ts'
import { type FlowLogBatch, type LoggedInterface, type NextHop, NO_NEXT_HOP } from '@weir/contract/flow-log-wire.ts'
import type { Dictionary } from './dictionary.ts'
import { type Folded, unpack } from './fold.ts'

/** A batch without what the reader adds when it sends it. */
export interface ObjectBatch extends Omit<FlowLogBatch, 'version' | 'cluster' | 'lease' | 'object'> {
  /** The newest `end` of its records, seconds since the epoch; 0: it has none. */
  readonly newestEnd: number
}

/** What was folded as a message: its own lists hold what its rows name, and nothing else. */
export function objectBatch(folded: Folded, dictionary: Dictionary, isLast: boolean): ObjectBatch {
  const { sums, from, to, skipped, newestEnd } = folded
  const rows = flowLogColumns(sums.count)
  const interfaces = new Used(dictionary.interfaces.size)
  const addresses = new Used(dictionary.addressCount)
  const nextHops = new Used(dictionary.nextHops.size)
  for (let row = 0; row < sums.count; row++) {
    rows.minute[row] = sums.key(row, 0)
    rows.interface[row] = interfaces.position(sums.key(row, 1))
    rows.source[row] = addresses.position(sums.key(row, 2))
    rows.destination[row] = addresses.position(sums.key(row, 3))
    rows.packetSource[row] = addresses.position(sums.key(row, 4))
    rows.packetDestination[row] = addresses.position(sums.key(row, 5))
    const small = sums.key(row, 6)
    rows.direction[row] = unpack.direction(small)
    rows.initiator[row] = unpack.initiator(small)
    rows.port[row] = unpack.port(small)
    rows.protocol[row] = unpack.protocol(small)
    const hop = sums.key(row, 7)
    rows.path[row] = unpack.path(hop)
    const next = unpack.nextHop(hop)
    rows.nextHop[row] = next === 0 ? NO_NEXT_HOP : nextHops.position(next)
  }
  rows.bytes.set(sums.bytes.subarray(0, sums.count))
  rows.packets.set(sums.packets.subarray(0, sums.count))
  rows.flows.set(sums.flows.subarray(0, sums.count))
  return {
    records: { from, to, isLast },
    skipped,
    interfaces: interfaces.numbers.map((number): LoggedInterface => dictionary.interfaces.thing(number)),
    addresses: addresses.numbers.map(number => dictionary.addressText(number) ?? ''),
    nextHops: nextHops.numbers.map((number): NextHop => dictionary.nextHops.thing(number)),
    rows,
    newestEnd,
  }
}

/** Which numbers are used, in the order they come up, and where each stands in that list. */
class Used {
  readonly numbers: number[] = []
  readonly #positions: Int32Array

  /** @param highest number that can come */
  constructor(highest: number) {
    this.#positions = new Int32Array(highest + 1)
  }

  position(number: number): number {
    const known = this.#positions[number] as number
    if (known > 0) return known - 1
    this.numbers.push(number)
    this.#positions[number] = this.numbers.length
    return this.numbers.length - 1
  }
}
