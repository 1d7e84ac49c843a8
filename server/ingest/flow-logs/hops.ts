import type { FlowLogBatch } from '@weir/contract/flow-log-wire.ts'
import type { AwsThing } from '@weir/contract/peers.ts'
import { type Direction, directionsOf } from './direction.ts'
import { hasAddress, type Logger, type Loggers, loggerOf, middleboxOf } from './loggers.ts'

/** The hop one row tells of: bytes from one machine to another, as one of the two interfaces logged them. */
export interface Hop {
  readonly from: HopEnd
  readonly to: HopEnd
  readonly direction: Direction
  /** The interface that wrote it. */
  readonly logger: Logger
  /** What passes the traffic on at one of its ends: conntrack does not know such hops. */
  readonly middlebox: AwsThing | undefined
}

export interface HopEnd {
  readonly address: string
  /** The middlebox this end is. */
  readonly box?: Logger
}

/**
 * Tells hops from rows. An interface that ends traffic logs packets: the hop's machines are the packet's ends, whoever
 * passed it on in between. One that passes traffic on is itself an end of the hop; so is the next hop, unless it logs
 * itself: its own record is then that hop, and this one the packet's way from end to end.
 */
export function hopsOf(batch: FlowLogBatch, loggers: Loggers): (row: number) => Hop | undefined {
  const { rows, addresses, interfaces, nextHops } = batch
  const known = interfaces.map(one => loggerOf(one, loggers))
  for (const { id, middlebox } of known) if (middlebox !== undefined) loggers.learn(id)
  const nexts = nextHops.map(({ id }) => nextBox(id, loggers))
  const directionOf = directionsOf(batch, (index, address) => {
    const mapped = known[index]?.mapped
    return mapped === undefined ? undefined : hasAddress(mapped, address)
  })
  return row => {
    const logger = known[rows.interface[row] ?? -1]
    const direction = directionOf(row)
    if (logger === undefined || direction === undefined) return undefined
    const at = (column: Uint32Array) => addresses[column[row] ?? -1] ?? ''
    const [source, destination] = [at(rows.source), at(rows.destination)]
    const packet = [{ address: at(rows.packetSource) }, { address: at(rows.packetDestination) }] as const
    const hop = (from: HopEnd, to: HopEnd, middlebox?: AwsThing): Hop => ({ from, to, direction, logger, middlebox })
    if (logger.middlebox !== undefined)
      return direction === 'egress'
        ? hop({ address: source, box: logger }, { address: destination }, logger.middlebox)
        : hop({ address: source }, { address: destination, box: logger }, logger.middlebox)
    const next = nexts[rows.nextHop[row] ?? -1]
    if (next === undefined || loggers.isLogged(next.box.id)) return hop(...packet)
    return direction === 'egress' ? hop(packet[0], next, next.box.middlebox) : hop(next, packet[1], next.box.middlebox)
  }
}

/** Only the VPC's map tells the next hop's address, by which its own records would be known. */
function nextBox(id: string | undefined, loggers: Loggers): Required<HopEnd> | undefined {
  const mapped = loggers.mapped(id)
  const [address] = mapped?.addresses ?? []
  if (mapped === undefined || address === undefined || middleboxOf(mapped) === undefined) return undefined
  return { address, box: loggerOf({ id: mapped.id }, loggers) }
}
