import { useCallback, useEffect, useMemo, useState } from 'react'
import { type Answer, type Asked, type Feed, FeedError, type QuestionName } from '../feed/feed.ts'

export interface Answered<T> {
  /** The newest answer; undefined until the first comes. */
  readonly answer: T | undefined
  /** Why the newest question has none; an older answer may still be there. */
  readonly error: FeedError | undefined
  /** What is shown answers an older question. */
  readonly awaited: boolean
  readonly retry: () => void
}

/**
 * The answer to a question, asked again whenever the question or `tick` changes (late rows still raise the newest
 * figures). undefined: there is nothing to ask yet.
 */
export function useAnswer<Name extends QuestionName>(
  feed: Feed,
  name: Name,
  question: Asked<Name> | undefined,
  tick = 0,
): Answered<Answer<Name>> {
  const [found, setFound] = useState<{ readonly text: string; readonly answer: Answer<Name> }>()
  const [error, setError] = useState<FeedError>()
  const [attempt, setAttempt] = useState(0)
  // As text: equal questions are asked once, though each render makes new objects.
  const text = question === undefined ? undefined : JSON.stringify(question)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tick` and `attempt` only say when to ask again.
  useEffect(() => {
    if (text === undefined) return
    const stop = new AbortController()
    const asked: Asked<Name> = JSON.parse(text)
    feed.ask(name, asked, stop.signal).then(
      answer => {
        if (stop.signal.aborted) return
        setFound({ text, answer })
        setError(undefined)
      },
      (failure: unknown) => {
        if (!stop.signal.aborted) setError(failure instanceof FeedError ? failure : new FeedError(`${failure}`))
      },
    )
    return () => stop.abort()
  }, [feed, name, text, tick, attempt])
  const retry = useCallback(() => setAttempt(before => before + 1), [])
  const awaited = found !== undefined && found.text !== text
  // The same as long as nothing changed: what draws a large answer need not draw it with every tick of the clock.
  return useMemo(() => ({ answer: found?.answer, error, awaited, retry }), [found, error, awaited, retry])
}
