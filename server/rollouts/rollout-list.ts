import type { TimeRange } from '@weir/contract/queries.ts'
import type {
  ChangeKind,
  HintState,
  RolloutRow,
  RolloutsAnswer,
  RoutingChange,
  ShareReading,
} from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { type Scope, shownScope } from '../answers/scope.ts'
import { changeInScope } from './change-in-scope.ts'
import type { ServiceName } from './service-traffic.ts'

export interface RolloutListParts {
  /** Newest first. */
  readonly changesIn: (range: TimeRange) => readonly RoutingChange[]
  /** The reading that says most of a change by its Services in a viewer's scope; null: none yet. Costs nothing. */
  readonly readingOf: (change: RoutingChange) => ShareReading | null
  /** Of the Service's hints now; null: it has none to have, or is not known. */
  readonly hintsOf: (service: ServiceName) => HintState | null
  /** Where changes cannot be seen now, in sentences. */
  readonly gaps: () => readonly string[]
  readonly now: () => EpochMs
}

/** What is asked for of all changes; undefined: any. */
export interface RolloutFilter {
  readonly cluster: readonly string[] | undefined
  /** Of the subject, or of a Service it may have moved. */
  readonly namespace: readonly string[] | undefined
  /** Names of Services it may have moved. */
  readonly service: readonly string[] | undefined
  readonly kind: readonly ChangeKind[] | undefined
}

/** The list of changes, newest first, as a viewer may see it. */
export function rolloutList(
  { changesIn, readingOf, hintsOf, gaps, now }: RolloutListParts,
  scope: Scope,
  range: TimeRange,
  filter: RolloutFilter,
  limit: number,
): RolloutsAnswer {
  const seen = changesIn(range).flatMap(change => changeInScope(change, scope) ?? [])
  const asked = seen.filter(change => isAsked(change, filter))
  const rows = asked.slice(0, limit).map((change): RolloutRow => {
    const { cluster, subject } = change
    const hints =
      subject.kind === 'service' ? hintsOf({ cluster, namespace: subject.namespace, name: subject.name }) : null
    return { change, reading: readingOf(change), hints }
  })
  return { range, scope: shownScope(scope), asOf: now(), rows, hidden: asked.length - rows.length, gaps: gaps() }
}

function isAsked({ cluster, kind, subject, services }: RoutingChange, filter: RolloutFilter): boolean {
  const namespaces = [
    ...services.map(({ namespace }) => namespace),
    ...(subject.kind === 'cluster' ? [] : [subject.namespace]),
  ]
  return (
    (filter.cluster?.includes(cluster) ?? true) &&
    (filter.kind?.includes(kind) ?? true) &&
    (filter.namespace?.some(namespace => namespaces.includes(namespace)) ?? true) &&
    (filter.service?.some(name => services.some(service => service.name === name)) ?? true)
  )
}
