import { type FlowFilter, filterFields, type Problem, type TimeRange } from '@weir/contract/queries.ts'
import { type Asked, FeedError, type QuestionName } from './feed.ts'

/** The address of each question under /api/v1. */
const addresses: { readonly [name in QuestionName]: (question: Asked<name>) => string } = {
  pairs: ({ range, filter, group, sort, limit }) => `pairs?${asQuery({ ...range, group, sort, limit }, filter)}`,
  zones: ({ range, filter }) => `zones?${asQuery({ ...range }, filter)}`,
  series: ({ range, filter, stepMs, by, limit }) => `series?${asQuery({ ...range, step: stepMs, by, limit }, filter)}`,
  costs: ({ month, by, policy }) => `costs?${asQuery({ month, by, policy })}`,
  reconciliation: ({ range }) => `reconciliation?${asQuery(wholeDays(range))}`,
  coverage: ({ range }) => `coverage?${asQuery({ ...range })}`,
  audit: ({ range }) => `audit?${asQuery({ ...range, limit: 1000 })}`,
  rollouts: ({ range, service }) =>
    `rollouts?${asQuery({ ...range, limit: 500, ...(service && { namespace: service.namespace, service: service.name }) })}`,
  rollout: ({ id }) => `rollouts/${encodeURIComponent(id)}`,
  routing: ({ namespace, name, cluster }) =>
    `services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}/routing${cluster === undefined ? '' : `?${asQuery({ cluster })}`}`,
  advice: ({ range }) => `advice?${asQuery({ ...range })}`,
  whatIf: question => `what-if?${asQuery({ ...question })}`,
  agents: () => 'agents',
  version: () => 'openapi.json',
}

export const addressOf = <Name extends QuestionName>(name: Name, question: Asked<Name>): string =>
  `/api/v1/${addresses[name](question)}`

/** Filters are repeatable parameters under the contract's names. */
function asQuery(parts: { readonly [name: string]: string | number }, filter: FlowFilter = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts)) query.set(name, `${value}`)
  for (const field of filterFields) for (const value of filter[field] ?? []) query.append(field, value)
  return query.toString()
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
const wholeDays = ({ from, to }: TimeRange) => ({ from: day(from), to: day(to) })

/** The sentence for people in an answer that is no answer; a proxy's error page has no Problem in it. */
export function problemOf(status: number, body: Partial<Problem> | undefined): FeedError {
  const detail = body?.detail ?? body?.title ?? `The server answered with status ${status}.`
  return new FeedError(detail, { requestId: body?.requestId, status })
}
