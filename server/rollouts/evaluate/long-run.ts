/**
 * How far the sum of a series may be off its expectation, where neighbours in the series are alike.
 *
 * The slow swings of the series (its first cosine transforms) say how much the sum itself swings: of a stationary series
 * they are independent, close to normal, and each has the variance of the spectrum at its frequency. The spectrum is taken
 * to be that of a memory that fades (AR(1): what was, stays with weight φ) and of a part ρ that remembers nothing. Given φ
 * and ρ the sum over its own scale is Student's t with as many degrees of freedom as there are transforms. Neither is
 * known, so the interval is that of the mixture over all of them, each weighed by how likely it makes the transforms. What
 * is too fast to matter for the sum, and may follow another law (few connections an hour), is left out by the band.
 * After Müller and Watson, "Measuring Uncertainty about Long-Run Predictions", Review of Economic Studies 83 (2016).
 */
import { studentOf } from './student.ts'

/** Transforms up to this frequency are used, radians a step: periods of 8 steps and more. */
const BAND = 0.8
/** With fewer φ cannot be told. */
const LEAST_TRANSFORMS = 8
/** What the interval leaves out. */
const MISSED = 0.05
/** Laws that make the data this much less likely than the best do not matter. */
const NEGLIGIBLE = 1e-4

interface Law {
  readonly phi: number
  /** Part of the variance that is white. */
  readonly rho: number
  /** How often it is met, before any data. */
  readonly prior: number
}

/** What may be at work in a series, before any data. */
export type Memory = readonly Law[]

const phis = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.94, 0.96, 0.97, 0.98, 0.99]

/** The part that is white: three fifths of the weight on none at all. */
const white = [
  [0, 0.6],
  [0.1, 0.1],
  [0.3, 0.1],
  [0.5, 0.1],
  [0.75, 0.1],
] as const

/**
 * Of Services by the hour: 30 % of the weight where memory is long (evenly over ln(1 − φ): without it φ = 0.95 is covered
 * at 90 to 93 %), the rest leaning to where it is short (without that φ = 0.5 is covered at 96 %).
 */
export const ofHours: Memory = memory(
  (low, high) => 0.7 * (1.9 - 0.9 * (low + high)) * (high - low) + 0.06 * Math.log((1 - low) / (1 - high)),
)

/** Of connections by the minute, which live for minutes: long memory is rare. */
export const ofMinutes: Memory = memory((low, high) => (2 - 0.5 * (low + high)) * (high - low))

/** @param weight of φ between two values. */
function memory(weight: (low: number, high: number) => number): Memory {
  return phis.flatMap((phi, i) => {
    const low = (phi + (phis[i - 1] ?? -0.1 - phi)) / 2
    const high = (phi + (phis[i + 1] ?? 1.99 - phi)) / 2
    return white.map(([rho, part]) => ({ phi, rho, prior: weight(low, high) * part }))
  })
}

/** √(2 ÷ n) Σ series[t] cos(π j (t + ½) ÷ n), for j from 1 up. */
function cosineTransforms(series: Float64Array, count: number): Float64Array {
  const n = series.length
  const transforms = new Float64Array(count)
  for (let j = 1; j <= count; j++) {
    const angle = (Math.PI * j) / n
    // cos((t + 1)a + b) = 2 cos a cos(ta + b) − cos((t − 1)a + b)
    const twice = 2 * Math.cos(angle)
    let last = Math.cos(angle / 2)
    let now = last
    let sum = 0
    for (let t = 0; t < n; t++) {
      sum += (series[t] ?? 0) * now
      const next = twice * now - last
      last = now
      now = next
    }
    transforms[j - 1] = sum * Math.sqrt(2 / n)
  }
  return transforms
}

/** A law once the data are known: its weight among all (they add up to 1), and the scale of the sum under it. */
interface Weighed {
  readonly weight: number
  readonly scale: number
}

function weigh(transforms: Float64Array, n: number, laws: Memory): readonly Weighed[] {
  const count = transforms.length
  const cosines = transforms.map((_, i) => Math.cos((Math.PI * (i + 1)) / n))
  const found = laws.map(({ phi, rho, prior }) => {
    const memory = (1 - rho) * (1 - phi * phi)
    let squares = 0
    let product = 1
    let logs = 0
    for (let i = 0; i < count; i++) {
      const spectrum = memory / (1 + phi * phi - 2 * phi * (cosines[i] ?? 0)) + rho
      squares += (transforms[i] ?? 0) ** 2 / spectrum
      product *= spectrum
      if (product > 1e100 || product < 1e-100) {
        logs += Math.log(product)
        product = 1
      }
    }
    logs += Math.log(product)
    // The variance of the sum of n values of variance 1, ÷ n: exact, where the spectrum at 0 is so for long series only.
    const sum = (1 - rho) * ((1 + phi) / (1 - phi) - (2 * phi * (1 - phi ** n)) / (n * (1 - phi) ** 2)) + rho
    return {
      logWeight: Math.log(prior) - (logs + count * Math.log(squares)) / 2,
      scale: Math.sqrt((sum * squares * n) / count),
    }
  })
  const best = Math.max(...found.map(law => law.logWeight))
  const kept = found
    .map(({ logWeight, scale }) => ({ weight: Math.exp(logWeight - best), scale }))
    .filter(({ weight }) => weight > NEGLIGIBLE)
  const total = kept.reduce((sum, law) => sum + law.weight, 0)
  return kept.map(({ weight, scale }) => ({ weight: weight / total, scale }))
}

/**
 * Half the width of the 95 % interval of the sum of a series.
 * @param series deviations from what was estimated, in the order of time, two dozen or more; 0 where there is no value.
 * @param laws ofHours or ofMinutes.
 * @returns 0 for a series that does not vary.
 */
export function halfWidthOfSum(series: Float64Array, laws: Memory): number {
  const n = series.length
  // Even, as Student's t wants it.
  const count = Math.max(LEAST_TRANSFORMS, 2 * Math.floor((n * BAND) / Math.PI / 2))
  const transforms = cosineTransforms(series, count)
  if (transforms.every(value => Math.abs(value) < 1e-15)) return 0
  const weighed = weigh(transforms, n, laws)
  const student = studentOf(count)
  // Newton from below (5 % of any Student's t are beyond 1.95): the chance is convex, so no step leaves the root behind.
  let half = 1.95 * Math.min(...weighed.map(law => law.scale))
  for (let i = 0; i < 100; i++) {
    let excess = -MISSED
    let slope = 0
    for (const { weight, scale } of weighed) {
      excess += weight * student.beyond(half / scale)
      slope += (weight * student.density(half / scale)) / scale
    }
    const step = excess / (2 * slope)
    half += step
    if (Math.abs(step) < 1e-5 * half) break
  }
  return half
}
