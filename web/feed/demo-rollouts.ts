import type {
  MarkRollout,
  RolloutAnswer,
  RolloutsAnswer,
  RoutingChange,
  ShareExpectation,
} from '@weir/contract/rollout-queries.ts'
import type { RoutingAnswer } from '@weir/contract/routing-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { type DemoChange, demoChanges } from './demo-changes.ts'
import { demoZones } from './demo-traffic.ts'
import type { DemoWorld } from './demo-world.ts'
import { FeedError, type RolloutsQuestion, type RoutingQuestion } from './feed.ts'

const HOUR_MS = 3_600_000
/** Around the change, each side. */
const STEPS = 84

const allOf = (world: DemoWorld): DemoChange[] =>
  world.isEmpty
    ? []
    : [...world.marked.map(change => ({ change, reading: null, hints: null })), ...demoChanges(world.clock())]
        .filter(({ change }) => isShown(world, change))
        .sort((a, b) => b.change.at - a.change.at)

const isShown = ({ scope }: DemoWorld, { services }: RoutingChange): boolean =>
  scope === 'all' || services.some(({ namespace }) => scope.includes(namespace))

export function demoRollouts(world: DemoWorld, { range, service }: RolloutsQuestion): RolloutsAnswer {
  const rows = allOf(world).filter(
    ({ change }) =>
      change.at >= range.from &&
      change.at < range.to &&
      (service === undefined ||
        change.services.some(one => one.namespace === service.namespace && one.name === service.name)),
  )
  return { range, scope: world.scope, asOf: epochMs(world.clock()), rows, hidden: 0, gaps: [] }
}

/** @throws FeedError on an id there is not. */
export function demoRollout(world: DemoWorld, { id }: { readonly id: string }): RolloutAnswer {
  const all = allOf(world)
  const found = all.find(({ change }) => change.id === id)
  if (found === undefined) throw new FeedError(`no change “${id}” is known`, { status: 404 })
  const { change, reading } = found
  const first = Math.floor(change.at / HOUR_MS - STEPS) * HOUR_MS
  const times = Array.from({ length: 2 * STEPS }, (_, i) => epochMs(first + i * HOUR_MS)).filter(
    time => time + HOUR_MS <= world.clock(),
  )
  const bytes = times.map((time, i) => (i === 20 ? null : Math.round(3e10 * (1.3 + Math.sin(time / HOUR_MS / 3.8)))))
  const shareAt = (time: number) => (time < change.at ? reading?.before.share : reading?.after.share) ?? 0
  return {
    scope: world.scope,
    asOf: epochMs(world.clock()),
    change,
    readings: reading === null ? [] : [reading],
    againstOthers:
      reading?.change && reading.kind === 'settled' ? { services: 7, change: shifted(reading.change, 0.004) } : null,
    expectation: reading === null ? null : expectationOf(reading.after.share),
    series: {
      stepMs: HOUR_MS,
      times,
      bytes,
      crossZoneBytes: times.map((time, i) => {
        const all = bytes[i] ?? null
        return all === null
          ? null
          : Math.round(all * Math.min(1, shareAt(time) * (1 + 0.06 * Math.sin(time / HOUR_MS))))
      }),
    },
    others: all
      .filter(other => other.change.id !== id && Math.abs(other.change.at - change.at) < 7 * 24 * HOUR_MS)
      .map(other => other.change),
  }
}

const shifted = (
  { estimate, low, high }: { readonly estimate: number; readonly low: number; readonly high: number },
  by: number,
) => ({
  estimate: estimate + by,
  low: low + by - 0.01,
  high: high + by + 0.01,
})

function expectationOf(observed: number | null): ShareExpectation {
  return {
    baseline: 0.667,
    expected: 0.08,
    observed,
    possibleSaving: 1 - 0.08 / 0.667,
    achievedSaving: observed === null ? null : 1 - observed / 0.667,
    zones: demoZones.map((zone, i) => ({
      zone,
      clients: [0.42, 0.31, 0.27][i] ?? 0,
      endpoints: 2,
      loadFactor: [1.26, 0.93, 0.81][i] ?? null,
    })),
  }
}

/** Kept as long as the page is open. */
export function demoMark(world: DemoWorld, mark: MarkRollout): { readonly change: RoutingChange } {
  const at = mark.at === undefined ? world.clock() : Date.parse(String(mark.at))
  if (Number.isNaN(at)) throw new FeedError(`at: “${mark.at}” is no moment`, { status: 400 })
  const { namespace, note, service } = mark
  const change: RoutingChange = {
    id: `marked-${world.marked.length + 1}`,
    cluster: 'demo',
    at: epochMs(at),
    kind: 'marked by hand',
    subject: { kind: 'service', namespace, name: service },
    services: [{ namespace, name: service }],
    before: '',
    after: '',
    note,
    times: 1,
  }
  world.marked.push(change)
  return { change }
}

/** @throws FeedError on a Service that the demo does not know. */
export function demoRouting(world: DemoWorld, { namespace, name }: RoutingQuestion): RoutingAnswer {
  const known = world.streams.some(({ responder }) => responder.namespace === namespace && responder.name === name)
  if (!known) throw new FeedError(`no Service ${namespace}/${name} is known`, { status: 404 })
  const newest = allOf(world).find(({ change }) => change.services.some(one => one.name === name))
  const hasHints = newest?.hints === 'as predicted'
  const isAuto = newest?.change.after === 'Auto'
  const ready = isAuto ? 4 : 6
  return {
    cluster: 'demo',
    namespace,
    name,
    asOf: epochMs(world.clock()),
    type: 'ClusterIP',
    headless: false,
    preference: hasHints ? 'PreferSameZone' : isAuto ? 'Auto' : 'none',
    preferenceFrom: hasHints ? 'spec.trafficDistribution' : isAuto ? 'service.kubernetes.io/topology-mode' : '',
    internalTrafficPolicy: 'Cluster',
    externalTrafficPolicy: '',
    families: [
      {
        addressType: 'IPv4',
        readyEndpoints: ready,
        state: newest?.hints ?? 'none, as predicted',
        zones: demoZones.map((zone, i) => {
          const endpoints = isAuto ? ([2, 1, 1][i] ?? 0) : 2
          return {
            zone,
            nodes: 3,
            readyEndpoints: endpoints,
            cpuShare: 1 / 3,
            predictedHints: hasHints ? endpoints : null,
            actualHints: hasHints ? endpoints : 0,
            usedEndpoints: hasHints ? endpoints : ready,
            usedInOtherZones: hasHints ? 0 : ready - endpoints,
          }
        }),
      },
    ],
    expectation: expectationOf(newest?.reading?.after.share ?? 0.66),
    whyNoHints: isAuto
      ? [
          {
            reason: 'too few endpoints',
            sentence:
              '4 endpoints for 3 zones: with these CPU shares at least 6 are needed so that no zone is overloaded by more than 20 %.',
            remedy: 'Give it 6 replicas, or set spec.trafficDistribution: PreferSameZone, which has no such threshold.',
          },
        ]
      : [],
    whyDropped: [],
    whyBillDidNotFall: hasHints
      ? [
          {
            reason: 'long-lived connections',
            sentence: '9 % of its bytes still flow over connections opened before the change.',
            remedy: 'They move when they reconnect; restart the clients to move them now.',
          },
        ]
      : [],
  }
}
