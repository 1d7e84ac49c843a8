/** What the delta rules saw and could not count; names as in SourceStats (sources/flow-source.ts). */
export interface DeltaCounts {
  /** As of the last dump, begun anew with each. */
  entries: number
  entriesWithoutCounters: number
  offloadedEntries: number
  /** Only grow. */
  lostTailTotal: number
  withoutFinalCountersTotal: number
  reopenedTotal: number
  resetsTotal: number
  midStreamTotal: number
  loopbackTotal: number
}

export const noCounts = (): DeltaCounts => ({
  entries: 0,
  entriesWithoutCounters: 0,
  offloadedEntries: 0,
  lostTailTotal: 0,
  withoutFinalCountersTotal: 0,
  reopenedTotal: 0,
  resetsTotal: 0,
  midStreamTotal: 0,
  loopbackTotal: 0,
})
