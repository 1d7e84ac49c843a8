import { type Cidr, inCidr, isPublic, parseAddress, parseCidr } from '@weir/contract/addresses.ts'
import type { DirectoryUpdate, ServiceEntry, SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { Label, LabelId } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Owner, Ownership } from '../flows/hops.ts'
import type { DialledService, Labels } from '../flows/label.ts'
import type { Declared } from '../flows/orient-declared.ts'
import type { Bound } from '../sources/flow-source.ts'
import { type BindingSpan, Bindings } from './bindings.ts'
import { LabelBook } from './label-book.ts'
import { inRanges, type OwnAddresses } from './own-addresses.ts'
import { ServiceBook } from './service-book.ts'

/** Ended labels and Services are of use while connections that saw them may still report their last bytes. */
const KEEP_ENDED_MS = 3_600_000

/** What survives a restart: so that a node labels its flows also when no server answers. */
export interface DirectoryState {
  readonly cursor: string | undefined
  readonly watermark: EpochMs
  readonly labels: readonly Label[]
  readonly nodeAddresses: readonly string[]
  readonly declaredPorts: DirectoryUpdate['declaredPorts']
  readonly services: readonly ServiceEntry[]
  readonly subnets: readonly SubnetEntry[]
  readonly raises: readonly number[]
}

/** The moments from which on connections must be told apart from those before. */
type Changes = readonly (EpochMs | undefined)[]

/** What this agent knows of addresses: the server's word where it has one, else the node's own interfaces and routes. */
export class AgentDirectory implements Ownership, Declared, Labels {
  readonly #node: string
  readonly #onRaise: (binding: number, from: EpochMs) => void
  #bindings = new Bindings()
  #labels = new LabelBook()
  #services = new ServiceBook()
  #declared = new Map<LabelId, DirectoryUpdate['declaredPorts'][number][]>()
  #pushedAddresses: readonly string[] = []
  #subnets: readonly { readonly entry: SubnetEntry; readonly cidr: Cidr }[] = []
  #own: OwnAddresses = { node: [], podRanges: [] }
  #nodeAddresses: ReadonlySet<string> = new Set()
  #nodeLabel: LabelId | undefined
  #answered = new Set<string>()
  #cursor: string | undefined
  #watermark = epochMs(0)

  /** @param onRaise told a binding, and from when on it holds, whenever connections must be told apart. */
  constructor(node: string, onRaise: (binding: number, from: EpochMs) => void) {
    this.#node = node
    this.#onRaise = onRaise
  }

  get cursor(): string | undefined {
    return this.#cursor
  }

  get watermark(): EpochMs {
    return this.#watermark
  }

  get labelCount(): number {
    return this.#labels.size
  }

  /** Where an update could not be applied, the next poll starts over. */
  forgetCursor(): void {
    this.#cursor = undefined
  }

  /** Takes up where an earlier process ended. What happened meanwhile is not known, so connections are bound anew. */
  restore(state: DirectoryState | undefined, now: EpochMs): void {
    this.#bindings = new Bindings(state?.raises)
    if (state !== undefined) this.#take({ ...state, cursor: state.cursor ?? '', reset: true }, now)
    this.#cursor = state?.cursor
    this.#raise([now], now)
  }

  state(): DirectoryState {
    return {
      cursor: this.#cursor,
      watermark: this.#watermark,
      labels: this.#labels.all(),
      nodeAddresses: this.#pushedAddresses,
      declaredPorts: [...this.#declared.values()].flat(),
      services: this.#services.all(),
      subnets: this.#subnets.map(({ entry }) => entry),
      raises: this.#bindings.raises,
    }
  }

  /** News that the server pushed. */
  apply(update: DirectoryUpdate, now: EpochMs): void {
    this.#raise(this.#take(update, now), now)
  }

  /** Answers to questions, and what an acknowledgement said of labels. */
  learn(labels: readonly Label[], drop: readonly LabelId[], now: EpochMs): void {
    const changes = labels.map(label => this.#labels.put(label))
    const dropped = drop.map(id => (this.#labels.drop(id) ? this.#latest(now) : undefined))
    this.#raise([...changes, ...dropped], now)
  }

  /** What the node's own network says; read anew with every window. */
  observeOwn(own: OwnAddresses): void {
    this.#own = own
    this.#nodeAddresses = new Set([...own.node, ...this.#pushedAddresses])
  }

  ownerOf(address: string, bound: Bound): Owner {
    if (this.#nodeAddresses.has(address)) return 'node'
    const label = this.#labels.at(address, 0, this.#bindings.spanOf(bound))
    if (label !== undefined && label.node === this.#node) return label.peer.kind === 'node' ? 'node' : 'pod'
    if (label !== undefined) return 'elsewhere'
    return inRanges(address, this.#own.podRanges) ? 'pod' : 'elsewhere'
  }

  nodeAddress(like: string): string {
    const sameFamily = (address: string): boolean => address.includes(':') === like.includes(':')
    const known = [...this.#pushedAddresses, ...this.#own.node.filter(isReachable)]
    return known.find(sameFamily) ?? known[0] ?? like
  }

  isInternet(address: string): boolean {
    const bytes = parseAddress(address)
    return bytes !== undefined && isPublic(bytes) && !this.#subnets.some(({ cidr }) => inCidr(bytes, cidr))
  }

  labelOf(address: string, port: number, bound: Bound): LabelId | undefined {
    const label = this.#labels.at(address, port, this.#bindings.spanOf(bound))
    if (port !== 0 && label !== undefined && this.#mayHidePods(label)) return undefined
    // An address of the node that nobody listed (a bridge's) is the node all the same.
    return label?.id ?? (this.#nodeAddresses.has(address) ? this.#nodeLabel : undefined)
  }

  serviceAt(address: string, port: number, protocol: number, bound: Bound): DialledService | undefined {
    return this.#services.at(address, port, protocol, this.#bindings.spanOf(bound))
  }

  serviceAtNodePort(address: string, port: number, protocol: number, bound: Bound): DialledService | undefined {
    const span = this.#bindings.spanOf(bound)
    return this.#isNode(address, span) ? this.#services.atNodePort(port, protocol, span) : undefined
  }

  declares(address: string, port: number, protocol: number, bound: Bound): boolean {
    const span = this.#bindings.spanOf(bound)
    const label = this.#labels.at(address, port, span)
    if (label?.port === port) return true
    const declared = label === undefined ? undefined : this.#declared.get(label.id)
    if (declared?.some(one => one.port === port && one.protocol === protocol)) return true
    if (this.#services.at(address, port, protocol, span) !== undefined) return true
    return this.serviceAtNodePort(address, port, protocol, bound) !== undefined
  }

  hasLabel(address: string): boolean {
    return this.#labels.knows(address)
  }

  /** Whether asking about an address that answers connections could tell more: who it is, or which pods share it. */
  isOpen(address: string): boolean {
    const labels = this.#labels.of(address)
    return labels.length === 0 || labels.some(label => this.#mayHidePods(label))
  }

  /** The server was asked for these: all it knows of them, and will know, is or comes here. */
  answered(addresses: readonly string[]): void {
    for (const address of addresses) this.#answered.add(address)
  }

  /** Nodes are pushed without the hostNetwork pods on them; those of this node are. */
  #mayHidePods(label: Label): boolean {
    const otherNode = label.peer.kind === 'node' && label.node !== this.#node
    return otherNode && !this.#answered.has(label.address)
  }

  #isNode(address: string, span: BindingSpan): boolean {
    return this.#nodeAddresses.has(address) || this.#labels.at(address, 0, span)?.peer.kind === 'node'
  }

  /** Returns when something changed. */
  #take(update: Omit<DirectoryState, 'raises'> & { readonly reset: boolean }, now: EpochMs): Changes {
    // After a reset nobody knows what became of the labels that were given out before.
    const changes: (EpochMs | undefined)[] = update.reset && this.#labels.size > 0 ? [this.#latest(now)] : []
    if (update.reset) this.#forget()
    for (const label of update.labels) changes.push(this.#labels.put(label))
    for (const service of update.services) changes.push(this.#services.put(service, this.#latest(now)))
    for (const one of update.declaredPorts) this.#declare(one)
    if (update.reset || update.nodeAddresses.length > 0) this.#pushedAddresses = update.nodeAddresses
    this.#addSubnets(update.subnets)
    this.#nodeLabel = this.#labels.all().find(({ peer, to }) => to === null && isNodeNamed(peer, this.#node))?.id
    this.observeOwn(this.#own)
    this.#cursor = update.cursor
    this.#watermark = update.watermark
    return changes
  }

  #forget(): void {
    this.#labels = new LabelBook()
    this.#services = new ServiceBook()
    this.#declared = new Map()
    this.#subnets = []
    this.#answered = new Set()
  }

  #declare(one: DirectoryUpdate['declaredPorts'][number]): void {
    const ports = this.#declared.get(one.label) ?? []
    if (!ports.some(({ port, protocol }) => port === one.port && protocol === one.protocol)) ports.push(one)
    this.#declared.set(one.label, ports)
  }

  #addSubnets(subnets: readonly SubnetEntry[]): void {
    const byId = new Map(this.#subnets.map(subnet => [subnet.entry.id, subnet]))
    for (const entry of subnets) {
      const cidr = parseCidr(entry.cidr)
      if (cidr !== undefined) byId.set(entry.id, { entry, cidr })
    }
    this.#subnets = [...byId.values()]
  }

  #raise(changes: Changes, now: EpochMs): void {
    const moments = new Set(changes.filter(change => change !== undefined))
    if (moments.size === 0) return
    const horizon = epochMs(now - KEEP_ENDED_MS)
    this.#labels.prune(horizon)
    this.#services.prune(horizon)
    // Where the server's clock, which dates changes, is ahead of ours: what is opened from now on saw the change.
    for (const at of moments) this.#onRaise(this.#bindings.raise(at), epochMs(Math.min(at, now)))
  }

  /** Now, by our clock and by the server's: what is bound from here on finds everything that was told. */
  #latest(now: EpochMs): EpochMs {
    return epochMs(Math.max(now, this.#watermark))
  }
}

const isNodeNamed = (peer: Label['peer'], name: string): boolean => peer.kind === 'node' && peer.name === name

const isReachable = (address: string): boolean =>
  !address.startsWith('127.') && address !== '::1' && !address.startsWith('fe80:')
