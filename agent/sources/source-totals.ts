import type { SourceStats } from './flow-source.ts'

/** The part of SourceStats that only grows. */
export type Totals = Pick<SourceStats, Extract<keyof SourceStats, `${string}Total`>>

export const noTotals: Totals = totals(() => 0)

export const totalsOf = (stats: SourceStats): Totals => totals(name => stats[name])

export const addTotals = (a: Totals, b: Totals): Totals => totals(name => a[name] + b[name])

function totals(value: (name: keyof Totals) => number): Totals {
  return {
    dumpsTotal: value('dumpsTotal'),
    eventsTotal: value('eventsTotal'),
    overrunsTotal: value('overrunsTotal'),
    lostEventsTotal: value('lostEventsTotal'),
    lostTailTotal: value('lostTailTotal'),
    withoutFinalCountersTotal: value('withoutFinalCountersTotal'),
    reopenedTotal: value('reopenedTotal'),
    resetsTotal: value('resetsTotal'),
    midStreamTotal: value('midStreamTotal'),
    loopbackTotal: value('loopbackTotal'),
    malformedTotal: value('malformedTotal'),
  }
}
