/** ln Γ(x) for x > 0, to 1e-11: Stirling's series from 10 up, Γ(x) = Γ(x + 1) ÷ x below. */
function lnGamma(x: number): number {
  let above = x
  let factors = 1
  while (above < 10) factors *= above++
  const inverse = 1 / (above * above)
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / above
  return (above - 0.5) * Math.log(above) - above + Math.log(2 * Math.PI) / 2 + series - Math.log(factors)
}

/** The continued fraction of the incomplete beta function (modified Lentz). Converges fast for x < (a + 1) ÷ (a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m <= 200; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    value *= d * c
    if (Math.abs(d * c - 1) < 1e-12) break
  }
  return value
}

/** The regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1. */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log(1 - x))
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b
}

/** The chance that |T| is above t, for Student's T with `freedom` degrees of freedom; t ≥ 0. */
export function beyond(t: number, freedom: number): number {
  return incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t))
}
