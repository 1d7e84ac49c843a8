import { type Batch, type BatchWindow, NONE } from '@weir/contract/agent-wire.ts'
import type { Directory } from '../directory/directory.ts'
import type { End, Ends } from './ends.ts'
import { NOBODY } from './numbers.ts'
import type { SeriesNumbers } from './series-numbers.ts'

/**
 * Only the port tells a pod on its node's network from the node: where a row's responder is the bare address of a
 * machine, it becomes an end of its own for each port. Adds those to `ends`; returns the index of each row's responder.
 */
export function respondersOf(batch: Batch, window: BatchWindow, placed: End[], ends: Ends): Uint32Array {
  const { rows, cluster } = batch
  const isOpen = batch.ends.map((end, i) => typeof end === 'string' && placed[i]?.isMachine === true)
  if (!isOpen.includes(true)) return rows.responder
  const byPort = new Map<number, number>()
  return rows.responder.map((index, row) => {
    const port = rows.port[row] ?? 0
    const end = placed[index]
    if (port === 0 || end === undefined || isOpen[index] !== true) return index
    const key = index * 65_536 + port
    const known = byPort.get(key)
    if (known !== undefined) return known
    const own = placed.push(ends.ofAddress(cluster, end.address, port, window)) - 1
    byPort.set(key, own)
    return own
  })
}

/** Numbers of the Services that a batch's responders answer for: as the row says, else as the directory knows. */
export class ServicesOf {
  readonly #directory: Directory
  readonly #series: SeriesNumbers
  readonly #batch: Batch
  readonly #window: BatchWindow
  readonly #placed: readonly End[]
  readonly #named: Int32Array
  readonly #behind = new Map<number, number>()

  constructor(
    authorities: { readonly directory: Directory; readonly series: SeriesNumbers },
    batch: Batch,
    window: BatchWindow,
    placed: readonly End[],
  ) {
    this.#directory = authorities.directory
    this.#series = authorities.series
    this.#batch = batch
    this.#window = window
    this.#placed = placed
    this.#named = Int32Array.from(batch.services, id => this.#number(authorities.directory.service(id)))
  }

  /** `responder`: index of the row's responder among the placed ends. */
  of(row: number, responder: number): number {
    const { rows } = this.#batch
    const said = rows.service[row] ?? NONE
    const named = said === NONE ? NOBODY : (this.#named[said] ?? NOBODY)
    if (named !== NOBODY) return named
    const end = this.#placed[responder]
    if (end?.isBackend !== true) return NOBODY
    const port = rows.port[row] ?? 0
    const protocol = rows.protocol[row] ?? 0
    const key = (responder * 65_536 + port) * 256 + protocol
    const known = this.#behind.get(key)
    if (known !== undefined) return known
    const { cluster } = this.#batch
    const number = this.#number(this.#directory.serviceBehind(cluster, end.address, port, protocol, this.#window.from))
    this.#behind.set(key, number)
    return number
  }

  #number(service: { readonly namespace: string; readonly name: string } | undefined): number {
    return service === undefined ? NOBODY : this.#series.serviceNumber(service.namespace, service.name)
  }
}
