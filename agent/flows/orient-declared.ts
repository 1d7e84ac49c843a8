import type { Bound, ConnectionRow } from '../sources/flow-source.ts'

/** Ports that a Service, a node port or a pod declares, as of when a connection was opened. */
export interface Declared {
  declares(address: string, port: number, protocol: number, bound: Bound): boolean
}

export interface Oriented {
  readonly row: ConnectionRow
  /** false: picked up in mid-stream, and neither end declares its port; kept as the kernel shows it. */
  readonly resolved: boolean
}

/**
 * Puts a connection that was picked up in mid-stream the right way round: its first packet may have been an answer, so
 * the end whose port a Service or a pod declares is the responder. The ephemeral port has done its work and goes.
 */
export function orientDeclared(row: ConnectionRow, known: Declared): Oriented {
  if (!row.midStream) return { row, resolved: true }
  const declares = (address: string, port: number): boolean =>
    port !== 0 && known.declares(address, port, row.protocol, row)
  if (declares(row.dialled, row.dialledPort) || declares(row.responder, row.responderPort))
    return { row: { ...row, initiatorPort: 0 }, resolved: true }
  if (declares(row.initiator, row.initiatorPort)) return { row: reversed(row), resolved: true }
  return { row: { ...row, initiatorPort: 0 }, resolved: false }
}

const reversed = (row: ConnectionRow): ConnectionRow => ({
  ...row,
  initiator: row.responder,
  initiatorPort: 0,
  dialled: row.seenAs,
  dialledPort: row.initiatorPort,
  responder: row.initiator,
  responderPort: row.initiatorPort,
  seenAs: row.dialled,
  bytesToResponder: row.bytesToInitiator,
  bytesToInitiator: row.bytesToResponder,
  wireToResponder: row.wireToInitiator,
  wireToInitiator: row.wireToResponder,
  packetsToResponder: row.packetsToInitiator,
  packetsToInitiator: row.packetsToResponder,
})
