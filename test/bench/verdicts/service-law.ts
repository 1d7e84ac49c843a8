/**
 * The fixed family of made-up Services that `settled` is held to. Hour by hour:
 *
 *   load  = exp(day + weekend + σ v)                              bytes
 *   share = logistic(regime + day + weekend + replicas + τ z)     of it crosses
 *
 * with z and v AR(1) of the same φ, running through the change; "replicas": where the autoscaler's number of them, which
 * follows the load, cannot be spread evenly over three zones, the share is another. Before and after differ in the regime
 * only: by −60 to +20 points, a quarter of them by nothing; whoever would end outside 0.5 % to 95 % ends there.
 */
import { between, fading, logistic, logit, normals } from './draws.ts'
import { HOUR_MS, MONDAY, stepsOf, type Trial, WEEK_HOURS } from './trial.ts'

export interface ServiceLaw {
  readonly phi: number
  /** The share without any cycle or noise, as a logit. */
  readonly regime: { readonly before: number; readonly after: number }
  readonly share: Cycle & { readonly noise: number }
  readonly load: Cycle & { readonly noise: number }
  /** Load that one replica takes, of a mean of about 1; what uneven replicas add to the logit. */
  readonly replica: { readonly load: number; readonly uneven: number }
}

interface Cycle {
  readonly day: number
  readonly peakHour: number
  readonly weekend: number
}

export function drawLaw(random: () => number, phi: number): ServiceLaw {
  const before = between(random, 0.3, 0.75)
  const effect = random() < 0.25 ? 0 : between(random, -0.6, 0.2)
  const after = effect === 0 ? before : Math.min(0.95, Math.max(0.005, before + effect))
  const cycle = (day: number, weekend: number) => ({
    day: between(random, 0, day),
    peakHour: between(random, 0, 24),
    weekend: between(random, -weekend, weekend),
  })
  return {
    phi,
    regime: { before: logit(before), after: logit(after) },
    share: { ...cycle(0.4, 0.4), noise: between(random, 0.15, 0.6) },
    load: { ...cycle(1, 0.7), noise: between(random, 0.1, 0.5) },
    replica: { load: between(random, 0.2, 0.6), uneven: random() < 0.5 ? between(random, -0.3, 0.3) : 0 },
  }
}

const swing = ({ day, peakHour, weekend }: Cycle, hour: number) =>
  day * Math.cos((2 * Math.PI * (hour - peakHour)) / 24) + (hour % WEEK_HOURS >= 120 ? weekend : 0)

function replicas({ replica }: ServiceLaw, load: number): number {
  const count = Math.max(3, Math.ceil(load / replica.load))
  return count % 3 === 0 ? 0 : replica.uneven
}

/** @param hours a side; @param first hour of the week the first of them is. */
export function drawHours(law: ServiceLaw, random: () => number, hours: number, first: number): Omit<Trial, 'truth'> {
  const normal = normals(random)
  const v = fading(normal, law.phi)
  const z = fading(normal, law.phi)
  const side = (regime: number, start: number) => {
    const load = new Float64Array(hours)
    const share = new Float64Array(hours)
    for (let hour = 0; hour < hours; hour++) {
      const now = Math.exp(swing(law.load, start + hour) + law.load.noise * v())
      load[hour] = now
      share[hour] = logistic(regime + swing(law.share, start + hour) + replicas(law, now) + law.share.noise * z())
    }
    return stepsOf(MONDAY + start * HOUR_MS, HOUR_MS, load, share)
  }
  return { before: side(law.regime.before, first), after: side(law.regime.after, first + hours) }
}

/** A trial of so many days a side that begins in any hour of the week. */
export function drawTrial(random: () => number, phi: number, days: number): Trial {
  const law = drawLaw(random, phi)
  const { before, after } = trueShares(law)
  return { ...drawHours(law, random, days * 24, Math.floor(random() * WEEK_HOURS)), truth: after - before }
}

/**
 * Expected cross-zone bytes ÷ expected bytes of a week in either regime: the integral over v and z, which are standard
 * normal in every hour. No estimator and no random number is involved.
 */
export function trueShares(law: ServiceLaw): { before: number; after: number } {
  const crossOf = expectedLogistic(law.share.noise)
  const loads = bell(61).map(({ at, weight }) => ({ times: Math.exp(law.load.noise * at), weight }))
  let bytes = 0
  const cross = { before: 0, after: 0 }
  for (let hour = 0; hour < WEEK_HOURS; hour++) {
    const cycle = swing(law.share, hour)
    const usual = Math.exp(swing(law.load, hour))
    for (const { times, weight } of loads) {
      const load = usual * times
      const moved = cycle + replicas(law, load)
      bytes += weight * load
      cross.before += weight * load * crossOf(law.regime.before + moved)
      cross.after += weight * load * crossOf(law.regime.after + moved)
    }
  }
  return { before: cross.before / bytes, after: cross.after / bytes }
}

/** E logistic(x + noise z), out of a table of every 0.05 between −8 and 6, in which lines join the points. */
function expectedLogistic(noise: number): (x: number) => number {
  const points = bell(33)
  const table = Float64Array.from({ length: 282 }, (_, i) =>
    points.reduce((sum, { at, weight }) => sum + weight * logistic(-8 + i / 20 + noise * at), 0),
  )
  return x => {
    const place = Math.min(280.999, Math.max(0, (x + 8) * 20))
    const low = Math.floor(place)
    const left = table[low] ?? 0
    return left + (place - low) * ((table[low + 1] ?? 0) - left)
  }
}

/** Points from −5 to 5 that stand for the standard normal law. */
function bell(points: number): { at: number; weight: number }[] {
  const all = Array.from({ length: points }, (_, i) => {
    const at = -5 + (10 * i) / (points - 1)
    return { at, weight: Math.exp((-at * at) / 2) }
  })
  const sum = all.reduce((total, { weight }) => total + weight, 0)
  return all.map(({ at, weight }) => ({ at, weight: weight / sum }))
}
