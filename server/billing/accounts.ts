import { unreachable } from '@weir/contract/units.ts'
import type { BilledSides } from '../pricing/billed-sides.ts'
import { hopEnds } from '../pricing/path-of.ts'
import { hopZones, type SeriesKey } from '../store/series.ts'

/** A hop's sides by whose bill they are on: each account sees its own half. */
export interface SplitSides {
  readonly ours: BilledSides
  /** How many are on another account's bill. */
  readonly elsewhere: 0 | 1 | 2
}

/**
 * Which sides of a hop are on the bill that is matched. `accounts`: those of the bill; where they are not told, it is the
 * bill of the accounts that the cluster's machines are in. An account that is not known is taken for ours.
 */
export function splitByAccount(key: SeriesKey, sides: BilledSides, accounts: ReadonlySet<string>): SplitSides {
  const { towardsInitiator, towardsResponder } = hopZones(key)
  const [a, b] = [accountOf(towardsInitiator), accountOf(towardsResponder)]
  const { near, far } = hopEnds(key)
  const isOurs = (account: string, other: string, { kind }: { readonly kind: SeriesKey['initiator']['kind'] }) => {
    if (account === '') return true
    if (accounts.size > 0) return accounts.has(account)
    return account === other || other === '' || isOfCluster(kind)
  }
  const ours: BilledSides = {
    initiator: isOurs(a, b, near) ? sides.initiator : 0,
    responder: isOurs(b, a, far) ? sides.responder : 0,
  }
  const elsewhere = sides.initiator + sides.responder - ours.initiator - ours.responder
  return { ours, elsewhere: elsewhere === 2 ? 2 : elsewhere === 1 ? 1 : 0 }
}

function isOfCluster(kind: SeriesKey['initiator']['kind']): boolean {
  switch (kind) {
    case 'pod':
    case 'node':
    case 'service':
      return true
    case 'aws':
    case 'subnet':
    case 'internet':
    case 'unplaced':
      return false
    default:
      return unreachable(kind)
  }
}

/** Of a zone's key (zones.ts: region|account|name|id). */
const accountOf = (zoneKey: string): string => zoneKey.split('|')[1] ?? ''
