import type { Cluster } from './cluster.ts'

/** Figures for /metrics and Health; `*Total` only grow while the process lives. */
export interface DirectoryStats {
  readonly clusters: number
  /** Labels kept, ended ones included. */
  readonly labels: number
  readonly openLabels: number
  readonly addresses: number
  readonly nodes: number
  readonly services: number
  readonly subnets: number
  readonly changesTotal: number
  /** Labels that were forgotten before their time, because a million had ended. */
  readonly labelsForgottenEarly: number
  /** Lines of the journal that could not be read at start. */
  readonly journalDamagedLines: number
  readonly journalBytes: number
}

export function describe(
  clusters: readonly Cluster[],
  totals: Pick<DirectoryStats, 'changesTotal' | 'labelsForgottenEarly' | 'journalDamagedLines' | 'journalBytes'>,
): DirectoryStats {
  const sum = (of: (cluster: Cluster) => number): number => clusters.reduce((total, cluster) => total + of(cluster), 0)
  return {
    clusters: clusters.length,
    labels: sum(({ entries }) => entries.size),
    openLabels: sum(({ entries }) => count(entries.values(), ({ label }) => label.to === null)),
    addresses: sum(({ intervals }) => intervals.addresses),
    nodes: sum(({ nodeEntries }) => openNodes(nodeEntries)),
    services: sum(({ services }) => services.openCount),
    subnets: sum(({ subnets }) => count(subnets.records(), ({ to }) => to === null)),
    ...totals,
  }
}

function count<T>(items: Iterable<T>, counts: (item: T) => boolean): number {
  let total = 0
  for (const item of items) if (counts(item)) total++
  return total
}

function openNodes(entries: Cluster['nodeEntries']): number {
  const names = new Set<string>()
  for (const { label } of entries) if (label.to === null && label.node !== undefined) names.add(label.node)
  return names.size
}
