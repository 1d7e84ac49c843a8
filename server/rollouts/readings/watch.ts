import { setTimeout as delay } from 'node:timers/promises'
import type { Part } from '@weir/contract/parts.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { RoutingChange, ShareReading } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { climbedBack } from '../climbed-back.ts'
import type { TrafficOfServices } from '../service-traffic.ts'
import { largestOf } from './change-services.ts'
import { lookForClimb, WATCHED_MS } from './look-for-climb.ts'
import { HOUR_MS, type Kept } from './ranges.ts'
import type { Readings } from './readings.ts'

export interface WatchParts {
  readonly readings: Readings
  readonly traffic: TrafficOfServices
  readonly changesIn: (range: TimeRange) => readonly RoutingChange[]
  readonly add: (change: RoutingChange) => boolean
  readonly kept: () => Kept
  /** Writes the readings down, where there are new ones. */
  readonly save: (isLast: boolean) => void
  readonly now: () => EpochMs
  readonly log: (line: string) => void
}

const LOOK_EVERY_MS = MINUTE_MS
const CLIMBED_EVERY_MS = 24 * HOUR_MS
/** Of so many changes readings are kept fresh, newest first; those of others are made when somebody looks. */
const MOST_FRESH = 200
/** Between two readings, so that questions have their turn. */
const PAUSE_MS = 20

/** Keeps readings of the newest changes fresh, so that lists and alerts ask the store for nothing. */
export class RolloutWatch implements Part {
  readonly name = 'watch over rollouts'
  readonly #parts: WatchParts
  /** By change: when it was last looked at whether the share had climbed back. */
  readonly #climbedAt = new Map<string, EpochMs>()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isStopping = false
  #lastFailure = ''

  constructor(parts: WatchParts) {
    this.#parts = parts
  }

  /** The first look begins at once: what a list shows must not wait for it, and is not there without it. */
  async start(): Promise<void> {
    const turn = (): void => {
      this.#running ??= this.look().finally(() => {
        this.#running = undefined
      })
    }
    turn()
    this.#timer = setInterval(turn, LOOK_EVERY_MS)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    clearInterval(this.#timer)
    await this.#running
    this.#parts.save(true)
  }

  /** Reads what there is new to read, one change after another. A failure is told, and tried again with the next look. */
  async look(): Promise<void> {
    const { changesIn, now, readings, save } = this.#parts
    const newest = changesIn({ from: epochMs(now() - WATCHED_MS), to: now() })
    for (const change of readings.takeWanted()) await this.#tried(() => readings.of(change))
    for (const change of newest.slice(0, MOST_FRESH)) await this.#tried(() => this.#read(change))
    await this.#tried(async () => save(false))
  }

  async #tried(work: () => Promise<unknown>): Promise<void> {
    if (this.#isStopping) return
    try {
      await work()
      await delay(PAUSE_MS)
    } catch (error) {
      if (String(error) !== this.#lastFailure) this.#parts.log(`a change could not be read, tried again: ${error}`)
      this.#lastFailure = String(error)
    }
  }

  async #read(change: RoutingChange): Promise<void> {
    const settled = (await this.#parts.readings.of(change)).find(({ kind }) => kind === 'settled')
    if (settled?.verdict === 'reduced') await this.#lookForClimb(change, settled)
  }

  async #lookForClimb(change: RoutingChange, settled: ShareReading): Promise<void> {
    const { add, kept, now, readings, traffic } = this.#parts
    const last = this.#climbedAt.get(change.id)
    if (last !== undefined && now() - last < CLIMBED_EVERY_MS) return
    this.#climbedAt.set(change.id, now())
    const services = await largestOf(change, traffic)
    const others = readings.othersOf(change)
    const climb = await lookForClimb(traffic, { change, services, settled, others, kept: kept() })
    if (climb !== undefined) add(climbedBack(change, climb.at, climb.before, climb.after))
  }
}
