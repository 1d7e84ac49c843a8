import type { Judged } from '../../../server/rollouts/evaluate/verdict.ts'

/** What readings said of Services whose truth is known. Counts, and a sum of half widths in points. */
export interface Score {
  services: number
  /** Readings with a verdict that rests on an interval. */
  given: number
  covered: number
  halfWidths: number
  /** With a verdict, and the truth not below 0; of them called 'reduced'. */
  notReduced: number
  calledReduced: number
  /** With a verdict, and the truth exactly 0; of them called 'reduced'. */
  unchanged: number
  unchangedCalledReduced: number
  /** With a verdict, and the truth at −10 points or less; of them called 'reduced'. */
  cut: number
  cutFound: number
}

export const noScore = (): Score => ({
  services: 0,
  given: 0,
  covered: 0,
  halfWidths: 0,
  notReduced: 0,
  calledReduced: 0,
  unchanged: 0,
  unchangedCalledReduced: 0,
  cut: 0,
  cutFound: 0,
})

export function score(into: Score, { verdict, change }: Judged, truth: number): void {
  into.services++
  if (change === null) return
  const reduced = Number(verdict === 'reduced')
  into.given++
  into.covered += Number(change.low <= truth && truth <= change.high)
  into.halfWidths += ((change.high - change.low) / 2) * 100
  if (truth >= 0) {
    into.notReduced++
    into.calledReduced += reduced
  }
  if (truth === 0) {
    into.unchanged++
    into.unchangedCalledReduced += reduced
  }
  if (truth <= -0.1) {
    into.cut++
    into.cutFound += reduced
  }
}

export function addScores(scores: readonly Score[]): Score {
  const sum = noScore()
  for (const one of scores) for (const key of Object.keys(sum) as (keyof Score)[]) sum[key] += one[key]
  return sum
}
