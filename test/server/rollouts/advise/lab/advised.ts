import { epochMs } from '@weir/contract/units.ts'
import { type Advice, adviceOf } from '../../../../../server/rollouts/advise/advice.ts'
import { streamsOf } from '../../../../../server/rollouts/advise/stream.ts'
import { worldOf } from '../../../answers/world.ts'
import { priceAt } from '../../../pricing/price-at.ts'
import type { Lab } from './cluster.ts'
import { at, seenBy } from './seen.ts'
import type { Tally } from './tally.ts'

const HOUR_MS = 3_600_000
export const MONTHS_FACTOR = 720
export const price = priceAt(0.01, 2 ** 30)

/** What the server advises about the lab after an hour in which it counted that. */
export function advised(lab: Lab, counted: Tally): Advice {
  const { sums, catalogue } = worldOf(counted.rows())
  const book = new Map()
  const range = { from: epochMs(at - HOUR_MS), to: at }
  const input = {
    routing: seenBy(lab),
    streams: streamsOf(sums, catalogue, book),
    range,
    vpcs: lab.vpc === undefined ? [] : [lab.vpc],
    book,
  }
  return adviceOf(input, { price, monthsFactor: MONTHS_FACTOR }, () => true)
}
