import { dialledAs, legs, NONE, type RowColumns, roles } from '@weir/contract/agent-wire.ts'
import { rowColumns } from '@weir/contract/batch-codec.ts'
import type { End, RowKey } from './label.ts'

/** Bytes of one row, both ways, and the connections first seen. */
export interface Sums {
  readonly bytesToResponder: number
  readonly bytesToInitiator: number
  readonly wireToResponder: number
  readonly wireToInitiator: number
  readonly connections: number
}

/** A window's rows on the wire: ends and services are the tables that the columns point into. */
export interface WireRows {
  readonly ends: readonly End[]
  readonly services: readonly number[]
  readonly rows: RowColumns
}

interface Line {
  readonly key: RowKey
  readonly sums: { -readonly [name in keyof Sums]: Sums[name] }
}

/** Sums rows while a window is cut; on the wire they stand in a fixed order, so that equal windows are equal bytes. */
export class Tally {
  readonly #lines = new Map<string, Line>()

  get size(): number {
    return this.#lines.size
  }

  /** @param connections where they are not those of the sums: a connection counts on its first hop only */
  add(key: RowKey, sums: Sums, connections = sums.connections): void {
    const text = keyText(key)
    const line = this.#lines.get(text)
    if (line === undefined) {
      const { bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator } = sums
      const own = { bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections }
      this.#lines.set(text, { key, sums: own })
      return
    }
    line.sums.bytesToResponder += sums.bytesToResponder
    line.sums.bytesToInitiator += sums.bytesToInitiator
    line.sums.wireToResponder += sums.wireToResponder
    line.sums.wireToInitiator += sums.wireToInitiator
    line.sums.connections += connections
  }

  /** Adds the rows of a batch that was made before: windows are merged when the spool fills. */
  addWire({ ends, services, rows }: WireRows): void {
    for (let i = 0; i < rows.count; i++) this.add(keyAt(rows, i, ends, services), sumsAt(rows, i))
  }

  toWire(): WireRows {
    const endAt = new Map<End, number>()
    const serviceAt = new Map<number, number>()
    for (const { key } of this.#lines.values()) {
      endAt.set(key.initiator, 0).set(key.responder, 0)
      if (key.via !== undefined) endAt.set(key.via, 0)
      if (key.service !== undefined) serviceAt.set(key.service, 0)
    }
    const ends = [...endAt.keys()].sort(byEnd)
    for (const [i, end] of ends.entries()) endAt.set(end, i)
    const services = [...serviceAt.keys()].sort((a, b) => a - b)
    for (const [i, id] of services.entries()) serviceAt.set(id, i)
    const rows = rowColumns(this.#lines.size)
    for (const [i, text] of [...this.#lines.keys()].sort().entries()) {
      const line = this.#lines.get(text)
      if (line === undefined) continue
      const { key, sums } = line
      rows.initiator[i] = endAt.get(key.initiator) ?? NONE
      rows.responder[i] = endAt.get(key.responder) ?? NONE
      rows.via[i] = key.via === undefined ? NONE : (endAt.get(key.via) ?? NONE)
      rows.leg[i] = legs.indexOf(key.leg)
      rows.role[i] = roles.indexOf(key.role)
      rows.dialled[i] = dialledAs.indexOf(key.dialled)
      rows.service[i] = key.service === undefined ? NONE : (serviceAt.get(key.service) ?? NONE)
      rows.protocol[i] = key.protocol
      rows.port[i] = key.port
      rows.generation[i] = key.generation
      rows.bytesToResponder[i] = sums.bytesToResponder
      rows.bytesToInitiator[i] = sums.bytesToInitiator
      rows.wireToResponder[i] = sums.wireToResponder
      rows.wireToInitiator[i] = sums.wireToInitiator
      rows.connections[i] = sums.connections
    }
    return { ends, services, rows }
  }
}

/** Numbers and texts never meet: an address has a dot or a colon, an id has neither. */
const keyText = (key: RowKey): string =>
  `${key.initiator}|${key.responder}|${key.via ?? ''}|${key.leg}|${key.role}|${key.dialled}|${key.service ?? ''}|` +
  `${key.protocol}|${key.port}|${key.generation}`

/** Ids first, by number; then addresses, by text. */
function byEnd(a: End, b: End): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  return typeof b === 'number' ? 1 : a < b ? -1 : 1
}

function keyAt(rows: RowColumns, i: number, ends: readonly End[], services: readonly number[]): RowKey {
  const via = rows.via[i] ?? NONE
  const service = rows.service[i] ?? NONE
  return {
    initiator: endOf(ends, rows.initiator[i]),
    responder: endOf(ends, rows.responder[i]),
    via: via === NONE ? undefined : endOf(ends, via),
    leg: member(legs, rows.leg[i]),
    role: member(roles, rows.role[i]),
    dialled: member(dialledAs, rows.dialled[i]),
    service: service === NONE ? undefined : services[service],
    protocol: rows.protocol[i] ?? 0,
    port: rows.port[i] ?? 0,
    generation: rows.generation[i] ?? 0,
  }
}

const sumsAt = (rows: RowColumns, i: number): Sums => ({
  bytesToResponder: rows.bytesToResponder[i] ?? 0,
  bytesToInitiator: rows.bytesToInitiator[i] ?? 0,
  wireToResponder: rows.wireToResponder[i] ?? 0,
  wireToInitiator: rows.wireToInitiator[i] ?? 0,
  connections: rows.connections[i] ?? 0,
})

const endOf = (ends: readonly End[], index: number | undefined): End => member(ends, index)

/** @throws RangeError: a batch of our own spool that passed its checksum never points outside its tables. */
function member<T>(table: readonly T[], index: number | undefined): T {
  const found = table[index ?? NONE]
  if (found === undefined) throw new RangeError(`index ${index} is outside a table of ${table.length}`)
  return found
}
