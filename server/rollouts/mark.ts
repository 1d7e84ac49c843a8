import type { MarkRollout, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { withId } from './detect/change-id.ts'
import { KEPT_MS } from './detect/change-store.ts'

/** Clocks of pipelines are not ours. */
const AHEAD_MS = 5 * 60_000

export interface MarkChecks {
  /** The first is that of a mark that names none. */
  readonly clusters: () => readonly string[]
  /** Whether there is, or was within a week, such a Service; undefined: nobody can tell. */
  readonly hasService: (cluster: string, namespace: string, name: string) => boolean | undefined
  readonly now: EpochMs
}

export type MarkResult =
  | { readonly ok: true; readonly change: RoutingChange }
  | { readonly ok: false; readonly field: keyof MarkRollout; readonly detail: string; readonly allowed: string }

/** A change that somebody marked: what it was is in their words. @param at read already */
export function markOf(mark: Omit<MarkRollout, 'at'> & { readonly at?: EpochMs }, checks: MarkChecks): MarkResult {
  const { namespace, service: name, note } = mark
  const { hasService, now } = checks
  const clusters = checks.clusters()
  const [cluster = mark.cluster] = mark.cluster === undefined ? clusters : [mark.cluster]
  const known = clusters.join(', ')
  if (cluster === undefined || !clusters.includes(cluster))
    return { ok: false, field: 'cluster', detail: 'no such cluster is known', allowed: known }
  if (hasService(cluster, namespace, name) === false) {
    const detail = `there is no Service ${namespace}/${name} in ${cluster}, and was none within a week`
    return { ok: false, field: 'service', detail, allowed: 'the name of a Service' }
  }
  const at = mark.at ?? now
  if (at > now + AHEAD_MS || at < now - KEPT_MS) {
    const allowed = `a moment within the last ${KEPT_MS / 86_400_000} days`
    return { ok: false, field: 'at', detail: at > now ? 'it lies in the future' : 'it is too long ago', allowed }
  }
  const subject = { kind: 'service', namespace, name } as const
  const services = [{ namespace, name }]
  const said = { before: '', after: '', note, times: 1 }
  const change = withId({ cluster, at: epochMs(at), kind: 'marked by hand', subject, services, ...said })
  return { ok: true, change }
}
