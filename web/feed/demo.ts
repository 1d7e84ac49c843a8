import type { LiveFrame, LiveView, Subscription } from '@weir/contract/live-wire.ts'
import type { ViewerAnswer } from '@weir/contract/queries.ts'
import type { MarkRollout, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { demoAnswers } from './demo-answers.ts'
import { demoFlows } from './demo-flows.ts'
import { demoMark } from './demo-rollouts.ts'
import { demoSums, matches, pairRows, totalsOf, zoneCells } from './demo-sums.ts'
import { demoZones } from './demo-traffic.ts'
import { DemoWorld } from './demo-world.ts'
import { type Answer, type Asked, type Feed, FeedError, type FeedListener, type QuestionName } from './feed.ts'

const FRAME_EVERY_MS = 2000
const WINDOW_MS = 10_000
/** How long the troubled scenes go well before the trouble begins. */
const TROUBLE_AFTER_MS = 3000

/** A toy cloud inside the browser: for design, for tests, for a look without a cluster. */
export class DemoFeed implements Feed {
  readonly #world: DemoWorld
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #started: number
  #listener: FeedListener | undefined
  #number = 0

  /** @throws RangeError on a scene there is not. */
  constructor(scene: string, clock: () => number) {
    this.#world = new DemoWorld(scene, clock)
    this.#started = clock()
  }

  open(listener: FeedListener): () => void {
    this.#listener = listener
    if (this.#world.scene === 'loading') return () => undefined
    listener.onLink('open')
    listener.onViewer(this.#viewer())
    const timer = setInterval(() => this.#tick(), FRAME_EVERY_MS)
    return () => clearInterval(timer)
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.set(subscription.view, subscription)
    if (this.#world.scene !== 'loading') queueMicrotask(() => this.#send(subscription))
  }

  unsubscribe(view: LiveView): void {
    this.#subscriptions.delete(view)
  }

  async mark(rollout: MarkRollout): Promise<{ readonly change: RoutingChange }> {
    return demoMark(this.#world, rollout)
  }

  async ask<Name extends QuestionName>(name: Name, question: Asked<Name>): Promise<Answer<Name>> {
    if (this.#world.scene === 'loading') return new Promise(() => undefined)
    if (this.#world.scene === 'error')
      throw new FeedError('The store did not answer in time.', { requestId: 'demo-7f3a', status: 503 })
    return demoAnswers[name](this.#world, question)
  }

  #viewer(): ViewerAnswer {
    const { scene, scope } = this.#world
    return {
      name: scene === 'scoped' ? 'dana@example.com' : 'demo',
      scope,
      auth: scene === 'open' ? 'none' : 'oidc',
      hasSession: scene === 'scoped',
    }
  }

  #tick(): void {
    const trouble = this.#world.clock() - this.#started > TROUBLE_AFTER_MS
    if (trouble && this.#world.scene === 'disconnected') this.#listener?.onLink('lost')
    else for (const subscription of this.#subscriptions.values()) this.#send(subscription)
  }

  #send(subscription: Subscription): void {
    const { view, span, filter, limit } = subscription
    const { scene, isEmpty, clock, streams } = this.#world
    // The newest whole window, as agents would have sent it; the stale scene stopped hearing from them a while ago.
    const late = scene === 'stale' ? 95_000 : 0
    const to = Math.floor((clock() - late) / WINDOW_MS) * WINDOW_MS
    const sums = demoSums(
      streams.filter(stream => matches(stream, filter)),
      to - span * 1000,
      to,
    )
    const total = totalsOf(sums)
    const rows =
      view === 'pairs' ? pairRows(sums, subscription.group ?? 'service', subscription.sort ?? 'crossZoneBytes') : []
    const frame: LiveFrame = {
      ...this.#world.provenance(to - span * 1000, to, total),
      view,
      number: ++this.#number,
      at: epochMs(clock()),
      span,
      total,
      ...(view === 'pairs' && { pairs: rows.slice(0, limit ?? 500) }),
      ...(view === 'zones' && { zones: isEmpty ? [] : demoZones, cells: zoneCells(sums) }),
      ...(view === 'flows' && { flows: demoFlows(sums, to, limit ?? 200) }),
    }
    this.#listener?.onFrame(frame)
  }
}
