/** One value a step; null: nobody watched. */
export type Line = readonly (number | null)[]

/**
 * Lines stacked upon each other, first line at the bottom: each result is the sum up to and including its line. A step
 * that is null in one line is null in all: half a stack would read as a fall.
 */
export function stackLines(lines: readonly Line[]): (number | null)[][] {
  const stacked: (number | null)[][] = []
  const steps = Math.max(0, ...lines.map(line => line.length))
  const unwatched = Array.from({ length: steps }, (_, i) => lines.some(line => (line[i] ?? null) === null))
  let below = new Array<number>(steps).fill(0)
  for (const line of lines) {
    below = below.map((sum, i) => sum + (line[i] ?? 0))
    stacked.push(below.map((sum, i) => (unwatched[i] ? null : sum)))
  }
  return stacked
}

/**
 * A step is an average over its time, so it is drawn level from its start to its end: two points each. One step alone
 * then is seen, and a gap is exactly as wide as what was not watched.
 */
export const stepEdges = (starts: readonly number[], stepMs: number): number[] =>
  starts.flatMap(start => [start, start + stepMs])
export const levelled = (line: Line): (number | null)[] => line.flatMap(value => [value, value])

/** Bytes per step → bytes per second. */
export const perSecond = (line: Line, stepMs: number): (number | null)[] =>
  line.map(count => (count === null ? null : (count * 1000) / stepMs))

/** Round values for an axis in bytes: 1, 2 or 5 × 10^n of a binary unit, at most `most` of them above 0. */
export function byteTicks(top: number, most: number): number[] {
  if (!(top > 0)) return [0]
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(top) / 10))
  const raw = top / unit / most
  const magnitude = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find(factor => factor * magnitude >= raw) ?? 10) * magnitude * unit
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step)
}
