import type { LiveFrame } from '@weir/contract/live-wire.ts'
import type { View } from '../../address.ts'
import { formatSpan } from '../../words/times.ts'

export interface Empty {
  readonly title: string
  readonly detail: string
  /** Good news is told as such. */
  readonly good: boolean
}

/** Why the table has no rows, most fundamental reason first. `pairs` and `zones` are the two frames on screen. */
export function whyEmpty(view: View, pairs: LiveFrame, zones: LiveFrame): Empty {
  const span = formatSpan(view.span)
  const nodes = zones.coverage.parts.find(part => part.kind === 'nodes reporting')
  if (zones.asOf === null || nodes?.seen === 0)
    return {
      title: 'No agent has reported yet',
      detail:
        'Start the agent on every node and give it the address of this server and its secret. Its first window arrives about 20 s after that.',
      good: false,
    }
  if (zones.total.bytes > 0 && view.crossing === 'cross-zone')
    return {
      title: view.chips.length > 0 ? 'Nothing of this crossed zones' : 'Nothing crossed zones',
      detail: `In the last ${span} all the traffic seen stayed in its zone, or its crossing is not known: see the totals above.`,
      good: zones.total.byCrossing.unknown.bytes === 0,
    }
  if (view.chips.length > 0 || (view.crossing !== 'all' && zones.total.bytes > 0))
    return {
      title: 'The filter matches nothing',
      detail: `No traffic of the last ${span} matches it. Remove a filter, or look at a longer span.`,
      good: false,
    }
  return {
    title: 'No traffic',
    detail: `Agents report, but counted no bytes between machines in the last ${formatSpan(pairs.span)}.`,
    good: false,
  }
}
