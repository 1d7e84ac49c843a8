import { type PairGroup, type PairSort, pairGroups, pairSorts } from '@weir/contract/queries.ts'
import type { View } from '../../address.ts'
import { Choice, ListChoice } from '../../frame/choice.tsx'
import type { ChangeView } from '../../frame/use-address.ts'
import { DownloadButton } from '../../tables/download-button.tsx'
import { formatCount } from '../../words/bytes.ts'
import { pairsFile } from './pairs-file.ts'
import { PairsTable } from './pairs-table.tsx'
import type { PairSums, Sums } from './traffic.ts'
import { whyEmpty } from './why-empty.ts'

interface Props {
  readonly pairs: PairSums
  readonly zones: Sums
  readonly isLive: boolean
  /** Pairs of something else can be chosen. */
  readonly hasGroups?: boolean
  readonly view: View
  readonly change: ChangeView
}

const titles: { readonly [group in PairGroup]: string } = {
  service: 'Top service pairs',
  workload: 'Top workload pairs',
  namespace: 'Top namespace pairs',
  zone: 'Top zone pairs',
}
const sortWords: { readonly [sort in PairSort]: string } = {
  crossZoneBytes: 'cross-zone bytes',
  bytes: 'all bytes',
  costMicroUsd: 'cost',
  connections: 'connections',
  name: 'name',
}

export function PairsPanel({ pairs, zones, isLive, hasGroups = true, view, change }: Props) {
  const count = pairs.rows.length
  return (
    <section className="panel" aria-labelledby="pairs-title">
      <header>
        <h2 id="pairs-title">
          {titles[view.group]}
          <span className="quiet small"> {count === 0 ? '' : `${formatCount(count)}, ${crossingNote(view)}`}</span>
        </h2>
        <ListChoice
          className="narrow-only"
          label="Sort by"
          options={pairSorts}
          value={view.sort}
          words={sort => sortWords[sort]}
          onChange={sort => change({ sort })}
        />
        {hasGroups && (
          <Choice
            label="Group by"
            options={pairGroups}
            value={view.group}
            words={group => group}
            onChange={group => change({ group })}
          />
        )}
      </header>
      {count === 0 ? (
        <Nothing view={view} zones={zones} change={change} />
      ) : (
        <>
          <PairsTable sums={pairs} isLive={isLive} view={view} change={change} />
          <div className="below">
            <DownloadButton name={`weir-pairs-${fileTime(pairs)}.csv`} text={() => pairsFile(pairs, pairs.rows)} />
          </div>
        </>
      )}
    </section>
  )
}

const fileTime = ({ range }: PairSums): string => new Date(range.to).toISOString().slice(0, 16).replace(':', '')

const crossingNote = (view: View): string => (view.crossing === 'all' ? 'all crossings' : `${view.crossing} only`)

function Nothing({ view, zones, change }: Pick<Props, 'zones' | 'view' | 'change'>) {
  const { title, detail, good } = whyEmpty(view, zones)
  return (
    <div className={`message ${good ? 'good' : ''}`}>
      <h2>{title}</h2>
      <p>{detail}</p>
      {view.chips.length > 0 && (
        <button type="button" className="button" onClick={() => change({ chips: [] })}>
          Clear the filter
        </button>
      )}
      {view.chips.length === 0 && zones.total.bytes > 0 && (
        <button type="button" className="button" onClick={() => change({ crossing: 'all', sort: 'bytes' })}>
          Show all traffic
        </button>
      )}
    </div>
  )
}
