/**
 * Splits a whole amount in proportion to weights, so that the parts add up to it exactly (largest remainder: each part is
 * off by less than one). Ties go to the earlier part. A negative amount is split like its opposite. Without any weight
 * every part is 0, and the amount is the caller's to keep.
 * @param weights whole numbers from 0
 */
export function share(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (amount < 0n) return share(-amount, weights).map(part => -part)
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  if (total === 0n) return weights.map(() => 0n)
  const parts = weights.map(weight => (amount * weight) / total)
  const left = Number(amount - parts.reduce((sum, part) => sum + part, 0n))
  if (left === 0) return parts
  const rest = (i: number) => (amount * (weights[i] ?? 0n)) % total
  const byRest = [...weights.keys()].map(i => ({ i, rest: rest(i) })).sort((a, b) => compare(b.rest, a.rest))
  for (const { i } of byRest.slice(0, left)) parts[i] = (parts[i] ?? 0n) + 1n
  return parts
}

/** a × b ÷ c, rounded half away from zero. */
export function timesOver(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b
  const half = (product < 0n ? -c : c) / 2n
  return (product + half) / c
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
