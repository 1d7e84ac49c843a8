import type { Price } from '@weir/contract/queries.ts'
import { type MicroUsd, microUsd } from '@weir/contract/units.ts'

/**
 * Cost = billed bytes × price per GB ÷ bytes per GB, in whole micro-dollars. Billed bytes are wire bytes × the sides that
 * are billed on their path (billed-sides.ts).
 *
 * The arithmetic is exact: a price is a whole number of micro-dollars per GB (settings allow six decimals), and the
 * bytes are split into whole GB and a remainder below 2^30, so that every product stays under 2^53.
 */
interface ExactCost {
  /** Whole micro-dollars, rounded down. */
  readonly whole: number
  /** What was rounded down, in parts of `bytesPerGb`: 0 to bytesPerGb - 1. */
  readonly part: number
}

function exactCost(billedBytes: number, price: Price): ExactCost {
  const perGb = Math.round(price.usdPerGb * 1e6)
  const beyondGb = billedBytes % price.bytesPerGb
  const scaled = beyondGb * perGb
  const part = scaled % price.bytesPerGb
  const gb = (billedBytes - beyondGb) / price.bytesPerGb
  return { whole: gb * perGb + (scaled - part) / price.bytesPerGb, part }
}

/** The cost of that many billed bytes, rounded half up. The cost of a total is always this, never a sum of rounded rows. */
export function costOf(billedBytes: number, price: Price): MicroUsd {
  const { whole, part } = exactCost(billedBytes, price)
  return microUsd(whole + (part * 2 >= price.bytesPerGb ? 1 : 0))
}

/**
 * The costs of rows, in whole micro-dollars, that add up to the cost of their total exactly (largest remainder: a row is
 * rounded up or down so that the sum holds, hence is off by less than one micro-dollar). Ties go to the earlier row.
 */
export function apportion(billedBytes: Float64Array, price: Price): Float64Array {
  const costs = new Float64Array(billedBytes.length)
  const parts = new Float64Array(billedBytes.length)
  let [bytes, down] = [0, 0]
  for (let i = 0; i < billedBytes.length; i++) {
    const billed = billedBytes[i] ?? 0
    if (billed === 0) continue
    const { whole, part } = exactCost(billed, price)
    costs[i] = whole
    parts[i] = part
    bytes += billed
    down += whole
  }
  const up = costOf(bytes, price) - down
  if (up === 0) return costs
  // The up-th largest part: those above it are rounded up, of those level with it as many as are still to be given.
  const least = parts.slice().sort().at(-up) ?? 0
  let level = up
  for (const part of parts) if (part > least) level--
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? 0
    if (part > least || (part === least && level-- > 0)) costs[i] = (costs[i] ?? 0) + 1
  }
  return costs
}
