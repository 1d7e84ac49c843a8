import { createHash } from 'node:crypto'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'

/** The same change has the same id, whoever tells it and how often: what is told twice is kept once. */
export function withId(change: Omit<RoutingChange, 'id'>): RoutingChange {
  const { cluster, kind, subject, at, before, after, note } = change
  const id = createHash('sha256')
    .update(JSON.stringify([cluster, kind, subject, at, before, after, note]))
    .digest('hex')
    .slice(0, 20)
  return { id, ...change }
}
