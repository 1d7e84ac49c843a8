import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { RolloutSources } from '../../../server/api/rollout-routes.ts'

/** Changes in memory, of a cluster `main` with the Services shop/cart and data/db, and one that a file describes. */
export class KeptChanges implements RolloutSources {
  readonly changes = new Map<string, RoutingChange>()
  /** What keeping one fails with. */
  failure: Error | undefined
  readonly #now: number

  constructor(now: number) {
    this.#now = now
  }

  readonly now = () => epochMs(this.#now)
  readonly changesIn: RolloutSources['changesIn'] = ({ from, to }) =>
    [...this.changes.values()].filter(({ at }) => at >= from && at < to).sort((a, b) => b.at - a.at)
  readonly gaps = () => ['of-a-file is described by a file: of its changes only those marked by hand are known']
  readonly readingOf = () => null
  readonly hintsOf: RolloutSources['hintsOf'] = ({ name }) => (name === 'cart' ? 'as predicted' : null)
  readonly checks: RolloutSources['checks'] = {
    clusters: () => ['main', 'of-a-file'],
    hasService: (cluster, namespace, name) =>
      cluster === 'main' ? ['shop/cart', 'data/db'].includes(`${namespace}/${name}`) : undefined,
  }

  readonly add = (change: RoutingChange): boolean => {
    if (this.failure !== undefined) throw this.failure
    const isNew = !this.changes.has(change.id)
    this.changes.set(change.id, change)
    return isNew
  }
}
