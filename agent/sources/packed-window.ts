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
  const { words, addressWords } = packed
  const bytes = new Uint8Array(words.buffer)
  // A few addresses are in most rows: make each text once. An IPv4 address is its word.
  const texts = new Map<number | string, string>()
  const text = (word: number): string => {
    const key = addressWords === 1 ? (words[word] ?? 0) : words.subarray(word, word + addressWords).join()
    let found = texts.get(key)
    if (found === undefined) {
      found = formatAddress(bytes.subarray(word * 4, (word + addressWords) * 4))
      texts.set(key, found)
    }
    return found
  }
  const rows: ConnectionRow[] = []
  for (let row = 0; row < packed.count; row++) rows.push(unpackRow(packed, row, text))
  return rows
}
