/**
 * How far the mean of a series may be off its expectation, where neighbours in the series are alike.
 *
 * The slow swings of the series (its first cosine transforms) say how much the mean itself swings: for a stationary series
 * they are independent, close to normal, and each has the variance of the spectrum at its frequency. Under a law of
 * "what was, stays with weight φ" (AR(1)) the spectrum is known but for its height and φ: given φ the mean over its own
 * scale is Student's t with as many degrees of freedom as there are transforms. φ is not known either, so the interval is
 * that of the mixture over all φ, each weighed by how likely it makes the transforms. What is too fast to matter for the
 * mean, and may follow another law (the day's rhythm, few connections an hour), is left out by the band.
 * After Müller and Watson, "Measuring Uncertainty about Long-Run Predictions", Review of Economic Studies 83 (2016).
 */
import { beyond } from './student.ts'

/** Kept of the spectrum: up to this frequency, radians a step. */
const BAND = 0.4
/** Bounds of the number of transforms: below, φ cannot be told; above, they cost time and tell nothing new. */
const MIN_TRANSFORMS = 4
const MAX_TRANSFORMS = 100
const PHIS = [0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99]
const MISSED = 0.05

/** transforms[j − 1] = √(2 ÷ n) Σ series[t] cos(π j (t + ½) ÷ n). */
function cosineTransforms(series: Float64Array, count: number): Float64Array {
  const n = series.length
  const transforms = new Float64Array(count)
  for (let j = 1; j <= count; j++) {
    // cos((t + 1)a + b) = 2 cos a cos(ta + b) − cos((t − 1)a + b)
    const angle = (Math.PI * j) / n
    const twice = 2 * Math.cos(angle)
    let last = Math.cos(angle / 2)
    let now = last
    let sum = 0
    for (const value of series) {
      sum += value * now
      const next = twice * now - last
      last = now
      now = next
    }
    transforms[j - 1] = sum * Math.sqrt(2 / n)
  }
  return transforms
}

/** One law of the mixture: its weight, and the standard deviation of the sum over √n. */
interface Law {
  readonly weight: number
  readonly scale: number
}

function lawsOf(transforms: Float64Array, n: number): readonly Law[] {
  const count = transforms.length
  const found = PHIS.map(phi => {
    let squares = 0
    let logs = 0
    for (let j = 1; j <= count; j++) {
      const spectrum = (1 - phi) ** 2 / (1 + phi * phi - 2 * phi * Math.cos((Math.PI * j) / n))
      squares += (transforms[j - 1] ?? 0) ** 2 / spectrum
      logs += Math.log(spectrum)
    }
    const atZero = 1 - (2 * phi * (1 - phi ** n)) / (n * (1 - phi * phi))
    return { logLikelihood: -(logs + count * Math.log(squares)) / 2, scale: Math.sqrt((atZero * squares) / count) }
  })
  const best = Math.max(...found.map(law => law.logLikelihood))
  const weighed = found.map(({ logLikelihood, scale }) => ({ weight: Math.exp(logLikelihood - best), scale }))
  const total = weighed.reduce((sum, law) => sum + law.weight, 0)
  return weighed.map(({ weight, scale }) => ({ weight: weight / total, scale }))
}

/**
 * Half the width of the 95 % interval of the sum of a series.
 * @param series deviations from what was estimated, in the order of time; 0 where there is no value.
 * @returns 0 for a series that does not vary.
 */
export function halfWidthOfSum(series: Float64Array): number {
  const n = series.length
  const count = Math.min(MAX_TRANSFORMS, n - 1, Math.max(MIN_TRANSFORMS, Math.floor((n * BAND) / Math.PI)))
  const transforms = cosineTransforms(series, count)
  if (transforms.every(value => Math.abs(value) < 1e-12)) return 0
  const laws = lawsOf(transforms, n).filter(law => law.weight > 1e-6)
  let low = 0
  let high = 1000 * Math.max(...laws.map(law => law.scale))
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    const missed = laws.reduce((sum, law) => sum + law.weight * beyond(middle / law.scale, count), 0)
    if (missed > MISSED) low = middle
    else high = middle
  }
  return high * Math.sqrt(n)
}
