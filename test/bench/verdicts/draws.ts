/** Standard normal numbers out of even ones (Box and Muller's polar pairs). */
export function normals(random: () => number): () => number {
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}

/** A stationary AR(1) of variance 1: each call is the next step. */
export function fading(normal: () => number, phi: number): () => number {
  const fresh = Math.sqrt(1 - phi * phi)
  let value = normal()
  return () => {
    value = phi * value + fresh * normal()
    return value
  }
}

export const between = (random: () => number, low: number, high: number): number => low + (high - low) * random()

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
export const logit = (share: number): number => Math.log(share / (1 - share))
