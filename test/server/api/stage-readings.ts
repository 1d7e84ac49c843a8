import type { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import type { RouteSources } from '../../../server/api/route-table.ts'
import { HeldReadings } from '../../../server/rollouts/readings/kept-readings.ts'
import type { Kept } from '../../../server/rollouts/readings/ranges.ts'
import { Readings } from '../../../server/rollouts/readings/readings.ts'
import { RolloutAnswers } from '../../../server/rollouts/readings/rollout-answers.ts'
import { StoredTraffic, type StoredTrafficParts } from '../../../server/rollouts/traffic/stored-traffic.ts'
import { priceAt } from '../pricing/price-at.ts'
import type { KeptChanges } from './kept-changes.ts'

/** What the stage's routes about shares rest on. */
export function stageReadings(
  store: StoredTrafficParts['store'],
  catalogue: SeriesCatalogue,
  { changes, changesIn: within, now }: KeptChanges,
  kept: () => Kept,
): Pick<RouteSources, 'readings' | 'gate'> {
  const price = () => priceAt(0.01, 2 ** 30)
  const traffic = new StoredTraffic({ store, catalogue, price, now })
  const readings = new Readings({
    ...{ traffic, kept, price, now, changesIn: within, generationsOf: () => [], keptReadings: new HeldReadings() },
  })
  const found = { within, get: (id: string) => changes.get(id) }
  return {
    readings: new RolloutAnswers({ readings, traffic, kept, changes: found, expectationOf: () => null }),
    gate: { traffic, kept, clusters: () => ['main'], now },
  }
}
