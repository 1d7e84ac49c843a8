import { inCidr, parseAddress, parseCidr } from '@weir/contract/addresses.ts'
import type { LoggedInterface, ReadFlowLog } from '@weir/contract/flow-log-wire.ts'
import type { AwsThing } from '@weir/contract/peers.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { MappedInterface, VpcMap } from '../../directory/vpc-map.ts'
import { isMiddlebox, middleboxOfType } from './middlebox.ts'

/** What flow logs ask the VPC's map. */
export type Interfaces = Pick<VpcMap, 'interfaceOf' | 'isLogged' | 'interfacesOf'> & Partial<Pick<VpcMap, 'serviceAt'>>

/** More names than this are forgotten at once, and learned again as they come. */
const MOST = 1_000_000

/**
 * Whose traffic is logged: as the VPC's map says, and, also without one, who has been seen logging. What was learned is
 * not kept over a restart: where a sender is not known to log, compared.ts still counts its bytes once.
 */
export class Loggers {
  readonly #map: Interfaces | undefined
  readonly #seen = new Set<string>()

  constructor(map: Interfaces | undefined) {
    this.#map = map
  }

  /** What the reader reads. */
  flowLogs: readonly ReadFlowLog[] = []

  /** By interface id or address. */
  isLogged(name: string): boolean {
    return this.#seen.has(name) || this.#map?.isLogged(name) === true
  }

  /** The map knows that nobody logs it. */
  isSilent(address: string): boolean {
    return this.#map?.isLogged(address) === false
  }

  learn(name: string): void {
    if (this.#seen.size >= MOST) this.#seen.clear()
    this.#seen.add(name)
  }

  /** All addresses of the EC2 machine that an interface is attached to; undefined where nobody knows whose it is. */
  machineOf({ mapped }: Pick<Logger, 'mapped'>): readonly string[] | undefined {
    if (mapped?.owner.kind !== 'instance') return mapped?.addresses
    return this.#map?.interfacesOf(mapped.owner.id).flatMap(({ addresses }) => addresses)
  }

  mapped(id: string | undefined): MappedInterface | undefined {
    return id === undefined ? undefined : this.#map?.interfaceOf(id)
  }
}

/** An interface that wrote records, as far as it is known what it is. */
export interface Logger {
  readonly id: string
  /** What it is, if it passes traffic on. */
  readonly middlebox: AwsThing | undefined
  readonly mapped: MappedInterface | undefined
  /** Where its records say it lies. */
  readonly zone: Zone | undefined
  readonly vpc: string | undefined
  readonly subnet: string | undefined
}

export function loggerOf(said: LoggedInterface, loggers: Loggers): Logger {
  const mapped = loggers.mapped(said.id)
  const { region, zoneId, account } = said
  const zone =
    region !== undefined && zoneId !== undefined ? { region, id: zoneId, ...(account && { account }) } : undefined
  return {
    id: said.id,
    mapped,
    middlebox: mapped === undefined ? middleboxOfType(said.type) : middleboxOf(mapped),
    zone: mapped?.zone ?? zone,
    vpc: mapped?.vpc ?? said.vpc,
    subnet: mapped?.subnet ?? said.subnet,
  }
}

export function middleboxOf({ owner }: MappedInterface): AwsThing | undefined {
  return owner.kind === 'thing' && isMiddlebox(owner.thing) ? owner.thing : undefined
}

/** Whether the address is the interface's, as one of its own or within a delegated prefix. */
export function hasAddress({ addresses, prefixes }: MappedInterface, address: string): boolean {
  if (addresses.includes(address)) return true
  const bytes = prefixes.length === 0 ? undefined : parseAddress(address)
  if (bytes === undefined) return false
  return prefixes.some(prefix => {
    const cidr = parseCidr(prefix)
    return cidr !== undefined && cidr.bytes.length === bytes.length && inCidr(bytes, cidr)
  })
}
