import type { Leg, Role } from '@weir/contract/agent-wire.ts'
import { isTunnel } from '@weir/contract/tunnels.ts'
import type { Bound, ConnectionRow } from '../sources/flow-source.ts'

/** Whose address it is: this node's own, a pod's of this node, or neither. */
export type Owner = 'node' | 'pod' | 'elsewhere'

/** What this node knows of itself; the directory answers it (agent/directory/directory.ts). */
export interface Ownership {
  /** As of the moment the connection was opened: an address may have had another owner before. */
  ownerOf(address: string, bound: Bound): Owner
  /** An address of this node, of the family of `like` where it has one: names the node where an entry does not. */
  nodeAddress(like: string): string
  /** Public and in no subnet of ours: no agent lives there. */
  isInternet(address: string): boolean
}

/** Bytes between two machines. The machines are initiator and responder of a direct leg, else one of them and `via`. */
export interface Hop {
  readonly row: ConnectionRow
  readonly initiator: string
  readonly responder: string
  readonly via: string | undefined
  readonly leg: Leg
  readonly role: Role
  readonly connections: number
}

/**
 * The hops that carried a row's bytes, and the role in which this node reports each: the table "Counted once" of
 * docs/design.md. None for what never left a machine's own network: loopback, and a pod that talks to itself.
 */
export function hopsOf(row: ConnectionRow, own: Ownership): readonly Hop[] {
  const near = isLoopback(row.initiator) ? 'node' : own.ownerOf(row.initiator, row)
  const far = isLoopback(row.responder) ? 'node' : own.ownerOf(row.responder, row)
  if (row.initiator === row.responder || (near === 'node' && far === 'node')) return []
  if (isTunnel(row.protocol, row.responderPort) && (near === 'node' || far === 'node')) return [tunnel(row, near)]
  if (near !== 'elsewhere') return [sent(row, far, own)]
  if (far !== 'elsewhere') return [received(row, own)]
  return forwarded(row, own)
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1'

const hop = (row: ConnectionRow, leg: Leg, role: Role, via?: string): Hop => ({
  row,
  initiator: row.initiator,
  responder: row.responder,
  via,
  leg,
  role,
  // Counted on the first hop. The witness carries them too: it counts where the sending node has no agent.
  connections: leg === 'second' ? 0 : row.connections,
})

const tunnel = (row: ConnectionRow, near: Owner): Hop => ({
  ...hop(row, 'direct', near === 'node' ? 'tunnel' : 'tunnel witness'),
  connections: 0,
})

function sent(row: ConnectionRow, far: Owner, own: Ownership): Hop {
  const masqueraded = far === 'elsewhere' && row.seenAs !== row.initiator && isNode(row.seenAs, row, own)
  // The far node sees this node as the initiator: the hop is named as its witness names it. Nobody watches the
  // internet's end, and there the detour would only multiply series.
  if (masqueraded && !isNode(row.initiator, row, own) && !own.isInternet(row.responder))
    return { ...hop(row, 'second', 'primary', row.seenAs), connections: row.connections }
  return hop(row, 'direct', 'primary')
}

function received(row: ConnectionRow, own: Ownership): Hop {
  // A nodePort of this node with its backend here: the sender dialled the node, and names the hop so.
  if (row.dialled !== row.responder && isNode(row.dialled, row, own)) return hop(row, 'first', 'witness', row.dialled)
  return hop(row, 'direct', 'witness')
}

function forwarded(row: ConnectionRow, own: Ownership): readonly Hop[] {
  const entry = nodeSide(row.dialled, row, own)
  const exit = nodeSide(row.seenAs, row, own)
  return [hop(row, 'first', 'witness', entry), hop(row, 'second', 'primary', exit)]
}

const isNode = (address: string, row: ConnectionRow, own: Ownership): boolean =>
  !isLoopback(address) && own.ownerOf(address, row) === 'node'

const nodeSide = (address: string, row: ConnectionRow, own: Ownership): string =>
  isNode(address, row, own) ? address : own.nodeAddress(address)
