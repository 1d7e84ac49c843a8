import type { ShareReading, ShareSide } from '@weir/contract/rollout-queries.ts'
import { IntervalPlot } from '../../plots/interval-plot.tsx'
import { shareWithInterval } from '../../words/changes.ts'

/** The shares before and after on one axis from nothing to all. */
export function ReadingPlot({
  reading,
  isSmall = false,
}: {
  readonly reading: ShareReading
  readonly isSmall?: boolean
}) {
  const { before, after } = reading
  return (
    <IntervalPlot
      rows={[rowOf('before', before), rowOf('after', after)]}
      from={0}
      to={1}
      words={share => `${Math.round(share * 100)} %`}
      summary={`Share across zones: before ${shareOf(before)}, after ${shareOf(after)}`}
      isSmall={isSmall}
    />
  )
}

const rowOf = (label: string, side: ShareSide) => ({ label, value: side.share ?? undefined, interval: side.interval })
export const shareOf = ({ share, interval }: ShareSide): string => shareWithInterval(share, interval)
