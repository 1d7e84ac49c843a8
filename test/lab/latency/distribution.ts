/** What a set of measured times comes to, in milliseconds. */
export interface Distribution {
  readonly samples: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Nearest-rank percentiles: p95 of 100 samples is the 95th smallest. @throws RangeError without samples. */
export function distribution(times: readonly number[]): Distribution {
  if (times.length === 0) throw new RangeError('no samples, no distribution')
  const sorted = times.toSorted((a, b) => a - b)
  const at = (percent: number): number => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN
  return { samples: sorted.length, p50: at(50), p95: at(95), p99: at(99), max: at(100) }
}
