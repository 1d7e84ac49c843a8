/**
 * Services outside the family that the interval was made for: no bar, but told. share = level + noise, so that the truth is
 * the difference of the two levels; a fifth of them do not change.
 */
import { between, fading, normals } from './draws.ts'
import { HOUR_MS, MONDAY, stepsOf, type Trial, WEEK_HOURS } from './trial.ts'

/** One hour after another, before the change and through it. */
interface Hours {
  /** Mean 0; `at` goes from 0 to 1 through both sides. */
  readonly noise: (at: number, changed: boolean) => number
  readonly load: () => number
}
type Draw = (random: () => number, normal: () => number) => Partial<Hours>

const laws: Readonly<Record<string, Draw>> = {
  'swings back: AR(2), about 15 hours': (_, normal) => {
    const z = swingingBack(normal)
    return { noise: () => 0.08 * z() }
  },
  'few connections an hour: half white, half φ 0.97': (_, normal) => {
    const slow = fading(normal, 0.97)
    return { noise: () => 0.057 * (slow() + normal()) }
  },
  'two paces: φ 0.5 and φ 0.97': (_, normal) => {
    const fast = fading(normal, 0.5)
    const slow = fading(normal, 0.97)
    return { noise: () => 0.08 * (0.8 * fast() + 0.6 * slow()) }
  },
  'bursts of hours, heavy-tailed (Pareto 1.5)': (random, normal) => {
    const z = fading(normal, 0.7)
    return { noise: () => 0.08 * z(), load: bursts(random, normal) }
  },
  'deploys: a level for two days, then another': (random, normal) => {
    let level = normal()
    return {
      noise: () => {
        if (random() < 1 / 48) level = normal()
        return 0.07 * level + 0.02 * normal()
      },
    }
  },
  'share near 0 after the change, skewed': (_, normal) => {
    const z = fading(normal, 0.8)
    // Log-normal with mean 0.01 after the change.
    return { noise: (_at, changed) => (changed ? 0.01 * Math.exp(z() - 0.5) - 0.01 : 0.05 * z()) }
  },
  'a ramp beside the change, up to ±10 points': (random, normal) => {
    const z = fading(normal, 0.7)
    const slope = between(random, -0.1, 0.1)
    return { noise: at => slope * (at - 0.5) + 0.05 * z() }
  },
}
export const oddLaws = Object.keys(laws)

export function drawOddTrial(random: () => number, name: string, days: number): Trial {
  const law = laws[name]
  if (law === undefined) throw new RangeError(`no law "${name}", but ${oddLaws.join('; ')}`)
  const normal = normals(random)
  const { noise = () => 0, load = () => Math.exp(0.3 * normal()) } = law(random, normal)
  const nearZero = name.startsWith('share near 0')
  const before = between(random, 0.4, 0.7)
  const after = nearZero ? 0.01 : before + (random() < 0.2 ? 0 : between(random, -0.25, 0.1))
  const hours = days * 24
  const first = Math.floor(random() * WEEK_HOURS)
  const side = (level: number, start: number, changed: boolean) => {
    const bytes = Float64Array.from({ length: hours }, load)
    const shares = bytes.map((_, hour) => {
      const at = (hour + (changed ? hours : 0)) / (2 * hours)
      return Math.min(1, Math.max(0, level + noise(at, changed)))
    })
    return stepsOf(MONDAY + (first + start) * HOUR_MS, HOUR_MS, bytes, shares)
  }
  return { before: side(before, 0, false), after: side(after, hours, true), truth: after - before }
}

/** A stationary AR(2) of variance 1 whose memory turns against itself. */
function swingingBack(normal: () => number): () => number {
  let last = 0
  let now = 0
  const next = () => {
    const fresh = 1.5 * now - 0.7 * last + 0.336 * normal()
    last = now
    now = fresh
    return now
  }
  for (let i = 0; i < 200; i++) next()
  return next
}

/** Usual load, and now and then up to eight hours of far more. */
function bursts(random: () => number, normal: () => number): () => number {
  let left = 0
  let burst = 0
  return () => {
    if (left-- <= 0) {
      left = Math.floor(between(random, 1, 8))
      burst = random() < 0.1 ? (1 - random()) ** (-1 / 1.5) : 0
    }
    return Math.exp(0.2 * normal()) + burst
  }
}
