import { nearest } from '@weir/contract/settings.ts'
import { unreachable } from '@weir/contract/units.ts'
import { type HopEnd, vpcsOf } from './path-of.ts'
import { type BilledAt, type BillingPath, billingPaths, pathNames } from './paths.ts'

/** How often AWS charges the bytes of a hop at each of its machines; `initiator`: the one nearer to who opened it. */
export interface BilledSides {
  readonly initiator: 0 | 1
  readonly responder: 0 | 1
}

/** Where AWS charges what it charges on a path, as the settings have it: a path that is not in it is as in the table. */
export type SidesBook = ReadonlyMap<BillingPath, BilledAt>

/** The number of sides, 0 to 2: cost = wire bytes × price per GB × sides. */
export function sidesOf(path: BillingPath, book: SidesBook): 0 | 1 | 2 {
  return sidesAt[billedAtOf(path, book)]
}

/** At which of the two machines. The one side of a service's path is the machine that is not the service's interface. */
export function billedSides(path: BillingPath, near: HopEnd, far: HopEnd, book: SidesBook): BilledSides {
  const at = billedAtOf(path, book)
  switch (at) {
    case 'both':
      return { initiator: 1, responder: 1 }
    case 'neither':
      return { initiator: 0, responder: 0 }
    case 'instance':
      return near.kind === 'aws' && far.kind !== 'aws' ? { initiator: 0, responder: 1 } : { initiator: 1, responder: 0 }
    default:
      return unreachable(at)
  }
}

/** The lines of the bill that hops are on: between two VPCs they have had lines of their own since April 2025. */
export const meters = ['inter-zone', 'peering'] as const
export type Meter = (typeof meters)[number]

export const meterOf = (near: Pick<HopEnd, 'vpc'>, far: Pick<HopEnd, 'vpc'>): Meter =>
  vpcsOf(near, far) === 'two' ? 'peering' : 'inter-zone'

const billedAtOf = (path: BillingPath, book: SidesBook): BilledAt => book.get(path) ?? billingPaths[path].billedAt

const sidesAt = { both: 2, instance: 1, neither: 0 } as const satisfies { readonly [at in BilledAt]: number }
const atOfSides: { readonly [sides: string]: BilledAt } = { 0: 'neither', 1: 'instance', 2: 'both' }

/** Never on the lines of the bill that Weir prices: no setting can put them there. */
const fixed: readonly BillingPath[] = ['same zone', 'cross-region', 'internet', 'crossing not known']
const changeable = pathNames.filter(path => !fixed.includes(path))

/**
 * Reads the setting: `NAT gateway=1, Lambda=0`.
 * @throws Error that says which part is wrong and what would be right.
 */
export function parseSides(text: string): SidesBook {
  const book = new Map<BillingPath, BilledAt>()
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const [, name = part, sides = ''] = /^(.*)=\s*([012])\s*$/.exec(part) ?? []
    const at = atOfSides[sides]
    if (at === undefined)
      throw new Error(`${JSON.stringify(part.trim())} must be PATH=SIDES with 0, 1 or 2 sides, such as NAT gateway=1`)
    const path = changeable.find(one => one.toLowerCase() === name.trim().toLowerCase())
    if (path === undefined)
      throw new Error(`${JSON.stringify(name.trim())} is no path: did you mean ${nearest(name.trim(), changeable)}?`)
    if (book.has(path)) throw new Error(`${path} is given twice`)
    book.set(path, at)
  }
  return book
}
