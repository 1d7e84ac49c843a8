import { epochMs } from '@weir/contract/units.ts'
import type { ConnectionRow } from '../../../agent/sources/flow-source.ts'

/** A TCP row of 100 bytes there and 900 back over one new connection, from 10.1.1.10 to 10.1.2.20:8080; change what the case is about. */
export function row(change: Partial<ConnectionRow> = {}): ConnectionRow {
  const initiator = change.initiator ?? '10.1.1.10'
  const responder = change.responder ?? '10.1.2.20'
  const responderPort = change.responderPort ?? 8080
  return {
    protocol: 6,
    conntrackZone: 0,
    initiator,
    initiatorPort: 0,
    dialled: responder,
    dialledPort: responderPort,
    responder,
    responderPort,
    seenAs: initiator,
    midStream: false,
    binding: 1,
    since: epochMs(0),
    bytesToResponder: 100,
    bytesToInitiator: 900,
    wireToResponder: 110,
    wireToInitiator: 990,
    packetsToResponder: 2,
    packetsToInitiator: 3,
    connections: 1,
    ...change,
  }
}
