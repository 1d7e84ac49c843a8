import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { MINUTE_MS, type Minute, minute, minuteOf } from '@weir/contract/units.ts'
import { type AmountColumns, amountNames } from './facts.ts'

/**
 * Cuts a whole number into whole shares in proportion to whole weights; the shares always add up to the number.
 * Each share is the difference of two rounded running totals, so that no rest is left over and no share of a number
 * that is not above the weights' sum exceeds its weight. All weights 0: everything goes to the last one.
 */
export function shares(total: number, weights: readonly number[] | Float64Array): number[] {
  let all = 0
  for (const weight of weights) all += weight
  let before = 0
  let passed = 0
  const cut: number[] = []
  for (let i = 0; i < weights.length; i++) {
    passed += weights[i] ?? 0
    const until = passed === all && (all > 0 || i === weights.length - 1) ? total : part(total, passed, all)
    cut.push(until - before)
    before = until
  }
  return cut
}

/** round(total × of / all) for whole numbers, also where the product is beyond 2^53. */
function part(total: number, of: number, all: number): number {
  if (all === 0) return 0
  const product = total * of
  if (Number.isSafeInteger(product)) return Math.min(total, Math.round(product / all))
  return Number((BigInt(total) * BigInt(of) + BigInt(all) / 2n) / BigInt(all))
}

/** A window is cut into at most this many pieces; one longer than two hours is spread over evenly spaced minutes. */
const MAX_PIECES = 120
/** Rows × pieces of one batch stay below this, or a long window of many rows would fill the memory. */
const MAX_SPREAD_ROWS = 500_000

/** The minutes a window counts in, and the share of time (ms) of each. */
export interface Pieces {
  readonly minutes: readonly Minute[]
  readonly weights: readonly number[]
}

/** The minutes of a window in proportion to the time it spends in each; one minute for nearly every live window. */
export function piecesOf(window: BatchWindow, rows: number): Pieces {
  const first = minuteOf(window.from)
  const last = minute(Math.ceil(window.to / MINUTE_MS) - 1)
  if (first === last) return { minutes: [first], weights: [window.to - window.from] }
  const most = Math.max(1, Math.min(MAX_PIECES, Math.floor(MAX_SPREAD_ROWS / Math.max(1, rows))))
  const stride = Math.ceil((last - first + 1) / most)
  const minutes: Minute[] = []
  const weights: number[] = []
  for (let at: number = first; at <= last; at += stride) {
    const until = Math.min(at + stride, last + 1)
    // A piece of several minutes counts in the one in its middle.
    minutes.push(minute(Math.floor((at + until - 1) / 2)))
    weights.push(Math.min(until * MINUTE_MS, window.to) - Math.max(at * MINUTE_MS, window.from))
  }
  return { minutes, weights }
}

/** What of a batch's rows counts in one minute. */
export interface Piece {
  readonly minute: Minute
  readonly amounts: AmountColumns
}

/** The rows' amounts minute by minute; their sum is the rows' amounts, row by row. */
export function spread(window: BatchWindow, amounts: AmountColumns): Piece[] {
  const count = amounts.connections.length
  const { minutes, weights } = piecesOf(window, count)
  const [only] = minutes
  if (only !== undefined && minutes.length === 1) return [{ minute: only, amounts }]
  const pieces = minutes.map(minute => ({ minute, amounts: emptyColumns(count) }))
  for (const name of amountNames)
    for (let row = 0; row < count; row++) {
      const total = amounts[name][row] ?? 0
      if (total === 0) continue
      for (const [i, share] of shares(total, weights).entries()) {
        const column = pieces[i]?.amounts[name]
        if (column !== undefined) column[row] = share
      }
    }
  return pieces
}

const emptyColumns = (count: number): AmountColumns => ({
  bytesToResponder: new Float64Array(count),
  bytesToInitiator: new Float64Array(count),
  wireToResponder: new Float64Array(count),
  wireToInitiator: new Float64Array(count),
  connections: new Float64Array(count),
})
