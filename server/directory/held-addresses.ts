import type { Listed } from './listing.ts'

/**
 * Who wins an address: a pod or node of the cluster is more than the interface that the VPC's map lists there, which
 * may be that pod's own.
 */
export class HeldAddresses {
  /** How many pods and nodes have an address. */
  readonly #holders = new Map<string, number>()
  /** Keys of the interfaces at an address. */
  readonly #interfaces = new Map<string, Set<string>>()

  isHeld(address: string): boolean {
    return this.#holders.has(address)
  }

  /** The interfaces at the addresses of a pod or node: what they may be called follows from it. */
  *interfacesAt(listed: Listed): Iterable<string> {
    for (const address of addressesOf(listed)) yield* this.#interfaces.get(address) ?? []
  }

  link(key: string, listed: Listed): void {
    for (const address of addressesOf(listed)) this.#holders.set(address, (this.#holders.get(address) ?? 0) + 1)
    if (listed.kind !== 'interface') return
    for (const address of listed.addresses) {
      const keys = this.#interfaces.get(address) ?? new Set()
      this.#interfaces.set(address, keys.add(key))
    }
  }

  unlink(key: string, listed: Listed): void {
    for (const address of addressesOf(listed)) {
      const left = (this.#holders.get(address) ?? 0) - 1
      if (left > 0) this.#holders.set(address, left)
      else this.#holders.delete(address)
    }
    if (listed.kind !== 'interface') return
    for (const address of listed.addresses) {
      const keys = this.#interfaces.get(address)
      keys?.delete(key)
      if (keys?.size === 0) this.#interfaces.delete(address)
    }
  }
}

/** What a hostNetwork pod has is its node's. */
function addressesOf(listed: Listed): readonly string[] {
  if (listed.kind === 'node') return listed.addresses
  return listed.kind === 'pod' && !listed.hostNetwork ? listed.addresses : []
}
