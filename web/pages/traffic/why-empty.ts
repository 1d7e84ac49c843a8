import type { View } from '../../address.ts'
import { formatBytes } from '../../words/bytes.ts'
import { spanWords } from '../../words/spans.ts'
import type { Sums } from './traffic.ts'

export interface Empty {
  readonly title: string
  readonly detail: string
  /** Good news is told as such. */
  readonly good: boolean
}

/** Why the table has no rows, most fundamental reason first. `zones` is the frame with the totals of everything. */
export function whyEmpty(view: View, zones: Pick<Sums, 'asOf' | 'total'>): Empty {
  const time = spanWords(view).long
  if (zones.asOf === null)
    return {
      title: 'No agent has reported yet',
      detail:
        'Start the agent on every node and give it the address of this server and its secret or token. Its first window arrives about 20 s after that.',
      good: false,
    }
  if (zones.total.bytes > 0 && view.crossing === 'cross-zone') {
    const unknown = zones.total.byCrossing.unknown.bytes
    if (unknown > 0)
      return {
        title: 'Nothing is known to have crossed zones',
        detail: `Of ${formatBytes(unknown)} ${time} it is not known whether they crossed. All else stayed in its zone or left the region.`,
        good: false,
      }
    return {
      title: view.chips.length > 0 ? 'Nothing of this crossed zones' : 'Nothing crossed zones',
      detail: `Agents saw ${formatBytes(zones.total.bytes)} ${time}, and none of it crossed from one zone to another.`,
      good: true,
    }
  }
  if (view.chips.length > 0 || (view.crossing !== 'all' && zones.total.bytes > 0))
    return {
      title: 'The filter matches nothing',
      detail: `No traffic ${time} matches it. Remove a filter, or look at a longer span.`,
      good: false,
    }
  return {
    title: 'No traffic',
    detail: `Agents report, but counted no bytes between machines ${time}.`,
    good: false,
  }
}
