import { liveSpans } from '@weir/contract/live-wire.ts'
import type { View } from '../../address.ts'
import { Choice, ListChoice } from '../../frame/choice.tsx'
import type { ChangeView } from '../../frame/use-address.ts'
import { type Last, lasts, lastWords } from '../../past.ts'
import { dayMinute, formatSpan } from '../../words/times.ts'

interface Props {
  readonly view: View
  /** There is no past to choose. */
  readonly isLive: boolean
  readonly change: ChangeView
}

/** Live and over how long, or back how far. */
export function TimeChoice({ view, isLive, change }: Props) {
  if (view.between !== undefined && !isLive)
    return (
      <span className="chip">
        <button type="button" onClick={() => change({ between: undefined })} title="Back to the time chosen before">
          {dayMinute(view.between.from)} to {dayMinute(view.between.to)} UTC ✕
        </button>
      </span>
    )
  return (
    <>
      {!isLive && (
        <ListChoice
          label="Time"
          id="time"
          options={lasts}
          value={view.last}
          words={timeWords}
          onChange={last => change({ last })}
        />
      )}
      {(isLive || view.last === 'live') && (
        <Choice
          label="Last"
          options={liveSpans}
          value={view.span}
          words={formatSpan}
          onChange={span => change({ span })}
        />
      )}
    </>
  )
}

const timeWords = (last: Last): string =>
  last === 'live' || last === 'month' || last === 'last-month' ? lastWords[last] : `last ${lastWords[last]}`
