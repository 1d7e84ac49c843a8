import type { Peer } from '@weir/contract/peers.ts'
import type { FlowEnd } from '@weir/contract/queries.ts'

/** What an address is called, in one line. */
export function peerWords(peer: Peer): string {
  switch (peer.kind) {
    case 'pod':
      return `${peer.namespace}/${peer.name}`
    case 'service':
      return `${peer.namespace}/${peer.name}`
    case 'node':
      return `node ${peer.name}`
    case 'aws':
      return peer.name === undefined ? `${peer.thing} ${peer.id}` : `${peer.thing} ${peer.name}`
    case 'subnet':
      return `${peer.id}, owner unknown`
    case 'internet':
      return 'internet'
    case 'unplaced':
      return `unplaced: ${peer.reason}`
  }
}

/** The small print: address and zone. */
export const addressWords = ({ address, zone, peer }: FlowEnd): string =>
  [address, peer.kind === 'internet' ? '' : (zone ?? 'zone not known')].filter(word => word !== '').join(' · ')

const protocols: { readonly [number: number]: string } = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6', 132: 'SCTP' }

/** "TCP 8080", "protocol 47". */
export const portWords = (protocol: number, port: number): string =>
  `${protocols[protocol] ?? `protocol ${protocol}`}${port === 0 ? '' : ` ${port}`}`
