import type { Subscription } from '@weir/contract/live-wire.ts'
import type { PageName } from '@weir/contract/page-paths.ts'
import type { PairGroup, TimeRange } from '@weir/contract/queries.ts'
import type { View } from '../../address.ts'
import { filterOf } from '../../filters.ts'
import { rangeOfLast } from '../../past.ts'

/** The most the server sends of a live view (contract/live-wire.ts); the rest comes as one sum. */
export const PAIRS_LIMIT = 500
const FLOWS_LIMIT = 200

export const showsTraffic = (page: PageName | undefined): boolean =>
  page === 'overview' || page === 'pairs' || page === 'zones'

/** By zone on the page of zones, whatever is chosen on the others. */
export const groupShown = (page: PageName | undefined, view: View): PairGroup =>
  page === 'zones' ? 'zone' : view.group

/** Pages on which chips can be set; on others a chip that one does not see must not hold. */
const takesFilter = (page: PageName | undefined): boolean => showsTraffic(page) || page === 'flows'

/** The range that a page shows; undefined: it is live. */
export function rangeShown(page: PageName | undefined, view: View, now: number): TimeRange | undefined {
  return showsTraffic(page) ? (view.between ?? rangeOfLast(view.last, now)) : undefined
}

/** The live views that a page needs. The zones' are on every page: they tell how the data is. */
export function wantedLive(page: PageName | undefined, view: View, isLive: boolean): readonly Subscription[] {
  const { span } = view
  const zones = { view: 'zones', span, filter: takesFilter(page) ? filterOf(view.chips) : {} } as const
  const filter = filterOf(view.chips, view.crossing)
  const { sort } = view
  const group = groupShown(page, view)
  if (showsTraffic(page) && isLive) return [zones, { view: 'pairs', span, filter, group, sort, limit: PAIRS_LIMIT }]
  if (page === 'flows') return [zones, { view: 'flows', span, filter, limit: FLOWS_LIMIT }]
  return [zones]
}
