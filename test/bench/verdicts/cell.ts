import { earlyReading } from '../../../server/rollouts/evaluate/early.ts'
import { settledReading } from '../../../server/rollouts/evaluate/settled.ts'
import { random } from '../../random.ts'
import { drawEarlyTrial } from './connections-law.ts'
import { drawOddTrial } from './odd-laws.ts'
import { noScore, type Score, score } from './score.ts'
import { drawTrial } from './service-law.ts'

/** One row of the bench: so many Services of one law. */
export type Cell =
  | { readonly kind: 'settled'; readonly phi: number; readonly days: number }
  | { readonly kind: 'settled, other laws'; readonly law: string; readonly days: number }
  | { readonly kind: 'early'; readonly minutes: number; readonly dayEarlier: boolean }

const coverage = { before: 1, after: 1 }

export function runCell(cell: Cell, services: number, seed: number): Score {
  const draw = random(seed)
  const scored = noScore()
  for (let one = 0; one < services; one++) {
    switch (cell.kind) {
      case 'settled': {
        const { truth, ...sides } = drawTrial(draw, cell.phi, cell.days)
        score(scored, settledReading({ ...sides, coverage }), truth)
        break
      }
      case 'settled, other laws': {
        const { truth, ...sides } = drawOddTrial(draw, cell.law, cell.days)
        score(scored, settledReading({ ...sides, coverage }), truth)
        break
      }
      case 'early': {
        const { truth, question } = drawEarlyTrial(draw, cell.minutes)
        const { dayEarlier, ...alone } = question
        score(scored, earlyReading(cell.dayEarlier ? question : alone), truth)
        break
      }
    }
  }
  return scored
}
