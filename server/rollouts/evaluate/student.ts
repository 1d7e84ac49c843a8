/** Student's T with so many degrees of freedom. */
export interface Student {
  /** The chance that |T| is above t; t ≥ 0. */
  beyond(t: number): number
  density(t: number): number
}

/**
 * In closed form, which there is for even numbers: with sin²θ = t² ÷ (ν + t²),
 * P(|T| ≤ t) = sin θ (1 + ½ cos²θ + (1·3 ÷ 2·4) cos⁴θ + … up to cos^(ν−2) θ); Abramowitz and Stegun, 26.7.4.
 * @param freedom even, 2 or more.
 * @throws RangeError for others.
 */
export function studentOf(freedom: number): Student {
  if (freedom < 2 || freedom % 2 !== 0) throw new RangeError(`degrees of freedom: ${freedom}, not 2, 4, 6 …`)
  const factors = Float64Array.from({ length: freedom / 2 - 1 }, (_, i) => (2 * i + 1) / (2 * i + 2))
  const height = factors.reduce((product, _, i) => (product * (2 * i + 3)) / (2 * i + 2), 1 / (2 * Math.sqrt(freedom)))
  return {
    beyond(t) {
      const cosine2 = freedom / (freedom + t * t)
      let term = 1
      let sum = 1
      for (let i = 0; i < factors.length; i++) {
        term *= (factors[i] ?? 0) * cosine2
        sum += term
      }
      return 1 - sum * Math.sqrt(1 - cosine2)
    },
    density: t => height * (1 + (t * t) / freedom) ** (-(freedom + 1) / 2),
  }
}
