import type { PageName } from '@weir/contract/page-paths.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { View } from '../../address.ts'
import type { Feed } from '../../feed/feed.ts'
import { filterOf } from '../../filters.ts'
import type { Screen } from '../../frame/screen.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { livePairs, liveZones, pastPairs, pastZones, type Traffic } from './traffic.ts'
import { groupShown, PAIRS_LIMIT } from './wanted.ts'

interface Props {
  readonly feed: Feed
  readonly page: PageName | undefined
  readonly view: View
  readonly screen: Screen
  /** undefined: live. */
  readonly range: TimeRange | undefined
}

/** One shape for what came live and what was asked for, so that the pages do not tell them apart. */
export function useTraffic({ feed, page, view, screen, range }: Props): Traffic {
  const { sort } = view
  const group = groupShown(page, view)
  const zones = useAnswer(feed, 'zones', range && { range, filter: filterOf(view.chips) })
  const pairs = useAnswer(
    feed,
    'pairs',
    range && { range, filter: filterOf(view.chips, view.crossing), group, sort, limit: PAIRS_LIMIT },
  )
  if (range === undefined) {
    const { arrivals, awaited } = screen
    return {
      isLive: true,
      zones: arrivals.zones && liveZones(arrivals.zones.frame, view),
      pairs: arrivals.pairs && livePairs(arrivals.pairs.frame, view),
      awaited: { zones: awaited.includes('zones'), pairs: awaited.includes('pairs') },
      error: undefined,
      retry: zones.retry,
    }
  }
  return {
    isLive: false,
    zones: zones.answer && pastZones(zones.answer, view),
    pairs: pairs.answer && pastPairs(pairs.answer, view),
    awaited: { zones: zones.awaited, pairs: pairs.awaited },
    error: zones.error ?? pairs.error,
    retry: () => {
      zones.retry()
      pairs.retry()
    },
  }
}
