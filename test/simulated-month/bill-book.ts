import type { ApartLine } from '@weir/contract/cost-queries.ts'
import { type EpochMs, epochMs, microUsd } from '@weir/contract/units.ts'
import type { BillBook } from '../../server/billing/bill-book.ts'
import type { BillOfDay, BillLine as Line } from '../../server/billing/bill-line.ts'
import { listOnly } from '../../server/billing/list-only.ts'
import { parseDecimal, scaled, sumOf } from '../../server/pricing/decimal.ts'
import type { BillLine } from './bill/cost-explorer.ts'

/** The bill of the other program as statements read it, every day of it final. */
export function bookOf(lines: readonly BillLine[]): BillBook {
  const byDay = Map.groupBy(lines, ({ day }) => epochMs(Date.parse(`${day}T00:00Z`)))
  const bills = new Map([...byDay].map(([day, all]) => [day, billOfDay(day, all)]))
  const apart = new Map([...byDay].map(([day, all]) => [day, apartOf(all)]))
  return {
    ...listOnly({ usdPerGb: 0.01, source: 'the list' }),
    read: () => ({ bills, apart }),
    source: () => 'the simulated bill',
  }
}

function billOfDay(day: EpochMs, lines: readonly BillLine[]): BillOfDay {
  const of = (line: Line) => {
    const own = lines.filter(one => lineOf(one) === line)
    return {
      nanoGb: scaled(sumOf(own.map(({ gb }) => parseDecimal(gb))), 9),
      microUsd: scaled(sumOf(own.map(({ usd }) => parseDecimal(usd))), 6),
    }
  }
  return { day, state: 'final', lines: { 'inter-zone': of('inter-zone'), peering: of('peering') } }
}

function lineOf({ usageType, operation }: BillLine): Line | undefined {
  if (/VpcPeering/.test(usageType)) return 'peering'
  return /^DataTransfer-Regional/.test(usageType) && /^InterZone/.test(operation) ? 'inter-zone' : undefined
}

const apartOf = (lines: readonly BillLine[]): ApartLine[] =>
  lines
    .filter(line => lineOf(line) === undefined)
    .map(({ operation, gb, usd }) => ({
      name: operation,
      gb: Number(gb),
      costMicroUsd: microUsd(Number(scaled(parseDecimal(usd), 6))),
    }))
