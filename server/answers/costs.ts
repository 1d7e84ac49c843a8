import type {
  ApartLine,
  BillSummary,
  CostDay,
  CostProjection,
  CostRow,
  CostTotal,
  DayFigures,
  ReconciledDay,
} from '@weir/contract/cost-queries.ts'
import { type EpochMs, type MicroUsd, microUsd } from '@weir/contract/units.ts'
import type { Projection } from '../billing/projection.ts'
import { matchOf, nanoGbOf } from '../billing/reconcile.ts'
import type { Statement, StatementDay } from '../billing/statement.ts'
import type { CostGroup } from './cost-groups.ts'
import type { FoldedDay } from './metered-days.ts'

/** Rows of those that may be shown, largest first; then by name, so that the order is the same in every answer. */
export function costRows(statement: Statement, groups: readonly CostGroup[]): CostRow[] {
  return groups
    .flatMap(({ isHidden, ...shown }, i) => {
      const cost = statement.groups[i]
      if (isHidden || cost === undefined || (cost.meteredBytes === 0 && cost.microUsd === 0n)) return []
      return {
        ...shown,
        meteredBytes: cost.meteredBytes,
        costMicroUsd: micro(cost.microUsd),
        provisionalMicroUsd: micro(cost.provisionalMicroUsd),
        estimatedMicroUsd: micro(cost.estimatedMicroUsd),
      }
    })
    .sort(
      (a, b) => b.costMicroUsd - a.costMicroUsd || b.meteredBytes - a.meteredBytes || rank(a) - rank(b) || byName(a, b),
    )
}

export function costTotal({ total, attributed, unattributed, byState, groups }: Statement): CostTotal {
  return {
    costMicroUsd: micro(total),
    attributedMicroUsd: micro(attributed),
    unattributedMicroUsd: micro(unattributed),
    meteredBytes: groups.reduce((bytes, group) => bytes + group.meteredBytes, 0),
    byState: {
      'no data': micro(byState['no data']),
      provisional: micro(byState.provisional),
      final: micro(byState.final),
    },
  }
}

export function costDay(day: StatementDay, bytesPerGb: number, isShown: boolean): CostDay {
  const { state, isSealed } = day
  return { day: day.day, state, isSealed, figures: isShown ? figuresOf(day, bytesPerGb) : null }
}

function figuresOf(day: StatementDay, bytesPerGb: number): DayFigures {
  const match = matchOf(day, bytesPerGb)
  return {
    observedGb: gb(nanoGbOf(day.meteredBytes, bytesPerGb)),
    billedGb: match === null ? null : gb(match.billedNanoGb),
    coverage: match === null ? null : match.coverage,
    attributedMicroUsd: micro(day.attributed),
    billedMicroUsd: day.billed === null ? null : micro(day.billed.microUsd),
    unattributedMicroUsd: day.billed === null ? null : micro(day.unattributed),
  }
}

/** A day by what is at the ends of its hops: `causes` are the names of its groups. */
export function reconciledDay(
  day: StatementDay,
  folded: FoldedDay,
  causes: readonly string[],
  apart: readonly ApartLine[],
  bytesPerGb: number,
): ReconciledDay {
  const gbOf = (bytes: number) => gb(nanoGbOf(bytes, bytesPerGb))
  const match = matchOf(day, bytesPerGb)
  return {
    day: day.day,
    state: day.state,
    isSealed: day.isSealed,
    figures: figuresOf(day, bytesPerGb),
    causes: causes
      .map((name, group) => ({
        name,
        bytes: (folded.metered['inter-zone'][group] ?? 0) + (folded.metered.peering[group] ?? 0),
        costMicroUsd: microUsd(day.costs[group] ?? 0),
      }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes || byName(a, b))
      .map(({ bytes, ...cause }) => ({ ...cause, gb: gbOf(bytes) })),
    unattributedGb: match === null ? null : gb(match.unattributedNanoGb),
    freeGb: gbOf(folded.freeBytes),
    unknownGb: gbOf(folded.unknownBytes),
    unresolvedGb: gbOf(folded.unresolvedBytes),
    elsewhereGb: gbOf(folded.elsewhereBytes),
    apart,
  }
}

/** The bill of the statement's days; null where no day has one. */
export function billSummary(
  { days }: Statement,
  apart: ReadonlyMap<EpochMs, readonly ApartLine[]>,
  source: string,
): BillSummary | null {
  const billed = days.flatMap(day => (day.billed === null ? [] : [day.billed]))
  if (billed.length === 0) return null
  const lines = days.flatMap(({ day }) => apart.get(day) ?? [])
  const names = [...new Set(lines.map(({ name }) => name))].sort()
  return {
    billedMicroUsd: micro(billed.reduce((sum, { microUsd }) => sum + microUsd, 0n)),
    billedGb: gb(billed.reduce((sum, { nanoGb }) => sum + nanoGb, 0n)),
    apart: names.map(name => {
      const named = lines.filter(line => line.name === name)
      return {
        name,
        gb: named.reduce((sum, line) => sum + line.gb, 0),
        costMicroUsd: microUsd(named.reduce((sum, line) => sum + line.costMicroUsd, 0)),
      }
    }),
    source,
  }
}

export const toProjection = (projection: Projection | null): CostProjection | null =>
  projection === null ? null : { costMicroUsd: micro(projection.microUsd), method: projection.method }

/** @throws RangeError beyond 9 thousand million dollars: beyond what JSON's numbers hold. */
const micro = (amount: bigint): MicroUsd => microUsd(Number(amount))
const gb = (nanoGb: bigint): number => Number(nanoGb) / 1e9
const rank = ({ kind }: CostRow): number => (kind === 'remainder' ? 1 : 0)
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0
