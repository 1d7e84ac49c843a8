import type { TimeRange } from '@weir/contract/queries.ts'
import type { RolloutAnswer, RoutingChange, ShareExpectation, ShareReading } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { type Scope, shownScope } from '../../answers/scope.ts'
import { changeInScope } from '../change-in-scope.ts'
import type { ServiceName, ServiceTraffic, TrafficOfServices } from '../service-traffic.ts'
import { againstOthers } from './against-others.ts'
import { drawnRange, seriesAround } from './around-change.ts'
import { largestOf, servicesOf } from './change-services.ts'
import { HOUR_MS, type Kept, type Sides, spanOf } from './ranges.ts'
import { type Readings, shownOf } from './readings.ts'

export interface RolloutAnswersParts {
  readonly readings: Readings
  readonly changes: {
    get(id: string): RoutingChange | undefined
    within(range: TimeRange): readonly RoutingChange[]
  }
  readonly traffic: TrafficOfServices
  /** What routing can reach with that traffic's clients; null where the Service's routing is not known. */
  readonly expectationOf: (service: ServiceName, traffic: ServiceTraffic) => ShareExpectation | null
  readonly kept: () => Kept
}

const DAY_MS = 24 * HOUR_MS

/** Comparisons with others that are held: what a page asks for every minute changes once an hour. */
const MOST_HELD = 50

/** A change at length, and what a list shows of many. */
export class RolloutAnswers {
  readonly #parts: RolloutAnswersParts
  readonly #against = new Map<string, RolloutAnswer['againstOthers']>()

  constructor(parts: RolloutAnswersParts) {
    this.#parts = parts
  }

  /** undefined: there is none, or it is not the viewer's to know of. */
  async answer(scope: Scope, id: string): Promise<RolloutAnswer | undefined> {
    const { changes, kept, readings, traffic } = this.#parts
    const found = changes.get(id)
    const change = found && changeInScope(found, scope)
    if (change === undefined) return undefined
    const sides = readings.sidesOf(change)
    const services = await largestOf(change, traffic)
    const read = await readings.of(change)
    return {
      scope: shownScope(scope),
      asOf: kept().sealedUntil,
      change,
      readings: read,
      againstOthers: await this.#againstOthers(scope, change, { services, sides, read }),
      expectation: await this.#expectation(change, sides),
      series: await seriesAround(traffic, services, drawnRange(change, sides, kept())),
      others: this.#othersOf(change, scope, sides),
    }
  }

  /** What a list shows of a change in a viewer's scope; null: nothing yet. Costs nothing. */
  shown(change: RoutingChange): ShareReading | null {
    return shownOf(this.#parts.readings.peek(change) ?? [])
  }

  async #againstOthers(
    scope: Scope,
    change: RoutingChange,
    { services, sides, read }: { services: readonly ServiceName[]; sides: Sides; read: readonly ShareReading[] },
  ): Promise<RolloutAnswer['againstOthers']> {
    const settled = read.find(({ kind }) => kind === 'settled')
    if (settled === undefined || settled.change === null) return null
    const changes = this.#parts.changes.within(spanOf(sides))
    const { before, after } = sides
    const others = changes.map(({ id }) => id)
    const key = JSON.stringify([change.id, services, shownScope(scope), before, after, others])
    const known = this.#against.get(key)
    if (known !== undefined) return known
    const found = await againstOthers(this.#parts.traffic, { change, services, sides, changes, scope })
    this.#against.set(key, found)
    for (const oldest of this.#against.keys()) {
      if (this.#against.size <= MOST_HELD) break
      this.#against.delete(oldest)
    }
    return found
  }

  /** Of one Service, by where its clients were on the last day that was read. */
  async #expectation(change: RoutingChange, { after }: Sides) {
    const [service] = servicesOf(change)
    if (change.subject.kind !== 'service' || service === undefined || after.from >= after.to) return null
    const lastDay = { from: epochMs(Math.max(after.from, after.to - DAY_MS)), to: after.to }
    return this.#parts.expectationOf(service, await this.#parts.traffic.of(service, lastDay))
  }

  #othersOf(change: RoutingChange, scope: Scope, sides: Sides): readonly RoutingChange[] {
    const { from, to } = spanOf(sides)
    return this.#parts.readings
      .othersOf(change)
      .filter(({ at }) => at >= from && at < Math.max(to, sides.after.from))
      .flatMap(other => changeInScope(other, scope) ?? [])
  }
}
