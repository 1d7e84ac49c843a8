import { type Batch, type BatchWindow, NONE } from '@weir/contract/agent-wire.ts'
import type { Directory } from '../directory/directory.ts'
import { type ServiceName, severalServices } from '../store/several-services.ts'
import { BACKEND, type End, MACHINE } from './end.ts'
import type { EndColumns } from './end-columns.ts'
import type { Ends } from './ends.ts'
import { NOBODY } from './numbers.ts'
import type { SeriesNumbers } from './series-numbers.ts'

/**
 * Only the port tells a pod on its node's network from the node: where a row's responder is the bare address of a
 * machine, it becomes an end of its own for each port. Adds those to `placed` and `columns`; returns the index of each row's responder.
 */
export function respondersOf(
  batch: Batch,
  window: BatchWindow,
  placed: End[],
  ends: Ends,
  columns: EndColumns,
): Uint32Array {
  const { rows, cluster } = batch
  const isOpen = (end: number | string | undefined, index: number) =>
    typeof end === 'string' && ((columns.is[index] ?? 0) & MACHINE) !== 0
  if (!batch.ends.some(isOpen)) return rows.responder
  const byPort = new Map<number, number>()
  return rows.responder.map((index, row) => {
    const port = rows.port[row] ?? 0
    const end = placed[index]
    if (port === 0 || end === undefined || !isOpen(batch.ends[index], index)) return index
    const key = index * 65_536 + port
    const known = byPort.get(key)
    if (known !== undefined) return known
    const resolved = ends.ofAddress(cluster, end.address, port, window)
    const own = placed.push(resolved) - 1
    columns.put(own, resolved)
    byPort.set(key, own)
    return own
  })
}

/** Services by number: by the directory's ids, and by what answers at an address. */
export class Services {
  readonly #directory: Directory
  readonly #series: SeriesNumbers
  /** By id, for as long as the directory has not changed. */
  #byId: (number | undefined)[] = []

  constructor(directory: Directory, series: SeriesNumbers) {
    this.#directory = directory
    this.#series = series
    directory.onChange(() => {
      this.#byId = []
    })
  }

  /** NOBODY for an id that the directory does not know. */
  ofId(id: number): number {
    const known = this.#byId[id]
    if (known !== undefined) return known
    const service = this.#directory.service(id)
    const number = this.#number(service)
    if (service !== undefined) this.#byId[id] = number
    return number
  }

  /** NOBODY where there is none. Several are a number of their own: which of them was meant is not guessed. */
  behind(end: End, port: number, protocol: number, window: BatchWindow): number {
    const found = this.#directory.servicesBehind(end.cluster, end.address, port, protocol, window.from)
    return this.#number(found.length > 1 ? severalServices(found) : found[0])
  }

  #number(service: ServiceName | undefined): number {
    return service === undefined ? NOBODY : this.#series.serviceNumber(service.namespace, service.name)
  }
}

/** The Services that the responders of one batch answer for: as the row says, else as the directory knows. */
export class ServicesOfRows {
  readonly #services: Services
  readonly #batch: Batch
  readonly #window: BatchWindow
  readonly #placed: readonly End[]
  readonly #named: Int32Array
  readonly #behind = new Map<number, number>()

  constructor(services: Services, batch: Batch, window: BatchWindow, placed: readonly End[]) {
    this.#services = services
    this.#batch = batch
    this.#window = window
    this.#placed = placed
    this.#named = new Int32Array(batch.services.length)
    for (let i = 0; i < batch.services.length; i++) this.#named[i] = services.ofId(batch.services[i] ?? NONE)
  }

  /** `responder`: index of the row's responder among the placed ends. */
  of(row: number, responder: number): number {
    const { rows } = this.#batch
    const said = rows.service[row] ?? NONE
    const named = said === NONE ? NOBODY : (this.#named[said] ?? NOBODY)
    if (named !== NOBODY) return named
    const end = this.#placed[responder]
    if (end === undefined || (end.is & BACKEND) === 0) return NOBODY
    const port = rows.port[row] ?? 0
    const protocol = rows.protocol[row] ?? 0
    const key = (responder * 65_536 + port) * 256 + protocol
    const known = this.#behind.get(key)
    if (known !== undefined) return known
    const number = this.#services.behind(end, port, protocol, this.#window)
    this.#behind.set(key, number)
    return number
  }
}
