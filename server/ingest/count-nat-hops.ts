import type { Minute } from '@weir/contract/units.ts'
import type { Claim } from '../store/flow-store.ts'
import type { Outcome } from './counting.ts'
import { Facts } from './facts.ts'
import { ClaimStep, type Claims, ROUTES } from './flow-logs/claims.ts'
import type { PlacedBatch } from './place.ts'
import type { SeriesNumbers } from './series-numbers.ts'
import { spread } from './spread.ts'

/**
 * Adds the hops to NAT gateways to what a batch counts: of minutes that are open, because flow logs are taken of sealed
 * ones only, and of gateways that no flow log has told of. What counts so is claimed for the routes.
 */
export function withNatHops(
  outcome: Outcome,
  placed: PlacedBatch,
  {
    claims,
    series,
    isLogged,
    isSealed,
  }: {
    readonly claims: Claims
    readonly series: SeriesNumbers
    readonly isLogged: (gateway: string) => boolean
    readonly isSealed: (minute: Minute) => boolean
  },
): Outcome & { readonly claims?: readonly Claim[] } {
  const hops = placed.isAside ? [] : placed.natHops.filter(({ gateway }) => !isLogged(gateway))
  if (hops.length === 0) return outcome
  const step = new ClaimStep(claims, ROUTES, () => false)
  const facts = new Facts()
  for (const { minute, amounts } of spread(placed.window, placed.batch.rows)) {
    if (isSealed(minute)) continue
    for (const { row, gateway, series: number } of hops)
      if (step.has(gateway, minute))
        facts.push(minute, series.storeId(number), {
          bytesToResponder: amounts.bytesToResponder[row] ?? 0,
          bytesToInitiator: amounts.bytesToInitiator[row] ?? 0,
          wireToResponder: amounts.wireToResponder[row] ?? 0,
          wireToInitiator: amounts.wireToInitiator[row] ?? 0,
          connections: 0, // they are counted on the way to the internet
        })
  }
  const columns = facts.columns()
  return {
    ...outcome,
    facts: columns.count > 0 ? [...outcome.facts, columns] : outcome.facts,
    claims: step.made,
    // Who has claimed a gateway must be known before anybody else asks.
    isLate: outcome.isLate || step.made.length > 0,
    apply() {
      outcome.apply()
      step.apply()
    },
  }
}
