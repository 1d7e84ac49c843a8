import type { Peer } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { HeldAddresses } from './held-addresses.ts'
import type { DeclaredPort, Listed, ListedChange, ListedNode, ListedPod } from './listing.ts'

/** One address (or one port of it) that a listed thing gives to a peer: what a label is opened for. */
export interface Claim {
  readonly address: string
  readonly port?: number
  readonly peer: Peer
  readonly node?: string
  readonly zone?: Zone
  /** Ports the pod declares; empty for all other peers. */
  readonly ports: readonly DeclaredPort[]
  readonly since?: EpochMs
}

/**
 * What is listed of one cluster now, and what each thing claims. A thing's claims follow from others too: a pod is in
 * its node's zone, and two pods on their node's network dispute a port. So a change makes others worth another look.
 */
export class World {
  readonly #listed = new Map<string, Listed>()
  /** By node name: the node's key, and the keys of its pods. */
  readonly #nodes = new Map<string, string>()
  readonly #pods = new Map<string, Set<string>>()
  readonly #held = new HeldAddresses()
  /** Keys whose claims may differ from what is kept; whoever has compared them clears it. */
  readonly stale = new Set<string>()

  get(key: string): Listed | undefined {
    return this.#listed.get(key)
  }

  keys(): Iterable<string> {
    return this.#listed.keys()
  }

  take({ key, listed }: ListedChange): void {
    const before = this.#listed.get(key)
    // Most changes of an object are of no concern here.
    if (JSON.stringify(before) === JSON.stringify(listed)) return
    if (before !== undefined) this.#unlink(key, before)
    if (listed === undefined) this.#listed.delete(key)
    else this.#link(key, listed)
    this.stale.add(key)
    for (const one of [before, listed]) if (one !== undefined) this.#touch(one)
  }

  /** What a thing claims now; nothing when it is not listed. */
  claims(key: string): Claim[] {
    const listed = this.#listed.get(key)
    switch (listed?.kind) {
      case 'node':
        return plainClaims(listed, { kind: 'node', name: listed.name }, { node: listed.name, zone: listed.zone })
      case 'service':
        return plainClaims(listed, { kind: 'service', namespace: listed.namespace, name: listed.name }, {})
      case 'interface': {
        const { thing, id, name, zone } = listed
        const all = plainClaims(listed, { kind: 'aws', thing, id, ...given({ name }) }, { zone })
        return all.filter(({ address }) => !this.#held.isHeld(address))
      }
      case 'pod':
        return this.#undisputed(key, podClaims(listed, this.#nodeOf(listed)), listed.node)
      default:
        return []
    }
  }

  #nodeOf(pod: ListedPod): ListedNode | undefined {
    const node = this.#listed.get(this.#nodes.get(pod.node) ?? '')
    return node?.kind === 'node' ? node : undefined
  }

  /** A port of a node that two of its pods declare tells them apart by nothing: it stays the node's. */
  #undisputed(key: string, claims: Claim[], node: string): Claim[] {
    if (claims.every(({ port }) => port === undefined)) return claims
    const others = [...(this.#pods.get(node) ?? [])].flatMap(other => {
      const pod = other === key ? undefined : this.#listed.get(other)
      return pod?.kind === 'pod' && usesNode(pod) ? podClaims(pod, this.#nodeOf(pod)) : []
    })
    const taken = new Set(others.flatMap(({ address, port }) => (port === undefined ? [] : [`${address} ${port}`])))
    return claims.filter(({ address, port }) => port === undefined || !taken.has(`${address} ${port}`))
  }

  #link(key: string, listed: Listed): void {
    this.#listed.set(key, listed)
    this.#held.link(key, listed)
    if (listed.kind === 'node') this.#nodes.set(listed.name, key)
    if (listed.kind !== 'pod') return
    const pods = this.#pods.get(listed.node) ?? new Set()
    this.#pods.set(listed.node, pods.add(key))
  }

  #unlink(key: string, listed: Listed): void {
    this.#held.unlink(key, listed)
    // A node made anew under its name may have come before the old one went.
    if (listed.kind === 'node' && this.#nodes.get(listed.name) === key) this.#nodes.delete(listed.name)
    if (listed.kind !== 'pod') return
    const pods = this.#pods.get(listed.node)
    pods?.delete(key)
    if (pods?.size === 0) this.#pods.delete(listed.node)
  }

  /** Other things whose claims follow from this one. */
  #touch(listed: Listed): void {
    for (const key of this.#held.interfacesAt(listed)) this.stale.add(key)
    if (listed.kind === 'node') for (const pod of this.#pods.get(listed.name) ?? []) this.stale.add(pod)
    if (listed.kind !== 'pod' || !usesNode(listed)) return
    for (const key of this.#pods.get(listed.node) ?? []) {
      const pod = this.#listed.get(key)
      if (pod?.kind === 'pod' && usesNode(pod)) this.stale.add(key)
    }
  }
}

const usesNode = (pod: ListedPod): boolean => pod.hostNetwork || (pod.hostPorts?.length ?? 0) > 0

function plainClaims(
  { addresses, since }: { readonly addresses: readonly string[]; readonly since?: EpochMs },
  peer: Peer,
  { node, zone }: { readonly node?: string; readonly zone?: Zone | undefined },
): Claim[] {
  return addresses.map(address => ({ address, peer, ports: [], ...given({ node, zone, since }) }))
}

/** A pod is in its node's zone: a network interface never leaves its zone. */
function podClaims(pod: ListedPod, node: ListedNode | undefined): Claim[] {
  const { namespace, name, workload, hostNetwork, ports, hostPorts = [], since } = pod
  const peer: Peer = { kind: 'pod', namespace, name, workload, hostNetwork }
  const shared = { node: pod.node, ...given({ zone: node?.zone, since }) }
  const nodeAddresses = node?.addresses ?? []
  // A hostNetwork pod is its node, but for the ports it declares.
  if (hostNetwork) return portClaims(pod.addresses.length > 0 ? pod.addresses : nodeAddresses, ports, peer, shared)
  return [
    ...pod.addresses.map(address => ({ address, peer, ports, ...shared })),
    ...portClaims(nodeAddresses, hostPorts, { ...peer, hostNetwork: true }, shared),
  ]
}

/** 53/tcp and 53/udp are one label. */
function portClaims(
  addresses: readonly string[],
  ports: readonly DeclaredPort[],
  peer: Peer,
  shared: Omit<Claim, 'address' | 'port' | 'peer' | 'ports'>,
): Claim[] {
  const numbers = [...new Set(ports.map(({ port }) => port))]
  return addresses.flatMap(address =>
    numbers.map(port => ({ address, port, peer, ports: ports.filter(one => one.port === port), ...shared })),
  )
}

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> } // only undefined fields left out
}
