import type { Part } from '@weir/contract/parts.ts'
import type { ChangeKind, RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { StorageError } from '../store/flow-store.ts'
import { ChangeStore } from './detect/change-store.ts'
import { Detector, type Looked } from './detect/detector.ts'
import { subjectKey } from './detect/subjects.ts'
import type { LiveRoutings } from './routings.ts'

export interface RolloutsOptions {
  readonly dataDir: string
  readonly routings: LiveRoutings
  readonly now: () => EpochMs
  readonly log: (line: string) => void
}

/** Figures for /metrics. */
export interface RolloutCounts {
  /** Since this process started. */
  readonly added: { readonly [K in ChangeKind]?: number }
  readonly kept: number
  readonly dropped: number
  readonly damagedLines: number
  /** Looks whose changes could not be written; they are told with the next one that can. */
  readonly failures: number
  /** By cluster: Services that lost their hints while these are still asked for. */
  readonly hintsLost: ReadonlyMap<string, number>
}

/** What changed about routing: found in the clusters that are watched, marked by hand, and kept. */
export interface Rollouts extends Part {
  readonly changes: ChangeStore
  /** Changes from elsewhere: marked by hand, or found in the traffic. False: known already. @throws StorageError */
  add(change: RoutingChange): boolean
  /** Whether there is, or was within a week, such a Service; undefined: nobody can tell, or not yet. */
  hasService(cluster: string, namespace: string, name: string): boolean | undefined
  counts(): RolloutCounts
}

/** Between two looks at a cluster. A look costs what changed since. */
export const LOOK_EVERY_MS = 5_000

/** Inert until started: then every watch that stands makes it look. It must be started before the watches are. */
export function createRollouts({ dataDir, routings, now, log }: RolloutsOptions): Rollouts {
  const changes = new ChangeStore({ dataDir, now, log })
  const detectors = new Map<string, Detector>()
  const lookedAt = new Map<string, EpochMs>()
  /** What could not be written yet. */
  const unwritten = new Map<string, Looked>()
  const failed = { count: 0, last: '' }
  let isOpen = false

  const detectorOf = (cluster: string): Detector => {
    const known = detectors.get(cluster)
    if (known !== undefined) return known
    const servicesOf: ConstructorParameters<typeof Detector>[2] = placement =>
      routings.servicesOf(cluster, placement).map(({ service: { namespace, name } }) => ({ namespace, name }))
    const made = new Detector(cluster, changes.seen(cluster), servicesOf)
    detectors.set(cluster, made)
    return made
  }

  const look = (cluster: string, at: EpochMs): void => {
    const last = lookedAt.get(cluster)
    // A clock that was put back must not make it wait.
    if (!isOpen || (last !== undefined && at >= last && at - last < LOOK_EVERY_MS)) return
    const routing = routings.of(cluster)
    if (routing === undefined) return
    lookedAt.set(cluster, at)
    const looked = joined(unwritten.get(cluster), detectorOf(cluster).look(routing))
    unwritten.set(cluster, looked)
    changes.keep(cluster, looked)
    unwritten.delete(cluster)
    failed.last = ''
  }

  /** The watch, and the directory that hears of it first, must not suffer from what goes wrong here. */
  routings.onCurrent((cluster, at) => {
    try {
      look(cluster, at)
    } catch (error) {
      failed.count++
      if (failed.last !== String(error)) log(`changes of ${cluster} could not be kept, tried again: ${error}`)
      failed.last = String(error)
    }
  })

  return {
    name: 'rollouts',
    changes,
    add: change => {
      try {
        return changes.add(change)
      } catch (error) {
        failed.count++
        const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
        throw new StorageError(isFull ? 'disk full' : 'unavailable', 'a change could not be kept', error)
      }
    },
    hasService: (cluster, namespace, name) => {
      if (changes.hasSeen(cluster, subjectKey({ kind: 'service', namespace, name }))) return true
      // It may be too young to have been looked at.
      const services = routings.of(cluster)?.services
      return services?.some(({ service }) => service.namespace === namespace && service.name === name)
    },
    start: async () => {
      changes.open()
      isOpen = true
    },
    stop: async () => {
      isOpen = false
      changes.close()
    },
    counts: () => ({
      ...changes.counts(),
      failures: failed.count,
      hintsLost: new Map(Array.from(detectors, ([cluster, detector]) => [cluster, detector.lostHints().length])),
    }),
  }
}

/** Later words about a subject win; a subject that is forgotten and met again is met. */
function joined(before: Looked | undefined, { changes, seen, forgotten }: Looked): Looked {
  if (before === undefined) return { changes, seen, forgotten }
  const gone = new Set(forgotten)
  const subjects = new Map([...before.seen, ...seen].map(one => [one.subject, one]))
  for (const subject of gone) subjects.delete(subject)
  return {
    changes: [...before.changes, ...changes],
    seen: [...subjects.values()],
    forgotten: [...new Set([...before.forgotten, ...forgotten])],
  }
}
