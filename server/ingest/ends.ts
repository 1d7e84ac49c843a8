import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import type { Label, LabelId, Peer } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs, unreachable } from '@weir/contract/units.ts'
import { type Zone, zoneKey } from '@weir/contract/zones.ts'
import type { Directory, Placed } from '../directory/directory.ts'
import type { SeriesEnd } from '../store/series.ts'
import { type ClusterNumbers, NOBODY } from './numbers.ts'
import type { SeriesNumbers } from './series-numbers.ts'

/** An end of rows, resolved once a batch and then handled by number. */
export interface End {
  readonly placed: Placed
  /** Canonical text; '' when the end is a label id nobody knows. */
  readonly address: string
  /** Number of its SeriesEnd. */
  readonly seriesEnd: number
  /** Number of its address, or NOBODY. Outside ends have none: nobody joins hops by them. */
  readonly addressNumber: number
  /** Number of the node whose agent is responsible for it, or NOBODY. */
  readonly node: number
  /** What it is: bits, see OUTSIDE and the following. */
  readonly is: number
  /** The directory has a label for it. */
  readonly isLabelled: boolean
  readonly cluster: string
  /** From and until when its label holds, epoch ms; for ever where it has none. */
  readonly from: number
  readonly until: number
  /** The directory's version for which this was last found true. */
  version: number
}

/** The internet and AWS's own things: they never have an agent. */
export const OUTSIDE = 1
/** An address of a node itself, or of a pod on its network: traffic between such ends is never inside a tunnel. */
export const MACHINE = 2
/** A label id that nobody knows, or no address at all. */
export const UNKNOWN = 4
/** A pod or a node: a Service may answer behind it. */
export const BACKEND = 8

/** A label stays good for rows this long after it ended: its connections outlive the pod, and spools its node. */
export const LABEL_GRACE_MS = 24 * 3_600_000

/** Resolves ends of rows: label ids are checked against the directory's own intervals, bare addresses placed by time. */
export class Ends {
  readonly #directory: Directory
  readonly #series: SeriesNumbers
  readonly #addresses: ClusterNumbers
  readonly #nodes: ClusterNumbers
  /** By label id; an entry is as good as the directory was at its version. */
  readonly #byLabel: (End | undefined)[] = []
  #version = 0

  constructor(directory: Directory, series: SeriesNumbers, addresses: ClusterNumbers, nodes: ClusterNumbers) {
    this.#directory = directory
    this.#series = series
    this.#addresses = addresses
    this.#nodes = nodes
    directory.onChange(() => this.#version++)
  }

  ofLabel(cluster: string, id: LabelId, window: BatchWindow): End {
    const known = this.#byLabel[id]
    if (known?.version === this.#version && known.cluster === cluster && isGoodFor(known, window)) return known
    const label = this.#directory.label(id)
    if (label === undefined) return this.#end(cluster, '', nowhere('never listed'))
    let end = known
    if (end === undefined || end.placed.label !== label) {
      if (!this.#isOf(cluster, label)) return this.#end(cluster, '', nowhere('never listed'))
      const { peer, zone, node } = label
      end = this.#end(cluster, label.address, { peer, zone, node, label })
      this.#byLabel[id] = end
    }
    if (end.cluster !== cluster) return this.#end(cluster, '', nowhere('never listed'))
    end.version = this.#version
    return isGoodFor(end, window) ? end : this.#end(cluster, label.address, nowhere('gone'))
  }

  /** The last moment of the window decides; who had left by then is looked for at its first. `address` is canonical. */
  ofAddress(cluster: string, address: string, port: number, window: BatchWindow): End {
    const late = this.#directory.place(cluster, address, port, epochMs(window.to - 1))
    if (late.label !== undefined || late.peer.kind === 'internet') return this.#end(cluster, address, late)
    const early = this.#directory.place(cluster, address, port, window.from)
    return this.#end(cluster, address, early.label === undefined ? late : early)
  }

  /** An end that is no address at all. */
  ofNonsense(cluster: string): End {
    return this.#end(cluster, '', nowhere('not an address'))
  }

  /** The node a row went through: the reporting node, under its own name whatever address was dialled. */
  viaNumber(cluster: string, via: End, reporter: string, at: EpochMs): number {
    const zone = via.placed.zone ?? this.#directory.nodes(cluster, at).get(reporter)
    return this.#series.endNumber(cluster, seriesEnd({ kind: 'node', name: via.placed.node ?? reporter }, zone))
  }

  /** Ids are unique over all clusters: one that this cluster's own intervals do not lead to is another's. */
  #isOf(cluster: string, label: Label): boolean {
    const { peer, label: found } = this.#directory.place(cluster, label.address, label.port ?? 0, label.from)
    return found?.id === label.id || (peer.kind === 'unplaced' && peer.reason === 'ambiguous')
  }

  #end(cluster: string, address: string, placed: Placed): End {
    const { peer, zone, node, label } = placed
    const isOutside = peer.kind === 'internet' || peer.kind === 'aws'
    const isMachine = peer.kind === 'node' || (peer.kind === 'pod' && peer.hostNetwork)
    const isBackend = peer.kind === 'node' || peer.kind === 'pod'
    return {
      placed,
      address,
      seriesEnd: this.#series.endNumber(cluster, seriesEnd(peer, zone)),
      addressNumber: isOutside || address === '' ? NOBODY : this.#addresses.of(cluster, address),
      node: node === undefined ? NOBODY : this.#nodes.of(cluster, node),
      is:
        (isOutside ? OUTSIDE : 0) |
        (isMachine ? MACHINE : 0) |
        (address === '' ? UNKNOWN : 0) |
        (isBackend ? BACKEND : 0),
      isLabelled: label !== undefined,
      cluster,
      from: label?.from ?? Number.NEGATIVE_INFINITY,
      until: label?.to ?? Number.POSITIVE_INFINITY,
      version: this.#version,
    }
  }
}

const nowhere = (reason: 'never listed' | 'gone' | 'not an address'): Placed => ({
  peer: { kind: 'unplaced', reason },
  zone: undefined,
  node: undefined,
  label: undefined,
})

const isGoodFor = (end: End, window: BatchWindow): boolean =>
  end.from < window.to && end.until > window.from - LABEL_GRACE_MS

/** What is kept of a peer for ever; see SeriesEnd. */
export function seriesEnd(peer: Peer, zone: Zone | undefined): SeriesEnd {
  const named = (name: string, namespace = '', workloadKind = ''): SeriesEnd => ({
    kind: peer.kind,
    namespace,
    name,
    workloadKind,
    zone: zone === undefined ? '' : zoneKey(zone),
  })
  switch (peer.kind) {
    case 'pod':
      return named(peer.workload.name, peer.namespace, peer.workload.kind)
    case 'service':
      return named(peer.name, peer.namespace)
    case 'node':
      return named(peer.name)
    case 'aws':
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
