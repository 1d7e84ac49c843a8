import type { BillState } from '@weir/contract/cost-queries.ts'
import type { DemoStream } from './demo-traffic.ts'

export const DAY_MS = 86_400_000
export const GB = 2 ** 30
/** Per GB and side, in millionths of a dollar. */
export const MICRO_USD_PER_GB = 10_000

/** What a stream carried across zones on a day, as the meters count it: both sides. */
export interface DemoDayStream {
  readonly stream: DemoStream
  readonly sides: number
  /** Of the sides, what the initiator sent; the rest was sent back. */
  readonly sent: number
}

export interface DemoDay {
  /** Start of the UTC day. */
  readonly at: number
  readonly streams: readonly DemoDayStream[]
}

/** The UTC days that begin in [from, to): of the last, what has passed of it. */
export function demoDays(streams: readonly DemoStream[], from: number, to: number): DemoDay[] {
  const crossing = streams.filter(stream => stream.crossing === 'cross-zone')
  const count = Math.max(0, Math.ceil((to - from) / DAY_MS))
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * DAY_MS
    const seconds = Math.min(DAY_MS, to - at) / 1000
    const number = Math.round(at / DAY_MS)
    // The epoch began on a Thursday: days 2 and 3 of its weeks are Saturday and Sunday.
    const weekend = [2, 3].includes(number % 7) ? 0.62 : 1
    return {
      at,
      streams: crossing.map(stream => {
        const wave = seconds * weekend * (1 + 0.12 * Math.sin(number * 1.7 + stream.index))
        const sent = 2 * stream.rateToResponder * wave
        return { stream, sides: sent + 2 * stream.rateToInitiator * wave, sent }
      }),
    }
  })
}

/** The demo's bill is a day behind, and firm after three. */
export function dayState(at: number, now: number): BillState {
  const age = (now - at) / DAY_MS
  return age < 2 ? 'no data' : age < 4 ? 'provisional' : 'final'
}
