import type { View } from '../address.ts'
import { lastWords } from '../past.ts'
import { formatDuration, formatSpan } from './times.ts'

export interface SpanWords {
  /** After a noun in a heading: "in 1 min", "this month". */
  readonly short: string
  /** In a sentence: "in the last 1 min", "this month". */
  readonly long: string
}

/** How the time that a view sums is called. */
export function spanWords({ last, between, span }: Pick<View, 'last' | 'between' | 'span'>): SpanWords {
  if (between !== undefined) {
    const length = formatDuration(between.to - between.from)
    return { short: `in ${length}`, long: `in these ${length}` }
  }
  switch (last) {
    case 'live':
      return { short: `in ${formatSpan(span)}`, long: `in the last ${formatSpan(span)}` }
    case 'month':
    case 'last-month':
      return { short: lastWords[last], long: lastWords[last] }
    case '1h':
    case '6h':
    case '24h':
    case '7d':
    case '30d':
      return { short: `in ${lastWords[last]}`, long: `in the last ${lastWords[last]}` }
  }
}
