import { type ChangeKind, changeKinds, type RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { inScope, shownScope } from '../answers/scope.ts'
import { type MarkChecks, markOf } from '../rollouts/mark.ts'
import { type RolloutListParts, rolloutList } from '../rollouts/rollout-list.ts'
import { markIn } from './mark-body.ts'
import { count, type Parameter, quoted } from './parameters.ts'
import { json, type Route, route } from './route.ts'
import { DAY_MS, momentParameter, rangeOf } from './time-range.ts'
import type { WriteRoute } from './write-route.ts'

export interface RolloutSources extends RolloutListParts {
  readonly checks: Omit<MarkChecks, 'now'>
  /** Keeps it for good. False: it is there already. @throws StorageError */
  readonly add: (change: RoutingChange) => boolean
}

const DEFAULT_RANGE_MS = 30 * DAY_MS
const MAX_VALUES = 100

function several<T extends string>(
  means: string,
  allowed: string,
  check: (given: string) => T,
): Parameter<readonly T[] | undefined> {
  return {
    means: `${means} Several values: any of them.`,
    allowed: `${allowed}, up to ${MAX_VALUES} values`,
    repeats: true,
    parse: given => {
      if (given.length > MAX_VALUES) throw new Error(`${given.length} values, more than ${MAX_VALUES}`)
      return given.length === 0 ? undefined : given.map(check)
    },
  }
}

function aName(given: string): string {
  if (given === '') throw new Error('a value is empty')
  if (given.length > 253) throw new Error(`${quoted(given)} is longer than 253 characters`)
  return given
}

function aKind(given: string): ChangeKind {
  const kind = changeKinds.find(one => one === given)
  if (kind === undefined) throw new Error(`${quoted(given)} is none of ${changeKinds.join(', ')}`)
  return kind
}

const parameters = {
  from: momentParameter('Beginning of the range, included; rounded down to the minute.', '30 days before to'),
  to: momentParameter('End of the range, excluded; rounded up to the minute.', 'now'),
  cluster: several('Cluster by name.', 'a name', aName),
  namespace: several('Namespace of what changed, or of a Service whose traffic it may have moved.', 'a name', aName),
  service: several('A Service whose traffic it may have moved, by name.', 'a name', aName),
  kind: several('What changed.', changeKinds.join(', '), aKind),
  limit: count('Rows, newest first.', 1, 1_000, 100),
}

/** What changed, and whether it helped. */
export const rolloutsRoute = (sources: RolloutSources): Route =>
  route(
    {
      path: '/rollouts',
      rule: 'scoped',
      summary: 'What changed where connections go, and whether it cut what crosses.',
    },
    parameters,
    'Rollouts',
    async ({ from, to, limit, ...filter }, { scope }) => {
      const until = to ?? sources.now()
      const read = rangeOf({ from: from ?? epochMs(Math.max(0, until - DEFAULT_RANGE_MS)), to: until }, sources.now())
      if (!read.ok) return { kind: 'bad', bad: read.bad }
      return json(rolloutList(sources, scope, read.range, filter, limit))
    },
  )

/** Marks a change by hand. Who may see a namespace may mark its Services. */
export const markRoute = ({ add, checks, now }: RolloutSources): WriteRoute => ({
  path: '/api/v1/rollouts',
  rule: 'scoped',
  summary: 'Marks a change of a Service that Weir cannot see by itself.',
  body: 'MarkRollout',
  answer: 'MarkedRollout',
  reply: (body, { scope }) => {
    const read = markIn(body)
    if (!read.ok) return { kind: 'bad', bad: read.bad }
    const { mark } = read
    if (!inScope(scope, [mark.namespace]))
      return { kind: 'forbidden', detail: `${quoted(mark.namespace)} is none of your namespaces` }
    const made = markOf(mark, { ...checks, now: now() })
    if (!made.ok) return { kind: 'bad', bad: { parameter: made.field, detail: made.detail, allowed: made.allowed } }
    return { kind: 'kept', isNew: add(made.change), body: { scope: shownScope(scope), change: made.change } }
  },
})
