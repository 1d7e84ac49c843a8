import { changeKinds, type RolloutsAnswer } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { useState } from 'react'
import { sharedQuery } from '../../address.ts'
import { Choice, ListChoice } from '../../frame/choice.tsx'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatCount } from '../../words/bytes.ts'
import { MarkForm } from './mark-form.tsx'
import { rolloutColumns } from './rollout-columns.tsx'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const backs = ['7', '30', '90'] as const
const kinds = ['all', ...changeKinds] as const

/** Did it work: what changed where connections go, and what the figures say of it. */
export function RolloutsPage({ feed, address, now }: PageProps) {
  const query = new URLSearchParams(address.search)
  const back = backs.find(one => one === query.get('back')) ?? '30'
  const kind = kinds.find(one => one === query.get('kind')) ?? 'all'
  const to = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS
  const range = { from: epochMs(to - Number(back) * DAY_MS), to: epochMs(to) }
  const [marked, setMarked] = useState(0)
  const { answer, error, retry } = useAnswer(feed, 'rollouts', { range }, marked)
  return (
    <>
      <search className="filters" aria-label="Changes">
        <Choice
          label="Last"
          options={backs}
          value={back}
          words={one => `${one} days`}
          onChange={one => address.set({ back: one === '30' ? undefined : one })}
        />
        <ListChoice
          label="What"
          options={kinds}
          value={kind}
          words={one => (one === 'all' ? 'all changes' : one)}
          onChange={one => address.set({ kind: one === 'all' ? undefined : one })}
        />
      </search>
      <MarkForm feed={feed} onMarked={() => setMarked(before => before + 1)} />
      <ErrorBanner what="The list of changes" error={error} retry={retry} />
      {answer === undefined
        ? error === undefined && <p className="message panel quiet loading">Loading…</p>
        : answer !== undefined && (
            <Changes answer={answer} kind={kind} back={back} query={sharedQuery(address.search)} />
          )}
    </>
  )
}

interface ChangesProps {
  readonly answer: RolloutsAnswer
  readonly kind: (typeof kinds)[number]
  readonly back: string
  readonly query: string
}

function Changes({ answer: { gaps, rows, hidden }, kind, back, query }: ChangesProps) {
  const shown = kind === 'all' ? rows : rows.filter(({ change }) => change.kind === kind)
  return (
    <section className="panel" aria-labelledby="changes-title">
      <header>
        <h2 id="changes-title">Changes of the last {back} days</h2>
        {hidden > 0 && <span className="quiet small">{formatCount(hidden)} older ones are not listed</span>}
      </header>
      {gaps.length > 0 && (
        <div className="banner note">
          <span>Not seen: {gaps.join('; ')}</span>
        </div>
      )}
      {shown.length === 0 ? (
        <div className="message">
          <h2>{rows.length === 0 ? 'No change seen' : 'No change of this kind'}</h2>
          <p>
            {rows.length === 0
              ? 'Weir watches the settings of Services, their hints, replicas and nodes where it watches a cluster’s API server (--directory kubernetes). What it cannot see, such as the new version of a client, can be marked by hand above.'
              : 'Choose all changes to see the others.'}
          </p>
        </div>
      ) : (
        <DataTable
          label="Changes"
          columns={rolloutColumns(query)}
          rows={shown}
          keyOf={({ change }) => change.id}
          fileName="weir-changes"
        />
      )}
    </section>
  )
}
