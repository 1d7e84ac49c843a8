import type { Problem } from '@weir/contract/queries.ts'

/** A parameter that cannot be read: an expected outcome, answered with 400. */
export interface BadParameter {
  readonly parameter: string
  readonly detail: string
  readonly allowed: string
}

export const problemType = 'application/problem+json'

/** RFC 9457. `type` about:blank means that the title is the status' own phrase. */
export function problem(status: number, title: string, detail: string, requestId: string): Problem {
  return { type: 'about:blank', title, status, detail, requestId }
}

export const badParameter = (bad: BadParameter, requestId: string): Problem => ({
  ...problem(400, 'Bad Request', `${bad.parameter}: ${bad.detail}`, requestId),
  parameter: bad.parameter,
  allowed: bad.allowed,
})
