import { canonicalAddress } from '@weir/contract/addresses.ts'
import type { Batch, BatchWindow } from '@weir/contract/agent-wire.ts'
import type { Label, LabelId, Peer } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs, unreachable } from '@weir/contract/units.ts'
import { type Zone, zoneKey } from '@weir/contract/zones.ts'
import type { Directory, Placed } from '../directory/directory.ts'
import type { VpcMap } from '../directory/vpc-map.ts'
import type { SeriesEnd } from '../store/series.ts'
import { BACKEND, type End, INTERNET, isGoodFor, MACHINE, MIDDLEBOX, OUTSIDE, UNKNOWN } from './end.ts'
import type { EndColumns } from './end-columns.ts'
import { isMiddlebox } from './flow-logs/middlebox.ts'
import { LabelCache } from './label-cache.ts'
import { type ClusterNumbers, NOBODY, Numbers } from './numbers.ts'
import type { SeriesNumbers } from './series-numbers.ts'

/** The ends of a batch. */
export interface ResolvedEnds {
  /** Parallel to the batch's; ends may be added. */
  readonly ends: End[]
  /** Labels of addresses the agent sent bare. */
  readonly learn: readonly Label[]
  /** Label ids the agent should forget. */
  readonly drop: readonly LabelId[]
}

/** Resolves ends of rows: label ids are checked against the directory's own intervals, bare addresses placed by time. */
export class Ends {
  readonly #directory: Directory
  readonly #series: SeriesNumbers
  readonly #addresses: ClusterNumbers
  readonly #nodes: ClusterNumbers
  readonly #clusters = new Numbers<string>()
  readonly #known = new LabelCache()
  readonly #serviceAt: VpcMap['serviceAt']

  /** @param serviceAt tells what of the internet is a service of AWS; without it all of the internet is one. */
  constructor(
    directory: Directory,
    series: SeriesNumbers,
    addresses: ClusterNumbers,
    nodes: ClusterNumbers,
    serviceAt: VpcMap['serviceAt'] = () => undefined,
  ) {
    this.#serviceAt = serviceAt
    this.#directory = directory
    this.#series = series
    this.#addresses = addresses
    this.#nodes = nodes
    directory.onChange(() => this.#known.doubt())
  }

  /** Resolves what a batch says of its ends, in order; their numbers go into `columns`. */
  ofBatch({ cluster, ends }: Pick<Batch, 'cluster' | 'ends'>, window: BatchWindow, columns: EndColumns): ResolvedEnds {
    const number = this.#clusters.numberOf(cluster, cluster)
    const learn: Label[] = []
    const drop: LabelId[] = []
    const resolved = ends.map((said, index) => {
      const isId = typeof said === 'number'
      const known = isId ? this.#known.find(number, said, window, columns, index) : undefined
      if (known !== undefined) return known
      const end = isId ? this.#ofLabel(cluster, said, window) : this.#ofText(cluster, said, window)
      columns.put(index, end)
      if (isId && !end.isLabelled) drop.push(said)
      // Another cluster's label is not told: nobody would tell this agent when it ends.
      if (!isId && end.placed.label !== undefined && end.cluster === cluster) learn.push(end.placed.label)
      return end
    })
    return { ends: resolved, learn, drop }
  }

  #ofLabel(cluster: string, id: LabelId, window: BatchWindow): End {
    const placed = this.#directory.placedLabel(id)
    const label = placed?.label
    if (placed === undefined || label === undefined) return this.#end(cluster, '', nowhere('never listed'))
    const number = this.#clusters.numberOf(cluster, cluster)
    let end = this.#known.end(id)
    if (end?.placed !== placed) {
      if (!this.#isOf(cluster, label)) return this.#end(cluster, '', nowhere('never listed'))
      end = this.#end(cluster, label.address, placed)
    }
    if (end.cluster !== cluster) return this.#end(cluster, '', nowhere('never listed'))
    this.#known.put(number, id, end)
    return isGoodFor(end, window) ? end : this.#end(cluster, label.address, nowhere('gone'))
  }

  #ofText(cluster: string, said: string, window: BatchWindow): End {
    const address = canonicalAddress(said)
    // What is no address at all is an end, too.
    if (address === undefined) return this.#end(cluster, '', nowhere('not an address'))
    return this.ofAddress(cluster, address, 0, window)
  }

  /** The last moment of the window decides; who had left by then is looked for at its first. `address` is canonical. */
  ofAddress(cluster: string, address: string, port: number, window: BatchWindow): End {
    const late = this.#directory.place(cluster, address, port, epochMs(window.to - 1))
    if (late.label !== undefined || late.peer.kind === 'internet') return this.#end(cluster, address, late)
    const early = this.#directory.place(cluster, address, port, window.from)
    return this.#end(cluster, address, early.label === undefined ? late : early)
  }

  /** The node a row went through: the reporting node, under its own name whatever address was dialled. */
  viaNumber(cluster: string, via: End, reporter: string, at: EpochMs): number {
    const zone = via.placed.zone ?? this.#directory.nodes(cluster, at).get(reporter)
    return this.#series.endNumber(cluster, seriesEnd({ kind: 'node', name: via.placed.node ?? reporter }, zone))
  }

  /** Whether the directory knows of any node then: not of times before it began, or before its journal was lost. */
  knowsNodes(cluster: string, at: EpochMs): boolean {
    return this.#directory.nodes(cluster, at).size > 0
  }

  /** An end of which it is known otherwise what it is: an AWS interface, or an address whose zone a record tells. */
  ofPlaced(cluster: string, address: string, placed: Placed): End {
    return this.#end(cluster, address, placed)
  }

  /** Ids are unique over all clusters: one that this cluster's own intervals do not lead to is another's. */
  #isOf(cluster: string, label: Label): boolean {
    const placed = this.#directory.place(cluster, label.address, label.port ?? 0, label.from)
    const { peer, label: found } = placed
    if (placed.cluster !== undefined) return false
    return found?.id === label.id || (peer.kind === 'unplaced' && peer.reason === 'ambiguous')
  }

  #seriesEnd(address: string, { peer, zone, vpc }: Placed): SeriesEnd {
    const end = seriesEnd(peer, zone, vpc)
    const service = peer.kind === 'internet' ? this.#serviceAt(address) : undefined
    return service === undefined ? end : { ...end, name: service }
  }

  /** An end of another cluster is numbered as that cluster's own agents' rows have it, so that both reports meet. */
  #end(asking: string, address: string, placed: Placed): End {
    const { peer, node, label, cluster = asking } = placed
    const isOutside = peer.kind === 'internet' || peer.kind === 'aws'
    const isMachine = peer.kind === 'node' || (peer.kind === 'pod' && peer.hostNetwork)
    const isBackend = peer.kind === 'node' || peer.kind === 'pod'
    return {
      placed,
      address,
      seriesEnd: this.#series.endNumber(cluster, this.#seriesEnd(address, placed)),
      addressNumber:
        address === '' ? NOBODY : this.#addresses.of(cluster, peer.kind === 'internet' ? ALL_INTERNET : address),
      node: node === undefined ? NOBODY : this.#nodes.of(cluster, node),
      is:
        (isOutside ? OUTSIDE : 0) |
        (isMachine ? MACHINE : 0) |
        (address === '' ? UNKNOWN : 0) |
        (isBackend ? BACKEND : 0) |
        (peer.kind === 'aws' && isMiddlebox(peer.thing) ? MIDDLEBOX : 0) |
        (peer.kind === 'internet' ? INTERNET : 0),
      isLabelled: label !== undefined,
      cluster,
      from: label?.from ?? Number.NEGATIVE_INFINITY,
      until: label?.to ?? Number.POSITIVE_INFINITY,
    }
  }
}

/** The address of all of the internet: there are too many of them to number, and nobody joins hops by one. */
const ALL_INTERNET = 'internet'

const nowhere = (reason: 'never listed' | 'gone' | 'not an address'): Placed => ({
  peer: { kind: 'unplaced', reason },
  zone: undefined,
  node: undefined,
  label: undefined,
})

/** What is kept of a peer for ever; see SeriesEnd. */
export function seriesEnd(peer: Peer, zone: Zone | undefined, vpc?: string): SeriesEnd {
  const named = (name: string, namespace = '', workloadKind = ''): SeriesEnd => ({
    kind: peer.kind,
    namespace,
    name,
    workloadKind,
    zone: zone === undefined ? '' : zoneKey(zone),
    ...(vpc !== undefined && { vpc }),
  })
  switch (peer.kind) {
    case 'pod':
      return named(peer.workload.name, peer.namespace, peer.workload.kind)
    case 'service':
      return named(peer.name, peer.namespace)
    case 'node':
      return named(peer.name)
    case 'aws':
      return named(peer.id, '', peer.thing)
    case 'subnet':
      return named(peer.id)
    case 'internet':
      return named('')
    case 'unplaced':
      return named(peer.reason)
    default:
      return unreachable(peer)
  }
}
