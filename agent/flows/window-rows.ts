import type { ConnectionRow } from '../sources/flow-source.ts'
import { type Hop, hopsOf, type Ownership } from './hops.ts'
import { type Labels, labelHop } from './label.ts'
import { type Declared, orientDeclared } from './orient-declared.ts'
import { Tally, type WireRows } from './tally.ts'

export interface WindowHops {
  readonly hops: readonly Hop[]
  /** Connections first seen in this window that never left a machine's own network. */
  readonly loopback: number
  /** Connections first seen in this window whose orientation stays open. */
  readonly unresolvedMidStream: number
}

/** A window's connections, the right way round and as hops. */
export function windowHops(rows: readonly ConnectionRow[], known: Ownership & Declared): WindowHops {
  const hops: Hop[] = []
  let loopback = 0
  let unresolvedMidStream = 0
  for (const found of rows) {
    const { row, resolved } = orientDeclared(found, known)
    if (!resolved) unresolvedMidStream += row.connections
    const carried = hopsOf(row, known)
    if (carried.length === 0) loopback += row.connections
    for (const hop of carried) hops.push(hop)
  }
  return { hops, loopback, unresolvedMidStream }
}

export function labelledRows(hops: readonly Hop[], labels: Labels): WireRows {
  const tally = new Tally()
  for (const hop of hops) tally.add(labelHop(hop, labels), hop.row, hop.connections)
  return tally.toWire()
}
