import type { LiveFrame } from '@weir/contract/live-wire.ts'
import type { View } from '../../address.ts'
import { formatBytes } from '../../words/bytes.ts'
import { formatSpan } from '../../words/times.ts'

export interface Empty {
  readonly title: string
  readonly detail: string
  /** Good news is told as such. */
  readonly good: boolean
}

/** Why the table has no rows, most fundamental reason first. `zones` is the frame with the totals of everything. */
export function whyEmpty(view: View, zones: LiveFrame): Empty {
  const span = formatSpan(view.span)
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
        detail: `Of ${formatBytes(unknown)} of the last ${span} it is not known whether they crossed. All else stayed in its zone or left the region.`,
        good: false,
      }
    return {
      title: view.chips.length > 0 ? 'Nothing of this crossed zones' : 'Nothing crossed zones',
      detail: `In the last ${span} agents saw ${formatBytes(zones.total.bytes)}, and none of it crossed from one zone to another.`,
      good: true,
    }
  }
  if (view.chips.length > 0 || (view.crossing !== 'all' && zones.total.bytes > 0))
    return {
      title: 'The filter matches nothing',
      detail: `No traffic of the last ${span} matches it. Remove a filter, or look at a longer span.`,
      good: false,
    }
  return {
    title: 'No traffic',
    detail: `Agents report, but counted no bytes between machines in the last ${span}.`,
    good: false,
  }
}
