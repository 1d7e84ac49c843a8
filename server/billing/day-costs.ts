import type { BillState } from '@weir/contract/cost-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { type Billed, type BillLine, type BillOfDay, type Bills, billLines } from './bill-line.ts'
import { share, timesOver } from './share.ts'

/** A price as the bill gives it: money over quantity, exactly. */
export type Rate = Billed

/** What is charged where the bill does not say: per line. */
export type ListRates = { readonly [line in BillLine]: Rate }

/** Metered bytes (wire bytes × billed sides) of one day by group, per line; all lists are of the same length. */
export type MeteredDay = { readonly [line in BillLine]: Float64Array }

/** One day in money, whole micro-dollars. Exactly: the costs' sum + unattributed = billed, where there is a bill. */
export interface DayCosts {
  readonly state: BillState
  /** By group. */
  readonly costs: Float64Array
  readonly attributed: bigint
  /** Of both lines; null without a bill. */
  readonly billed: Billed | null
  /** Billed less attributed; negative where more was observed than is on the bill. 0 without a bill. */
  readonly unattributed: bigint
  readonly meteredBytes: number
}

/** Prices a day at what its own bill comes to per GB, else at `rates`. */
export function costsOfDay(
  metered: MeteredDay,
  bill: BillOfDay | undefined,
  rates: ListRates,
  bytesPerGb: number,
): DayCosts {
  const costs = new Float64Array(metered['inter-zone'].length)
  let meteredBytes = 0
  for (const line of billLines) {
    const weights = metered[line]
    const bytes = weights.reduce((sum, weight) => sum + weight, 0)
    if (bytes === 0) continue
    meteredBytes += bytes
    const parts = share(costAt(rateOf(bill, line) ?? rates[line], bytes, bytesPerGb), weights)
    for (const [group, part] of parts.entries()) costs[group] = (costs[group] ?? 0) + part
  }
  const attributed = BigInt(costs.reduce((sum, cost) => sum + cost, 0))
  const billed = bill === undefined ? null : totalOf(bill)
  const unattributed = billed === null ? 0n : billed.microUsd - attributed
  return { state: bill?.state ?? 'no data', costs, attributed, billed, unattributed, meteredBytes }
}

/** What the line's price comes to on that day; undefined where the bill tells no price. */
export function rateOf(bill: BillOfDay | undefined, line: BillLine): Rate | undefined {
  const billed = bill?.lines[line]
  return billed !== undefined && billed.nanoGb > 0n && billed.microUsd >= 0n ? billed : undefined
}

/** Per line, the price of the newest day before `day` whose bill tells one, else of the oldest after it, else the list's. */
export function ratesNear(day: EpochMs, bills: Bills, list: ListRates): ListRates {
  const known = [...bills.values()].sort((a, b) => a.day - b.day)
  const near = (line: BillLine): Rate => {
    const told = known.filter(bill => rateOf(bill, line) !== undefined)
    const bill = told.findLast(one => one.day < day) ?? told[0]
    return rateOf(bill, line) ?? list[line]
  }
  return { 'inter-zone': near('inter-zone'), peering: near('peering') }
}

function costAt({ nanoGb, microUsd }: Rate, bytes: number, bytesPerGb: number): bigint {
  return timesOver(BigInt(bytes) * 1_000_000_000n, microUsd, BigInt(bytesPerGb) * nanoGb)
}

function totalOf({ lines }: BillOfDay): Billed {
  const all = billLines.map(line => lines[line])
  return {
    nanoGb: all.reduce((sum, { nanoGb }) => sum + nanoGb, 0n),
    microUsd: all.reduce((sum, { microUsd }) => sum + microUsd, 0n),
  }
}
