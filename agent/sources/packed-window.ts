import { formatAddress } from '@weir/contract/addresses.ts'
import { epochMs } from '@weir/contract/units.ts'
import { type PackedRows, unpackRow } from '../flows/deltas-rows.ts'
import type { PackedWindow } from './conntrack-watch.ts'
import type { ConnectionRow, ObservedWindow } from './flow-source.ts'

/** A window as it crosses threads → as the port hands it over: addresses become text. */
export function unpackWindow(packed: PackedWindow): ObservedWindow {
  const { kind, checkpoint, stats } = packed
  const rows = packed.rows.flatMap(unpackRows)
  return { from: epochMs(packed.from), to: epochMs(packed.to), kind, rows, checkpoint, stats }
}

function unpackRows(packed: PackedRows): ConnectionRow[] {
  const bytes = new Uint8Array(packed.words.buffer)
  const length = packed.addressWords * 4
  // A few addresses are in most rows: make each text once.
  const texts = new Map<string, string>()
  const text = (word: number): string => {
    const raw = bytes.subarray(word * 4, word * 4 + length)
    const key = String.fromCharCode(...raw)
    let found = texts.get(key)
    if (found === undefined) {
      found = formatAddress(raw)
      texts.set(key, found)
    }
    return found
  }
  return Array.from({ length: packed.count }, (_, row) => unpackRow(packed, row, text))
}
