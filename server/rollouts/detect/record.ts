import { changeKinds, type RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { SeenSubject } from './subjects.ts'

/**
 * A line of the journal of changes: all that one look brought, so that a crash keeps both the change and that it was
 * told, or neither. Later lines win: a change by its id, a subject by its name.
 */
export interface LookRecord {
  readonly kind: 'look'
  /** WORDS of the version that wrote it. */
  readonly words: number
  readonly cluster: string
  readonly changes: readonly RoutingChange[]
  readonly seen: readonly SeenSubject[]
  readonly forgotten: readonly string[]
}

/**
 * Raised when the same state is put into other words (aspects): what was seen in older ones is not compared, or an upgrade
 * would tell a change of everything.
 */
export const WORDS = 1

/** A line whose check sum is right was written by this program, but perhaps by a later version of it. */
export function lookRecordOf(value: unknown): LookRecord | undefined {
  const look = value as Partial<LookRecord> | null // looked at below
  if (look?.kind !== 'look' || typeof look.cluster !== 'string') return undefined
  const { cluster, changes, seen, forgotten } = look
  if (!Array.isArray(changes) || !Array.isArray(seen) || !Array.isArray(forgotten)) return undefined
  const known = changes.filter(({ kind }) => changeKinds.includes(kind))
  return { kind: 'look', words: WORDS, cluster, changes: known, seen: look.words === WORDS ? seen : [], forgotten }
}
