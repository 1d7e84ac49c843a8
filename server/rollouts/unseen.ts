import type { EpochMs } from '@weir/contract/units.ts'
import type { Routings } from './routings.ts'

/** The watch is up to date every second, or it is broken. */
const SILENT_MS = 120_000

/** Where changes cannot be seen now, and why, in sentences. */
export function unseenChanges(
  clusters: readonly string[],
  routings: Pick<Routings, 'clusters' | 'of'>,
  now: EpochMs,
): string[] {
  const described = clusters.filter(cluster => !routings.clusters.includes(cluster))
  return [
    ...described.map(
      cluster => `${cluster} is described by a file: of its changes only those marked by hand are known`,
    ),
    ...routings.clusters.flatMap(cluster => {
      const asOf = routings.of(cluster)?.asOf
      if (asOf === undefined) return [`${cluster} is not listed yet: what changed is told once it is`]
      if (now - asOf < SILENT_MS) return []
      const minutes = Math.floor((now - asOf) / 60_000)
      return [`${cluster} has said nothing for ${minutes} min: what changed since is told when its API server is back`]
    }),
  ]
}
