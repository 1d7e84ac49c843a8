/** Bits of tcp-flags; those of a connection's packets in the interval are OR-ed (VPC user guide, "tcp-flags"). */
const SYN = 2
const ACK = 16
/** Linux gives ports from here on to who opens a connection (net.ipv4.ip_local_port_range); node ports lie below. */
const FIRST_EPHEMERAL = 32_768

/** Positions in `initiators` (contract/flow-log-wire.ts). */
export const INITIATOR = { unknown: 0, source: 1, destination: 2 } as const

/**
 * Who opened the connection of which a record shows one direction. A SYN alone comes from who opened it, a SYN with ACK
 * from who answered; records of later intervals show neither, and there the end with the lower port answered. Where both
 * ports are ephemeral or equal, nobody knows.
 * @param flags tcp-flags, or below 0 where they are not given
 */
export function initiatorOf(flags: number, sourcePort: number, destinationPort: number): number {
  if (flags > 0 && (flags & SYN) !== 0) return (flags & ACK) === 0 ? INITIATOR.source : INITIATOR.destination
  if (sourcePort <= 0 || destinationPort <= 0 || sourcePort === destinationPort) return INITIATOR.unknown
  if (sourcePort >= FIRST_EPHEMERAL && destinationPort >= FIRST_EPHEMERAL) return INITIATOR.unknown
  return destinationPort < sourcePort ? INITIATOR.source : INITIATOR.destination
}

/** The port that answered; of an unknown initiator the one both ends use, else 0. */
export function responderPort(initiator: number, sourcePort: number, destinationPort: number): number {
  if (initiator === INITIATOR.source) return Math.max(destinationPort, 0)
  if (initiator === INITIATOR.destination) return Math.max(sourcePort, 0)
  return sourcePort === destinationPort ? Math.max(sourcePort, 0) : 0
}
