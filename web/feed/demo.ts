import type { LiveFrame, Subscription } from '@weir/contract/live-wire.ts'
import type {
  CoveragePart,
  CoverageSummary,
  Provenance,
  SeriesAnswer,
  ShownScope,
  Totals,
  ViewerAnswer,
} from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { demoSums, groupBy, matches, pairRows, totalsOf, zoneCells } from './demo-sums.ts'
import { type DemoStream, demoStreams, demoZones } from './demo-traffic.ts'
import { type Feed, FeedError, type FeedListener, type SeriesQuestion } from './feed.ts'

/**
 * A toy cloud inside the browser: for design, for tests, for a look without a cluster. The scene provokes what a real
 * server seldom does: empty (no agents), quiet (nothing crosses), stale, disconnected, error, loading, large, hostile,
 * open (no sign-in), scoped (a viewer of two namespaces).
 */
export const demoScenes = [
  '',
  'empty',
  'quiet',
  'stale',
  'disconnected',
  'error',
  'loading',
  'large',
  'hostile',
  'open',
  'scoped',
]

const FRAME_EVERY_MS = 2000
const WINDOW_MS = 10_000
/** How long the troubled scenes go well before the trouble begins. */
const TROUBLE_AFTER_MS = 3000

export class DemoFeed implements Feed {
  readonly #scene: string
  readonly #streams: readonly DemoStream[]
  readonly #clock: () => number
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #started: number
  #listener: FeedListener | undefined
  #number = 0

  /** @throws RangeError on a scene there is not. */
  constructor(scene: string, clock: () => number) {
    if (!demoScenes.includes(scene))
      throw new RangeError(`no demo scene “${scene}”; there are ${demoScenes.slice(1).join(', ')}`)
    this.#scene = scene
    this.#clock = clock
    this.#started = clock()
    const scope = this.#scope()
    const streams = demoStreams(scene)
    this.#streams = scope === 'all' ? streams : streams.filter(stream => matches(stream, { namespace: scope }))
  }

  open(listener: FeedListener): () => void {
    this.#listener = listener
    if (this.#scene === 'loading') return () => undefined
    listener.onLink('open')
    listener.onViewer(this.#viewer())
    const timer = setInterval(() => this.#tick(), FRAME_EVERY_MS)
    return () => clearInterval(timer)
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.set(subscription.view, subscription)
    if (this.#scene !== 'loading') queueMicrotask(() => this.#send(subscription))
  }

  async series(question: SeriesQuestion): Promise<SeriesAnswer> {
    if (this.#scene === 'error') throw new FeedError('The store did not answer in time.', 'demo-7f3a')
    const { from, to } = question.range
    const streams = this.#streams.filter(stream => matches(stream, question.filter))
    const times = Array.from({ length: (to - from) / question.stepMs }, (_, i) => epochMs(from + i * question.stepMs))
    const lines = [...groupBy(streams, stream => lineOf(stream, question.by))].map(([name, some]) => ({
      name,
      bytes: times.map((at, i) => (i === 7 ? null : sumOf(some, at, at + question.stepMs))),
    }))
    lines.sort((a, b) => added(b.bytes) - added(a.bytes))
    const others = lines.splice(question.limit)
    const sumAt = (_: unknown, i: number) => (i === 7 ? null : added(others.map(line => line.bytes[i] ?? 0)))
    if (others.length > 0) lines.push({ name: 'other', bytes: times.map(sumAt) })
    return {
      ...this.#provenance(from, to, totalsOf(demoSums(streams, from, to))),
      stepMs: question.stepMs,
      times,
      lines,
    }
  }

  #viewer(): ViewerAnswer {
    const isOpen = this.#scene === 'open'
    const isScoped = this.#scene === 'scoped'
    return {
      name: isScoped ? 'dana@example.com' : 'demo',
      scope: this.#scope(),
      auth: isOpen ? 'none' : 'oidc',
      hasSession: isScoped,
    }
  }

  #scope(): ShownScope {
    return this.#scene === 'scoped' ? ['payments', 'shop'] : 'all'
  }

  #tick(): void {
    const trouble = this.#clock() - this.#started > TROUBLE_AFTER_MS
    if (trouble && this.#scene === 'disconnected') this.#listener?.onLink('lost')
    else for (const subscription of this.#subscriptions.values()) this.#send(subscription)
  }

  #send(subscription: Subscription): void {
    const { view, span, filter } = subscription
    // The newest whole window, as agents would have sent it; the stale scene stopped hearing from them a while ago.
    const late = this.#scene === 'stale' ? 95_000 : 0
    const to = Math.floor((this.#clock() - late) / WINDOW_MS) * WINDOW_MS
    const sums = demoSums(
      this.#streams.filter(stream => matches(stream, filter)),
      to - span * 1000,
      to,
    )
    const total = totalsOf(sums)
    const rows =
      view === 'pairs' ? pairRows(sums, subscription.group ?? 'service', subscription.sort ?? 'crossZoneBytes') : []
    const frame: LiveFrame = {
      ...this.#provenance(to - span * 1000, to, total),
      view,
      number: ++this.#number,
      at: epochMs(this.#clock()),
      span,
      total,
      ...(view === 'pairs' && { pairs: rows.slice(0, subscription.limit ?? 500) }),
      ...(view === 'zones' && { zones: this.#scene === 'empty' ? [] : demoZones, cells: zoneCells(sums) }),
    }
    this.#listener?.onFrame(frame)
  }

  #provenance(from: number, to: number, total: Totals): Provenance {
    const empty = this.#scene === 'empty'
    const placed = total.bytes - total.byCrossing.unknown.bytes
    return {
      range: { from: epochMs(from), to: epochMs(to) },
      scope: this.#scope(),
      asOf: empty ? null : epochMs(to),
      sealedUntil: empty ? null : epochMs(Math.floor((to - 20_000) / 60_000) * 60_000),
      coverage: this.#coverage(placed, total.bytes),
      price: { usdPerGb: 0.01, bytesPerGb: 2 ** 30, currency: 'USD', source: 'the demo’s price; cross-zone only' },
    }
  }

  #coverage(placed: number, all: number): CoverageSummary {
    const empty = this.#scene === 'empty'
    const parts: readonly CoveragePart[] = [
      { kind: 'nodes reporting', ...ratio(empty ? 0 : 9, 9), unit: 'nodes' },
      { kind: 'connections with counters', ...ratio(empty ? 0 : 18_412, empty ? 0 : 19_750), unit: 'connections' },
      { kind: 'bytes placed', ...ratio(placed, all), unit: 'bytes' },
      { kind: 'primary against witness', ...ratio(placed * 0.998, placed), unit: 'bytes' },
      { kind: 'zones compared', ...ratio(placed, all), unit: 'bytes' },
    ]
    if (this.#scope() !== 'all')
      return { parts: parts.filter(({ kind }) => kind === 'bytes placed' || kind === 'zones compared'), gaps: [] }
    if (empty) return { parts, gaps: ['9 nodes have no agent'] }
    const gap =
      '7 % of live connections have no counters: accounting was switched on after they opened; they count once they reconnect'
    return { parts, gaps: [gap] }
  }
}

const ratio = (seen: number, of: number) => ({ ratio: of === 0 ? null : seen / of, seen: Math.round(seen), of })

const added = (counts: readonly (number | null)[]): number =>
  counts.reduce<number>((all, count) => all + (count ?? 0), 0)

function sumOf(streams: readonly DemoStream[], from: number, to: number): number {
  return totalsOf(demoSums(streams, from, to)).bytes
}

function lineOf(stream: DemoStream, by: SeriesQuestion['by']): string {
  switch (by) {
    case 'crossing':
      return stream.crossing
    case 'namespace':
      return `${stream.initiator.namespace || stream.initiator.kind} → ${stream.responder.namespace || stream.responder.kind}`
    case 'service':
      return `${stream.initiator.namespace}/${stream.initiator.name} → ${stream.responder.namespace}/${stream.responder.name}`
    case 'zone':
      return `${stream.from} → ${stream.to}`
  }
}
