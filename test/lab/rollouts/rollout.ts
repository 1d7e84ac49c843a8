import { setTimeout as delay } from 'node:timers/promises'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { Stage } from '../accuracy/phase.ts'
import { type Layout, withService } from '../layout.ts'
import { replaceProxy } from '../net/apply.ts'
import { proxyRules } from '../net/proxy-rules.ts'
import { until } from '../weir/answers.ts'
import { CART, town } from './town.ts'

/** The town as a rollout changes it. */
export const preferring = withService(town, CART, { trafficDistribution: 'PreferSameZone' })
export const hintsLost = withService(preferring, CART, { hints: 'lost' })

/** News of a cluster reaches the list of changes within this: a watch, and a look every few seconds. */
const NEWS_MS = 30_000
/** What is left of a minute must hold enough connections to speak of a share. */
const LEAST_MS = 20_000
/** Connections that end with the minute have ended by its end. */
const MARGIN_MS = 2_000

/** From now on the cluster looks so: to the server by its objects, to connections by the rules of every node. */
export async function apply({ lab, weir }: Stage, layout: Layout): Promise<void> {
  weir.show(new Map(), layout)
  await Promise.all(layout.nodes.map(node => replaceProxy(lab.namespace(node.key), proxyRules(layout, node))))
}

/** A change of `cart`, once Weir tells of it. */
export async function changeOf({ weir }: Stage, kind: RoutingChange['kind']): Promise<RoutingChange> {
  const found: RoutingChange[] = []
  await until(`Weir tells of a change of ${kind}`, NEWS_MS, async () => {
    const { rows } = await weir.answers.rollouts('shop', CART)
    found.push(...rows.map(({ change }) => change).filter(change => change.kind === kind))
    return found.length > 0
  })
  const [change] = found
  if (change === undefined) throw new Error('it was found a moment ago')
  return change
}

/** When the last of so many minutes ends, this one included where enough of it is left. */
export const endOfMinutes = (minutes: number): number =>
  Math.ceil((Date.now() + LEAST_MS + (minutes - 1) * MINUTE_MS) / MINUTE_MS) * MINUTE_MS - MARGIN_MS

/** Bytes are told by the minute: what comes after a change must not share one with what came before. */
export const nextMinute = (): Promise<void> => delay(MINUTE_MS - (Date.now() % MINUTE_MS))
