import type { ShownScope } from '@weir/contract/queries.ts'

/**
 * Whose traffic a viewer may see: 'all', or rows with at least one end in one of these namespaces. A row's other end is
 * shown whoever it is, because it is the viewer's own traffic. Namespaces of the same name in several clusters are one.
 */
export type Scope = 'all' | ReadonlySet<string>

/** As answers state it. */
export const shownScope = (scope: Scope): ShownScope => (scope === 'all' ? 'all' : [...scope].sort())

/** Whether a thing with ends in these namespaces ('' = in none) may be seen. */
export const inScope = (scope: Scope, namespaces: Iterable<string>): boolean =>
  scope === 'all' || [...namespaces].some(namespace => scope.has(namespace))
