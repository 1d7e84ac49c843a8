import type { FactColumns } from '../flow-store.ts'
import type { SeriesId } from '../series.ts'
import { FactTable } from './fact-table.ts'
import { type Summed, takeRows } from './sums.ts'

/**
 * Sums per day and lane of the days that are not closed, in memory: of everything that is folded. So a statement that
 * reaches up to today need not add up today's minutes. Made anew from the tables at start.
 */
export class OpenDays {
  readonly #laneOf: (id: SeriesId) => SeriesId
  #lanes = new FactTable()
  #first: number

  /** @param first the first day that is not closed. */
  constructor(first: number, laneOf: (id: SeriesId) => SeriesId) {
    this.#first = first
    this.#laneOf = laneOf
  }

  /** Adds what has been folded, as sums per day. Of closed days nothing: the late rows of those go into the tables. */
  add(days: Summed): void {
    const open = withinDays(days, this.#first, Number.POSITIVE_INFINITY)
    this.#lanes.add({ ...open, series: open.series.map(this.#laneOf) }, open.step)
  }

  /** Forgets the days before `day`: they are in the tables now. */
  close(day: number): void {
    const before = asDays(this.#lanes.columns(), 1)
    this.#first = day
    this.#lanes = new FactTable(before.count)
    this.add(before)
  }

  /** The sums of the days in [from, to). */
  within(from: number, to: number): Summed {
    return withinDays(asDays(this.#lanes.columns(), 1), from, to)
  }
}

/** Facts with the day they lie in. @param unit units of their time in a day. */
export const asDays = ({ minute, ...sums }: FactColumns, unit: number): Summed => ({
  ...sums,
  step: minute.map(time => Math.floor(time / unit)),
})

const withinDays = (days: Summed, from: number, to: number): Summed =>
  takeRows(days, row => {
    const day = days.step[row] ?? 0
    return day >= from && day < to
  })
