import type { SeriesAnswer } from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { useEffect, useState } from 'react'
import type { View } from '../../address.ts'
import { type Feed, FeedError, type SeriesQuestion } from '../../feed/feed.ts'
import { chartQuestion } from './chart-question.ts'

export interface SeriesState {
  readonly answer: SeriesAnswer | undefined
  readonly error: FeedError | undefined
  retry(): void
}

/** The chart's lines, asked for again with every 10 s of new data: late rows still raise the newest steps. */
export function useSeries(feed: Feed, view: View, asOf: EpochMs | null | undefined): SeriesState {
  const [answer, setAnswer] = useState<SeriesAnswer>()
  const [error, setError] = useState<FeedError>()
  const [attempt, setAttempt] = useState(0)
  const question = asOf == null ? undefined : JSON.stringify(chartQuestion(view, asOf))
  const tick = asOf == null ? 0 : Math.floor(asOf / 10_000)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tick` and `attempt` only say when to ask again.
  useEffect(() => {
    if (question === undefined) return
    const asked: SeriesQuestion = JSON.parse(question)
    const stop = new AbortController()
    feed.series(asked, stop.signal).then(
      found => {
        setAnswer(found)
        setError(undefined)
      },
      (failure: unknown) => {
        if (!stop.signal.aborted) setError(failure instanceof FeedError ? failure : new FeedError(`${failure}`))
      },
    )
    return () => stop.abort()
  }, [feed, question, tick, attempt])
  return { answer, error, retry: () => setAttempt(attempt + 1) }
}
