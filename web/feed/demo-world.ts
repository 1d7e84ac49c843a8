import type { CoveragePart, CoverageSummary, Provenance, ShownScope, Totals } from '@weir/contract/queries.ts'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { matches } from './demo-sums.ts'
import { type DemoStream, demoStreams } from './demo-traffic.ts'

/**
 * The scene provokes what a real server seldom does: empty (no agents), quiet (nothing crosses), stale, disconnected,
 * error, loading, large, hostile, open (no sign-in), scoped (a viewer of two namespaces).
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

export const DEMO_PRICE = {
  usdPerGb: 0.01,
  bytesPerGb: 2 ** 30,
  currency: 'USD',
  source: 'the demo’s price; cross-zone only',
} as const

/** The toy cloud of a scene: what its traffic is, who looks at it, and what an answer about it rests on. */
export class DemoWorld {
  readonly scene: string
  readonly scope: ShownScope
  readonly streams: readonly DemoStream[]
  readonly clock: () => number
  /** Changes marked by hand while the page is open. */
  readonly marked: RoutingChange[] = []

  /** @throws RangeError on a scene there is not. */
  constructor(scene: string, clock: () => number) {
    if (!demoScenes.includes(scene))
      throw new RangeError(`no demo scene “${scene}”; there are ${demoScenes.slice(1).join(', ')}`)
    this.scene = scene
    this.clock = clock
    const scope = scene === 'scoped' ? ['payments', 'shop'] : 'all'
    this.scope = scope
    const streams = demoStreams(scene)
    this.streams = scope === 'all' ? streams : streams.filter(stream => matches(stream, { namespace: scope }))
  }

  get isEmpty(): boolean {
    return this.scene === 'empty'
  }

  provenance(from: number, to: number, total: Totals): Provenance {
    const placed = total.bytes - total.byCrossing.unknown.bytes
    const end = Math.min(to, this.clock())
    return {
      range: { from: epochMs(from), to: epochMs(to) },
      scope: this.scope,
      asOf: this.isEmpty ? null : epochMs(end),
      sealedUntil: this.isEmpty ? null : epochMs(Math.floor((end - 20_000) / 60_000) * 60_000),
      coverage: this.coverage(placed, total.bytes),
      price: DEMO_PRICE,
    }
  }

  coverage(placed: number, all: number): CoverageSummary {
    const empty = this.isEmpty
    const parts: readonly CoveragePart[] = [
      { kind: 'nodes reporting', ...ratio(empty ? 0 : 9, 9), unit: 'nodes' },
      { kind: 'connections with counters', ...ratio(empty ? 0 : 18_412, empty ? 0 : 19_750), unit: 'connections' },
      { kind: 'bytes placed', ...ratio(placed, all), unit: 'bytes' },
      { kind: 'primary against witness', ...ratio(placed * 0.998, placed), unit: 'bytes' },
      { kind: 'zones compared', ...ratio(placed, all), unit: 'bytes' },
    ]
    if (this.scope !== 'all')
      return { parts: parts.filter(({ kind }) => kind === 'bytes placed' || kind === 'zones compared'), gaps: [] }
    if (empty) return { parts, gaps: ['9 nodes have no agent'] }
    const gap =
      '7 % of live connections have no counters: accounting was switched on after they opened; they count once they reconnect'
    return { parts, gaps: [gap] }
  }
}

const ratio = (seen: number, of: number) => ({ ratio: of === 0 ? null : seen / of, seen: Math.round(seen), of })
