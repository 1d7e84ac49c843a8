import { createHash } from 'node:crypto'
import type { AdviceRow, StructuralRow } from '@weir/contract/advice-queries.ts'
import type { Price } from '@weir/contract/queries.ts'
import { type MicroUsd, microUsd } from '@weir/contract/units.ts'
import { costOf } from '../../pricing/cost.ts'
import { type Candidate, effectOf } from './candidate.ts'
import { CRITICAL } from './in-words.ts'
import { isCrossing, type Stream } from './stream.ts'
import type { Structural } from './structural.ts'

/** How bytes of the range become money a month. */
export interface Pricing {
  readonly price: Price
  /** A month of 30 days ÷ the time in the range that was watched. */
  readonly monthsFactor: number
}

/** Below a cent a month nothing is advice. */
const LEAST_MICRO_USD = 10_000

interface Priced {
  readonly candidate: Candidate
  readonly row: AdviceRow
  readonly isRisky: boolean
}

/**
 * What to do first, largest saving first; then what is risky; then the alternatives. A candidate that moves a crossing
 * stream which one before it moves as well is an alternative to that one: so no byte is saved twice in a sum.
 */
export function rank(
  candidates: readonly Candidate[],
  cluster: string,
  pricing: Pricing,
): { readonly rows: AdviceRow[]; readonly moved: ReadonlySet<Stream> } {
  const worth = candidates
    .map(one => priced(one, cluster, pricing))
    .filter(({ row }) => row.savedPerMonth >= LEAST_MICRO_USD)
    .sort((a, b) => Number(a.isRisky) - Number(b.isRisky) || b.row.savedPerMonth - a.row.savedPerMonth)
  const claimed = new Map<Stream, string>()
  const first: AdviceRow[] = []
  const alternatives: AdviceRow[] = []
  for (const { candidate, row } of worth) {
    const streams = candidate.moved.map(({ stream }) => stream).filter(isCrossing)
    const other = streams.map(stream => claimed.get(stream)).find(id => id !== undefined)
    if (other !== undefined) {
      alternatives.push({ ...row, alternativeTo: other })
      continue
    }
    for (const stream of streams) claimed.set(stream, row.id)
    first.push(row)
  }
  return { rows: [...first, ...alternatives], moved: new Set(claimed.keys()) }
}

function priced(candidate: Candidate, cluster: string, { price, monthsFactor }: Pricing): Priced {
  const { loadFactor, dropsOn, namespace, remedy, subject, variant, problem, risk, precondition, patches } = candidate
  const effect = effectOf(candidate.moved)
  const saved = signedCost((effect.billedBefore - effect.billedAfter) * monthsFactor, price)
  const spared = candidate.spared.reduce(
    (sum, { bytes, microUsdPerGb }) => sum + (bytes * monthsFactor * microUsdPerGb) / price.bytesPerGb,
    0,
  )
  const own = Math.round(candidate.ownMicroUsdPerMonth)
  const share = (bytes: number): number | null => (effect.wireBytes === 0 ? null : bytes / effect.wireBytes)
  const row: AdviceRow = {
    id: createHash('sha256')
      .update([cluster, remedy, subject, variant].join('\u0000'))
      .digest('base64url')
      .slice(0, 16),
    cluster,
    remedy,
    subject,
    namespace,
    problem,
    savedBytes: Math.round(effect.crossBefore - effect.crossAfter),
    crossZoneBytes: effect.crossBefore,
    savedPerMonth: microUsd(saved + Math.round(spared) - own),
    ownCostPerMonth: microUsd(own),
    shareBefore: share(effect.crossBefore),
    shareAfter: share(effect.crossAfter),
    risk,
    precondition,
    loadFactor,
    dropsOn,
    alternativeTo: null,
    patches,
  }
  return { candidate, row, isRisky: candidate.isRisky || dropsOn.length > 0 || (loadFactor ?? 0) > CRITICAL + 1e-9 }
}

/** Costs are of whole bytes and never below 0; a saving may be. */
function signedCost(bytes: number, price: Price): number {
  const whole = Math.round(Math.abs(bytes))
  return bytes < 0 ? -costOf(whole, price) : costOf(whole, price)
}

export function structuralRow(one: Structural, cluster: string, { price, monthsFactor }: Pricing): StructuralRow {
  const { subject, namespace, reason, why, crossBytes, billedBytes: billed } = one
  const costPerMonth: MicroUsd = costOf(Math.round(billed * monthsFactor), price)
  return { cluster, subject, namespace, reason, why, crossZoneBytes: crossBytes, costPerMonth }
}
