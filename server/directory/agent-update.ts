import type { DirectoryUpdate, ServiceEntry, SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'
import type { Shared } from './broadcasts.ts'

export type OwnPart = Omit<DirectoryUpdate, 'labels' | 'services' | 'subnets'> & {
  /** Of the node's pods, and of what its agent asked for. */
  readonly own: readonly Label[]
}

/** News for one agent, in two parts: its own, and what others are told too, which is one object for all of them. */
export class AgentUpdate implements DirectoryUpdate {
  readonly own: OwnPart
  readonly shared: Shared

  constructor(own: OwnPart, shared: Shared) {
    this.own = own
    this.shared = shared
  }

  get cursor(): string {
    return this.own.cursor
  }

  get reset(): boolean {
    return this.own.reset
  }

  get watermark(): DirectoryUpdate['watermark'] {
    return this.own.watermark
  }

  get nodeAddresses(): readonly string[] {
    return this.own.nodeAddresses
  }

  get declaredPorts(): DirectoryUpdate['declaredPorts'] {
    return this.own.declaredPorts
  }

  get labels(): readonly Label[] {
    return [...this.own.own, ...this.shared.labels]
  }

  get services(): readonly ServiceEntry[] {
    return this.shared.services
  }

  get subnets(): readonly SubnetEntry[] {
    return this.shared.subnets
  }
}
