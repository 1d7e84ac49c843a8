import type { PairRow } from '@weir/contract/queries.ts'
import type { Chip } from '../../filters.ts'

/** At most so many suggestions: a list of thousands helps nobody and slows typing. */
const MOST = 400

/** The clusters in sight, in order; with one there is nothing to choose. */
export const knownClusters = (rows: readonly PairRow[], chips: readonly Chip[]): string[] =>
  [
    ...new Set([
      ...rows.flatMap(row => [row.cluster, row.responder.cluster ?? row.cluster]),
      ...chips.filter(chip => chip.field === 'cluster').map(chip => chip.value),
    ]),
  ].sort()

/** What the filter box can suggest: the names on screen, each once, zones and namespaces first. */
export function knownValues(rows: readonly PairRow[], zones: readonly string[]): Chip[] {
  const found = new Map<string, Chip>()
  const add = (field: Chip['field'], value: string) => {
    if (value !== '' && found.size < MOST) found.set(`${field}:${value}`, { field, value, exclude: false })
  }
  for (const zone of zones) add('zone', zone)
  for (const { initiator, responder } of rows) for (const end of [initiator, responder]) add('namespace', end.namespace)
  for (const { responder } of rows)
    if (responder.kind !== 'zone' && responder.kind !== 'namespace') add('responder', responder.name)
  for (const { initiator } of rows)
    if (initiator.kind !== 'zone' && initiator.kind !== 'namespace') add('initiator', initiator.name)
  return [...found.values()]
}
