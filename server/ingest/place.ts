import { canonicalAddress } from '@weir/contract/addresses.ts'
import { type Batch, type BatchWindow, legs, NONE, roles } from '@weir/contract/agent-wire.ts'
import type { Label, LabelId } from '@weir/contract/peers.ts'
import type { Directory, Placed } from '../directory/directory.ts'
import type { End, Ends } from './ends.ts'
import { type ClusterNumbers, NOBODY } from './numbers.ts'
import { type SeriesNumbers, shapeOf } from './series-numbers.ts'

/** What happens to a row, before time and coverage are looked at. Tunnels are told from their inside at sealing. */
export const kinds = ['primary', 'witness', 'tunnel', 'tunnel witness', 'foreign hop', 'unknown end'] as const
export const PRIMARY = 0
export const WITNESS = 1
export const TUNNEL = 2
export const TUNNEL_WITNESS = 3
/** The local end of the hop is another node's: counted as set aside, and never added. */
export const FOREIGN_HOP = 4
/** A witness or tunnel with an end that has no address: nobody can tell whether another node reported the same bytes. */
export const UNKNOWN_END = 5

/** Bits of `endsAre` in PlacedRows. */
export const NEAR_OUTSIDE = 1
export const FAR_OUTSIDE = 2
export const NEAR_MACHINE = 4
export const FAR_MACHINE = 8

/** Rows by number; all columns run parallel to the batch's rows. near: the hop's end towards the initiator. */
export interface PlacedRows {
  readonly count: number
  readonly kind: Uint8Array
  /** Number of the series; the basis is that of the role. */
  readonly series: Int32Array
  readonly near: Int32Array
  readonly far: Int32Array
  readonly nearNode: Int32Array
  readonly farNode: Int32Array
  /** Bits of what the ends are: see NEAR_OUTSIDE and the following. */
  readonly endsAre: Uint8Array
}

export interface PlacedBatch {
  readonly batch: Batch
  /** Shifted by the agent's clock offset; the batch's own window is as the agent wrote it. */
  readonly window: BatchWindow
  readonly node: number
  readonly rows: PlacedRows
  /** Parallel to batch.ends. */
  readonly placed: readonly Placed[]
  /** Labels of addresses the agent sent bare. */
  readonly learn: readonly Label[]
  /** Label ids the agent should forget. */
  readonly drop: readonly LabelId[]
}

export interface Placer {
  place(batch: Batch, window: BatchWindow): PlacedBatch
}

const [DIRECT, FIRST] = [legs.indexOf('direct'), legs.indexOf('first')]
const basisOf = roles.map(role => (role === 'primary' || role === 'witness' ? role : 'outer'))

/** Places whole batches: every distinct end once, then the rows by number. */
export function createPlacer(directory: Directory, ends: Ends, series: SeriesNumbers, nodes: ClusterNumbers): Placer {
  return {
    place(batch, window) {
      const node = nodes.of(batch.cluster, batch.node)
      const resolved = batch.ends.map(end => resolve(ends, batch.cluster, end, window))
      const rows = placeRows(batch, window, node, { directory, ends, series }, resolved)
      return {
        batch,
        window,
        node,
        rows,
        placed: resolved.map(end => end.placed),
        learn: resolved.flatMap((end, i) =>
          typeof batch.ends[i] === 'string' && end.placed.label !== undefined ? end.placed.label : [],
        ),
        drop: batch.ends.filter(
          (end, i): end is number => typeof end === 'number' && resolved[i]?.placed.label === undefined,
        ),
      }
    },
  }
}

function resolve(ends: Ends, cluster: string, end: number | string, window: BatchWindow): End {
  if (typeof end === 'number') return ends.ofLabel(cluster, end, window)
  const address = canonicalAddress(end)
  return address === undefined ? ends.ofNonsense(cluster) : ends.ofAddress(cluster, address, 0, window)
}

interface Authorities {
  readonly directory: Directory
  readonly ends: Ends
  readonly series: SeriesNumbers
}

function placeRows(
  batch: Batch,
  window: BatchWindow,
  node: number,
  { directory, ends, series }: Authorities,
  resolved: readonly End[],
): PlacedRows {
  const { rows, cluster } = batch
  const { count } = rows
  const out = {
    count,
    kind: new Uint8Array(count),
    series: new Int32Array(count),
    near: new Int32Array(count),
    far: new Int32Array(count),
    nearNode: new Int32Array(count),
    farNode: new Int32Array(count),
    endsAre: new Uint8Array(count),
  }
  const responders = new Responders(batch, window, { directory, ends, series }, resolved)
  const viaNumbers = new Map<number, number>()
  const viaNumber = (index: number, via: End): number => {
    const known = viaNumbers.get(index)
    if (known !== undefined) return known
    const number = ends.viaNumber(cluster, via, batch.node, window.from)
    viaNumbers.set(index, number)
    return number
  }
  for (let i = 0; i < count; i++) {
    const leg = rows.leg[i] ?? DIRECT
    const role = rows.role[i] ?? PRIMARY
    const viaIndex = rows.via[i] ?? NONE
    const initiator = endAt(resolved, rows.initiator[i])
    const responder = responders.at(i)
    const via = leg === DIRECT ? undefined : endAt(resolved, viaIndex)
    const near = via === undefined || leg === FIRST ? initiator : via
    const far = via === undefined || leg !== FIRST ? responder : via
    out.series[i] = series.numberOf(
      initiator.seriesEnd,
      responder.seriesEnd,
      responders.serviceAt(i, responder),
      via === undefined ? NOBODY : viaNumber(viaIndex, via),
      shapeOf(rows.port[i] ?? 0, rows.protocol[i] ?? 0, rows.dialled[i] ?? 0, leg, basisOf[role] ?? 'primary'),
      rows.generation[i] ?? 0,
    )
    out.kind[i] = kindOf(role, near, far, node)
    out.near[i] = near.addressNumber
    out.far[i] = far.addressNumber
    out.nearNode[i] = near.node
    out.farNode[i] = far.node
    out.endsAre[i] =
      (near.reach === 'outside' ? NEAR_OUTSIDE : 0) |
      (far.reach === 'outside' ? FAR_OUTSIDE : 0) |
      (near.isMachine ? NEAR_MACHINE : 0) |
      (far.isMachine ? FAR_MACHINE : 0)
  }
  return out
}

/** The node at a hop's sending end reports it as primary, the one at its receiving end as witness; an end that no node owns is believed. */
function kindOf(role: number, near: End, far: End, reporter: number): number {
  const isWitness = role === WITNESS || role === TUNNEL_WITNESS
  const local = isWitness ? far.node : near.node
  if (local !== NOBODY && local !== reporter) return FOREIGN_HOP
  return role !== PRIMARY && (near.reach === 'unknown' || far.reach === 'unknown') ? UNKNOWN_END : role
}

function endAt(resolved: readonly End[], index: number | undefined): End {
  const end = resolved[index ?? NONE]
  if (end === undefined) throw new RangeError(`end ${index} was not checked when the batch was decoded`)
  return end
}

/** Responders of a batch's rows: a bare address may be another pod on each port, and a Service is told by the port. */
class Responders {
  readonly #batch: Batch
  readonly #window: BatchWindow
  readonly #from: Authorities
  readonly #resolved: readonly End[]
  readonly #named: Int32Array
  readonly #byPort = new Map<number, End>()
  readonly #behind = new Map<number, number>()

  constructor(batch: Batch, window: BatchWindow, from: Authorities, resolved: readonly End[]) {
    this.#batch = batch
    this.#window = window
    this.#from = from
    this.#resolved = resolved
    this.#named = Int32Array.from(batch.services, id => {
      const service = from.directory.service(id)
      return service === undefined ? NOBODY : from.series.serviceNumber(service.namespace, service.name)
    })
  }

  at(row: number): End {
    const { rows, ends, cluster } = this.#batch
    const index = rows.responder[row] ?? NONE
    const end = endAt(this.#resolved, index)
    const port = rows.port[row] ?? 0
    // Only the port tells a pod on its node's network from the node: other ends are the same on every port.
    if (typeof ends[index] !== 'string' || port === 0 || !end.isMachine) return end
    const key = index * 65_536 + port
    const known = this.#byPort.get(key)
    if (known !== undefined) return known
    const placed = this.#from.ends.ofAddress(cluster, end.address, port, this.#window)
    this.#byPort.set(key, placed)
    return placed
  }

  serviceAt(row: number, responder: End): number {
    const { rows, cluster } = this.#batch
    const named = this.#named[rows.service[row] ?? NONE] ?? NOBODY
    const { kind } = responder.placed.peer
    if (named !== NOBODY || (kind !== 'pod' && kind !== 'node')) return named
    const port = rows.port[row] ?? 0
    const protocol = rows.protocol[row] ?? 0
    const key = ((rows.responder[row] ?? 0) * 65_536 + port) * 256 + protocol
    const known = this.#behind.get(key)
    if (known !== undefined) return known
    const { directory, series } = this.#from
    const behind = directory.serviceBehind(cluster, responder.address, port, protocol, this.#window.from)
    const number = behind === undefined ? NOBODY : series.serviceNumber(behind.namespace, behind.name)
    this.#behind.set(key, number)
    return number
  }
}
