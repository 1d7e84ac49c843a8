import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'

/** 2026-11-20T00:00Z. */
export const midnight = Date.UTC(2026, 10, 20)
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** A change of shop/cart, `hours` after midnight. */
export function aChange(hours: number, more: Partial<RoutingChange> = {}): RoutingChange {
  const at = epochMs(midnight + hours * HOUR)
  return {
    id: `change-${at}`,
    cluster: 'main',
    at,
    kind: 'traffic distribution',
    subject: { kind: 'service', namespace: 'shop', name: 'cart' },
    services: [{ namespace: 'shop', name: 'cart' }],
    before: 'none',
    after: 'PreferSameZone',
    note: '',
    times: 1,
    ...more,
  }
}
