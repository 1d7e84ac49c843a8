import type { ServiceEntry, ServicePort } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { DialledService } from '../flows/label.ts'
import type { BindingSpan } from './bindings.ts'

/** Services by what is dialled: their own address and port, or a port of any node. */
export class ServiceBook {
  readonly #byId = new Map<number, ServiceEntry>()
  readonly #byAddress = new Map<string, Set<ServiceEntry>>()
  readonly #byNodePort = new Map<number, Set<ServiceEntry>>()

  all(): readonly ServiceEntry[] {
    return [...this.#byId.values()]
  }

  /**
   * Takes a Service in. Returns the moment from which connections must be told apart, if any: when its routing changed or it
   * ended, else `now` where anything else of it did.
   */
  put(service: ServiceEntry, now: EpochMs): EpochMs | undefined {
    const known = this.#byId.get(service.id)
    if (known !== undefined) this.#forget(known)
    this.#byId.set(service.id, service)
    for (const address of service.addresses) filed(this.#byAddress, address).add(service)
    for (const { nodePort } of service.ports) if (nodePort !== undefined) filed(this.#byNodePort, nodePort).add(service)
    if (known === undefined || JSON.stringify(known) === JSON.stringify(service)) return undefined
    if (known.to !== service.to) return service.to ?? now
    const last = service.generations.at(-1)
    return last !== undefined && last.generation !== known.generations.at(-1)?.generation ? last.from : now
  }

  at(address: string, port: number, protocol: number, span: BindingSpan): DialledService | undefined {
    return find(this.#byAddress.get(address), entry => entry.port === port && entry.protocol === protocol, span)
  }

  atNodePort(port: number, protocol: number, span: BindingSpan): DialledService | undefined {
    return find(this.#byNodePort.get(port), entry => entry.nodePort === port && entry.protocol === protocol, span)
  }

  prune(before: EpochMs): void {
    for (const service of this.#byId.values()) {
      if (service.to === null || service.to >= before) continue
      this.#forget(service)
      this.#byId.delete(service.id)
    }
  }

  #forget(service: ServiceEntry): void {
    for (const address of service.addresses) this.#byAddress.get(address)?.delete(service)
    for (const { nodePort } of service.ports)
      if (nodePort !== undefined) this.#byNodePort.get(nodePort)?.delete(service)
  }
}

function filed<K>(index: Map<K, Set<ServiceEntry>>, key: K): Set<ServiceEntry> {
  const found = index.get(key)
  if (found !== undefined) return found
  const made = new Set<ServiceEntry>()
  index.set(key, made)
  return made
}

function find(
  candidates: Iterable<ServiceEntry> | undefined,
  fits: (port: ServicePort) => boolean,
  span: BindingSpan,
): DialledService | undefined {
  let found: { readonly service: ServiceEntry; readonly port: number } | undefined
  for (const service of candidates ?? []) {
    if ((service.to !== null && service.to <= span.from) || born(service) >= span.until) continue
    const port = service.ports.find(fits)?.port
    // An address that changed hands within the span belongs to the earlier Service: that one was in force first.
    if (port !== undefined && (found === undefined || born(service) < born(found.service))) found = { service, port }
  }
  if (found === undefined) return undefined
  return { id: found.service.id, port: found.port, generation: generationAt(found.service, span.from) }
}

const born = (service: ServiceEntry): number => service.generations[0]?.from ?? 0

/** The generation in force at that moment; a Service that came later: its first. */
function generationAt(service: ServiceEntry, at: EpochMs): number {
  const inForce = service.generations.findLast(({ from }) => from <= at)
  return (inForce ?? service.generations[0])?.generation ?? 0
}
