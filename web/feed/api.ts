import { filterFields, type Problem } from '@weir/contract/queries.ts'
import { FeedError, type SeriesQuestion } from './feed.ts'

/** GET /api/v1/series for a question; filters are repeatable parameters under the contract's names. */
export function seriesUrl({ range, stepMs, by, limit, filter }: SeriesQuestion): string {
  const query = new URLSearchParams({
    from: `${range.from}`,
    to: `${range.to}`,
    step: `${stepMs}`,
    by,
    limit: `${limit}`,
  })
  for (const field of filterFields) for (const value of filter[field] ?? []) query.append(field, value)
  return `/api/v1/series?${query}`
}

/** The sentence for people in an answer that is no answer; a proxy's error page has no Problem in it. */
export function problemOf(status: number, body: Partial<Problem> | undefined): FeedError {
  const detail = body?.detail ?? body?.title ?? `The server answered with status ${status}.`
  return new FeedError(detail, body?.requestId)
}
