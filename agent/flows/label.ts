import type { Dialled } from '@weir/contract/agent-wire.ts'
import type { LabelId } from '@weir/contract/peers.ts'
import type { Bound } from '../sources/flow-source.ts'
import type { Hop } from './hops.ts'

/** An end of a row: the label id, or the bare address where no label is known. */
export type End = LabelId | string

/** What the directory answers, always as of the moment connections were opened. */
export interface Labels {
  /**
   * The label of an address; one of just that port (a hostNetwork pod) goes before the address's own. With port 0, or
   * where the ports of a node are not known, nothing is said of pods on it: then the server places the bare address.
   */
  labelOf(address: string, port: number, bound: Bound): LabelId | undefined
  /** The Service that is dialled at its own address and port. */
  serviceAt(address: string, port: number, protocol: number, bound: Bound): DialledService | undefined
  /** The Service behind a node's port. */
  serviceAtNodePort(address: string, port: number, protocol: number, bound: Bound): DialledService | undefined
  declares(address: string, port: number, protocol: number, bound: Bound): boolean
  isInternet(address: string): boolean
}

export interface DialledService {
  readonly id: number
  readonly port: number
  readonly generation: number
}

/** Everything of a row but its sums. */
export interface RowKey {
  readonly initiator: End
  readonly responder: End
  readonly via: End | undefined
  readonly leg: Hop['leg']
  readonly role: Hop['role']
  readonly dialled: Dialled
  readonly service: number | undefined
  readonly protocol: number
  readonly port: number
  readonly generation: number
}

/** Ports from here on are handed out to clients (net.ipv4.ip_local_port_range); a server there must declare its port. */
const FIRST_EPHEMERAL_PORT = 32_768
/** On the internet only ports that IANA assigns by process stay: others would multiply series without an owner. */
const FIRST_UNPRIVILEGED_PORT = 1024

/** Puts labels on a hop's ends, and finds the Service that was dialled. */
export function labelHop(hop: Hop, labels: Labels): RowKey {
  const { row } = hop
  const { dialledPort, protocol } = row
  const end = (address: string, port: number): End => labels.labelOf(address, port, row) ?? address
  const service = labels.serviceAt(row.dialled, dialledPort, protocol, row)
  const behindNode =
    service === undefined ? labels.serviceAtNodePort(row.dialled, dialledPort, protocol, row) : undefined
  const isTunnel = hop.role === 'tunnel' || hop.role === 'tunnel witness'
  // A nodePort and a tunnel's port are the node's own.
  const ownPort = isTunnel || (behindNode !== undefined && row.dialled === row.responder) ? 0 : row.responderPort
  const keyed = (dialled: Dialled, port: number, of?: DialledService): RowKey => ({
    initiator: end(hop.initiator, 0),
    responder: end(hop.responder, ownPort),
    via: hop.via === undefined ? undefined : end(hop.via, 0),
    leg: hop.leg,
    role: hop.role,
    dialled,
    service: of?.id,
    protocol,
    port,
    generation: of?.generation ?? 0,
  })
  // What a node received or tunnelled is only held against what others sent: sums per pair of machines are enough. A
  // first leg keeps its Service: where the sender has no agent, the witness is all there is, and the Service is known.
  const sumsOnly = hop.role !== 'primary' && hop.leg === 'direct'
  if (sumsOnly) return keyed('direct', 0)
  if (service !== undefined) return keyed('cluster-ip', service.port, service)
  if (behindNode !== undefined) return keyed('node-port', behindNode.port, behindNode)
  return keyed('direct', lastingPort(hop, labels))
}

function lastingPort({ row, responder }: Hop, labels: Labels): number {
  const port = row.responderPort
  if (port < FIRST_UNPRIVILEGED_PORT) return port
  const limit = labels.isInternet(responder) ? FIRST_UNPRIVILEGED_PORT : FIRST_EPHEMERAL_PORT
  return port < limit || labels.declares(responder, port, row.protocol, row) ? port : 0
}
