import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { Scope } from '../answers/scope.ts'

/**
 * As a viewer may see it: the Services of their namespaces are named, and no others. undefined: it is none of theirs,
 * neither its subject nor any Service it may have moved.
 */
export function changeInScope(change: RoutingChange, scope: Scope): RoutingChange | undefined {
  if (scope === 'all') return change
  const { subject, services } = change
  const theirs = services.filter(({ namespace }) => scope.has(namespace))
  const isTheirs = theirs.length > 0 || (subject.kind !== 'cluster' && scope.has(subject.namespace))
  return isTheirs ? { ...change, services: theirs } : undefined
}
