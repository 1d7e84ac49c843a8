import type { DuckDBConnection } from '@duckdb/node-api'
import { dialledAs, legs } from '@weir/contract/agent-wire.ts'
import { bases, type SeriesEnd, type SeriesId, type SeriesKey, seriesText } from '../series.ts'
import { laneText } from './lane.ts'
import { appendRows } from './rows.ts'

/** The series in memory: ids are positions. What is new since the last commit is written with the next one. */
export class SeriesTable {
  readonly #ids = new Map<string, SeriesId>()
  readonly #keys: SeriesKey[] = []
  readonly #lanes = new Map<string, SeriesId>()
  readonly #laneOf: SeriesId[] = []
  /** Series below this id are in the file. */
  #durable = 0

  static async load(connection: DuckDBConnection): Promise<SeriesTable> {
    const table = new SeriesTable()
    const result = await connection.stream('SELECT key FROM series ORDER BY id')
    for await (const rows of result.yieldRows()) for (const [text] of rows) table.id(fromRow(String(text)))
    table.#durable = table.count
    return table
  }

  get count(): number {
    return this.#keys.length
  }

  id(key: SeriesKey): SeriesId {
    const text = seriesText(key)
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const id = this.#keys.length
    this.#ids.set(text, id)
    this.#keys.push(key)
    const lane = laneText(key)
    const first = this.#lanes.get(lane)
    if (first === undefined) this.#lanes.set(lane, id)
    this.#laneOf.push(first ?? id)
    return id
  }

  /** @throws RangeError on an id that was never given out. */
  key(id: SeriesId): SeriesKey {
    const key = this.#keys[id]
    if (key === undefined) throw new RangeError(`no series ${id}: there are ${this.#keys.length}`)
    return key
  }

  /** The first series of the same lane: it stands for the lane. */
  lane(id: SeriesId): SeriesId {
    return this.#laneOf[id] ?? id
  }

  /** Appends the new series within the connection's transaction; call the returned function once that is committed. */
  async append(connection: DuckDBConnection): Promise<() => void> {
    const { count } = this
    if (count > this.#durable) {
      let id = this.#durable
      await appendRows(connection, 'series', this.#keys.slice(this.#durable, count), (to, key) => {
        to.appendInteger(id)
        to.appendInteger(this.lane(id++))
        to.appendVarchar(toRow(key))
      })
    }
    return () => {
      this.#durable = Math.max(this.#durable, count)
    }
  }
}

/** A key as a JSON array; fields may be added at the end. */
function toRow(key: SeriesKey): string {
  const end = (e: SeriesEnd) => [e.kind, e.namespace, e.name, e.workloadKind, e.zone, ...(e.vpc ? [e.vpc] : [])]
  const { serviceNamespace, serviceName, dialled, leg, via, viaZone, protocol, port, generation, basis } = key
  const rest = [serviceNamespace, serviceName, dialled, leg, via, viaZone, protocol, port, generation, basis]
  const further = key.responderCluster === undefined ? [] : [key.responderCluster]
  return JSON.stringify([key.cluster, end(key.initiator), end(key.responder), ...rest, ...further])
}

const kinds = ['pod', 'node', 'service', 'aws', 'subnet', 'internet', 'unplaced'] as const satisfies SeriesEnd['kind'][]

/** Names repeat in thousands of series: each is kept once. */
const names = new Map<string, string>()
function shared(value: unknown): string {
  const text = String(value)
  const known = names.get(text)
  if (known !== undefined) return known
  names.set(text, text)
  return text
}

/** @throws RangeError on a row that `toRow` of this or an earlier version did not make. */
function fromRow(text: string): SeriesKey {
  const row: unknown = JSON.parse(text)
  if (!Array.isArray(row) || row.length < 13) throw new RangeError(`not a series: ${text}`)
  const end = (value: unknown): SeriesEnd => {
    if (!Array.isArray(value) || value.length < 5) throw new RangeError(`not an end of a series: ${text}`)
    const [kind, namespace, name, workloadKind, zone, vpc] = value
    return {
      kind: member(kinds, kind),
      namespace: shared(namespace),
      name: shared(name),
      workloadKind: shared(workloadKind),
      zone: shared(zone),
      ...(vpc !== undefined && { vpc: shared(vpc) }),
    }
  }
  const [cluster, initiator, responder, serviceNamespace, serviceName, dialled, leg, via, viaZone, ...rest] = row
  return {
    cluster: shared(cluster),
    initiator: end(initiator),
    responder: end(responder),
    serviceNamespace: shared(serviceNamespace),
    serviceName: shared(serviceName),
    dialled: member(dialledAs, dialled),
    leg: member(legs, leg),
    via: shared(via),
    viaZone: shared(viaZone),
    protocol: Number(rest[0]),
    port: Number(rest[1]),
    generation: Number(rest[2]),
    basis: member(bases, rest[3]),
    ...(rest[4] !== undefined && { responderCluster: shared(rest[4]) }),
  }
}

function member<T extends string>(allowed: readonly T[], value: unknown): T {
  const found = allowed.find(one => one === value)
  if (found === undefined) throw new RangeError(`${JSON.stringify(value)} is none of ${allowed.join(', ')}`)
  return found
}
