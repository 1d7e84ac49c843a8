/**
 * Splits a whole amount in proportion to weights, so that the parts add up to it exactly (largest remainder: each part is
 * off by one at most). Ties go to the earlier part. A negative amount is split like its opposite. Without any weight
 * every part is 0, and the amount is the caller's to keep.
 *
 * Parts are found in binary fractions, good to a thousandth of a unit below 10^12, and are whole; their sum is counted in whole
 * numbers, and what it lacks is given out one by one. For 30,000 rows that is several times as fast as big integers.
 * @param weights whole numbers from 0
 * @throws RangeError when the amount is beyond 2^53
 */
export function share(amount: bigint, weights: Float64Array): Float64Array {
  const whole = Number(amount)
  if (!Number.isSafeInteger(whole)) throw new RangeError(`too large to be split: ${amount}`)
  if (whole < 0) return share(-amount, weights).map(part => 0 - part)
  const parts = new Float64Array(weights.length)
  const rests = new Float64Array(weights.length)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return parts
  let left = whole
  for (let i = 0; i < weights.length; i++) {
    const exact = (whole * (weights[i] ?? 0)) / total
    const part = Math.floor(exact)
    parts[i] = part
    rests[i] = exact - part
    left -= part
  }
  // A fraction that was found a hair too large may have given one too many: to the part with the least claim to it.
  while (left < 0) {
    const least = parts.reduce((at, part, i) => (part > 0 && (rests[i] ?? 1) < (rests[at] ?? 1) ? i : at), -1)
    parts[least] = (parts[least] ?? 0) - 1
    rests[least] = 1
    left++
  }
  return left === 0 ? parts : roundUp(parts, rests, left)
}

/** Adds one to the `count` parts with the largest rests. */
function roundUp(parts: Float64Array, rests: Float64Array, count: number): Float64Array {
  const least = rests.slice().sort().at(-count) ?? 0
  let level = count
  for (const rest of rests) if (rest > least) level--
  for (const [i, rest] of rests.entries())
    if (rest > least || (rest === least && level-- > 0)) parts[i] = (parts[i] ?? 0) + 1
  return parts
}

/** a × b ÷ c, rounded half away from zero. */
export function timesOver(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b
  const half = (product < 0n ? -c : c) / 2n
  return (product + half) / c
}
