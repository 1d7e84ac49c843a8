import type { ReactNode } from 'react'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { FilterBar } from './filter-bar.tsx'
import { knownClusters, knownValues } from './known-values.ts'
import type { PairSums, ZoneSums } from './traffic.ts'

interface Props extends Pick<PageProps, 'address' | 'traffic' | 'status'> {
  readonly children: (zones: ZoneSums, pairs: PairSums) => ReactNode
}

/** What the pages about traffic have in common: the filter, the time, and what stands there before there is data. */
export function TrafficFrame({ address: { view, change }, traffic, status, children }: Props) {
  const { zones, pairs, error, retry } = traffic
  const clusters = knownClusters(pairs?.rows ?? [], view.chips)
  const known = knownValues(pairs?.rows ?? [], zones?.zones ?? [])
  return (
    <>
      <FilterBar view={view} known={known} clusters={clusters} change={change} />
      <ErrorBanner what="This time" error={error} retry={retry} />
      {zones === undefined || pairs === undefined ? (
        error === undefined && (
          <p className="message panel quiet loading">{status.kind === 'disconnected' ? status.word : 'Loading…'}</p>
        )
      ) : (
        <div className={`stack ${traffic.isLive && status.kind === 'disconnected' ? 'faded' : ''}`}>
          {children(zones, pairs)}
        </div>
      )}
    </>
  )
}
