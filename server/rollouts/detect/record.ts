import { changeKinds, type RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { SeenSubject } from './subjects.ts'

/**
 * A line of the journal of changes: all that one look brought, so that a crash keeps both the change and that it was
 * told, or neither. Later lines win: a change by its id, a subject by its name.
 */
export interface LookRecord {
  readonly kind: 'look'
  readonly cluster: string
  readonly changes: readonly RoutingChange[]
  readonly seen: readonly SeenSubject[]
  readonly forgotten: readonly string[]
}

/** A line whose check sum is right was written by this program, but perhaps by a later version of it. */
export function lookRecordOf(value: unknown): LookRecord | undefined {
  const look = value as Partial<LookRecord> | null // looked at below
  if (look?.kind !== 'look' || typeof look.cluster !== 'string') return undefined
  const { cluster, changes, seen, forgotten } = look
  if (!Array.isArray(changes) || !Array.isArray(seen) || !Array.isArray(forgotten)) return undefined
  return { kind: 'look', cluster, changes: changes.filter(({ kind }) => changeKinds.includes(kind)), seen, forgotten }
}
