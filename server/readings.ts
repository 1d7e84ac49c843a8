import type { Part } from '@weir/contract/parts.ts'
import type { Price } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from './answers/catalogue.ts'
import type { ServerSettings } from './config.ts'
import type { LabelDirectory } from './directory/label-directory.ts'
import type { HintWatch } from './rollouts/hint-watch.ts'
import type { Kept } from './rollouts/readings/ranges.ts'
import { Readings } from './rollouts/readings/readings.ts'
import { openReadings } from './rollouts/readings/readings-file.ts'
import { RolloutAnswers, type RolloutAnswersParts } from './rollouts/readings/rollout-answers.ts'
import { RolloutWatch } from './rollouts/readings/watch.ts'
import type { Rollouts } from './rollouts/rollouts.ts'
import { expectationOf } from './rollouts/routing-answer.ts'
import { StoredTraffic } from './rollouts/traffic/stored-traffic.ts'
import type { FlowStore } from './store/flow-store.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface ReadingsOptions {
  readonly settings: Pick<ServerSettings, 'dataDir' | 'minutesKeptHours' | 'hoursKeptDays'>
  readonly store: FlowStore
  readonly catalogue: SeriesCatalogue
  readonly directory: Pick<LabelDirectory, 'generationsOf'>
  readonly rollouts: Pick<Rollouts, 'changes' | 'add'>
  readonly hints: Pick<HintWatch, 'of'>
  readonly sealedUntil: () => EpochMs | null
  readonly price: () => Price
  readonly now: () => EpochMs
  readonly log: (line: string) => void
}

/** What judges changes by the traffic, and keeps the judgements. */
export interface RolloutReadings {
  readonly answers: RolloutAnswers
  readonly traffic: StoredTraffic
  /** What there is to read now. */
  readonly kept: () => Kept
  /** Starts after the store. */
  readonly part: Part
}

/** @throws the system's error when the file of readings cannot be read at all. */
export function createReadings(options: ReadingsOptions): RolloutReadings {
  const { catalogue, directory, hints, log, now, price, rollouts, settings, store } = options
  const kept = (): Kept => ({
    sealedUntil: options.sealedUntil() ?? epochMs(0),
    hoursFrom: epochMs((Math.floor(now() / DAY_MS) - settings.hoursKeptDays) * DAY_MS),
    minutesFrom: epochMs((Math.floor(now() / HOUR_MS) - settings.minutesKeptHours) * HOUR_MS),
  })
  const traffic = new StoredTraffic({ store, catalogue, price, now })
  const { held, save } = openReadings(settings.dataDir, now, log)
  const readings = new Readings({
    ...{ traffic, price, kept, now, keptReadings: held },
    changesIn: range => rollouts.changes.within(range),
    generationsOf: ({ cluster, namespace, name }) => directory.generationsOf(cluster, namespace, name),
  })
  const { changes } = rollouts
  const expected: RolloutAnswersParts['expectationOf'] = (service, of) => {
    const watched = hints.of(service)
    return watched === undefined ? null : expectationOf(watched.routing, of)
  }
  return {
    answers: new RolloutAnswers({ readings, traffic, changes, kept, expectationOf: expected }),
    traffic,
    kept,
    part: new RolloutWatch({
      ...{ readings, traffic, kept, save, now, log },
      changesIn: range => changes.within(range),
      add: change => rollouts.add(change),
    }),
  }
}
