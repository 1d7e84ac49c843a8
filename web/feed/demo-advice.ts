import type { AdviceAnswer, AdviceRow, StructuralRow, WhatIfAnswer } from '@weir/contract/advice-queries.ts'
import { epochMs, microUsd } from '@weir/contract/units.ts'
import { demoSums, matches, totalsOf } from './demo-sums.ts'
import { DEMO_PRICE, type DemoWorld } from './demo-world.ts'
import type { RangeQuestion, WhatIfQuestion } from './feed.ts'

const MONTH_MS = 30 * 86_400_000

export function demoAdvice(world: DemoWorld, { range }: RangeQuestion): AdviceAnswer {
  const crossingOf = (namespace: string, name: string): number => {
    const streams = world.streams.filter(one => matches(one, { responderNamespace: [namespace], responder: [name] }))
    return totalsOf(demoSums(streams, range.from, range.to)).byCrossing['cross-zone'].bytes
  }
  const perMonth = (bytes: number) =>
    microUsd(Math.round((bytes / 2 ** 30) * 2 * 10_000 * (MONTH_MS / (range.to - range.from))))
  const row = (
    part: Pick<AdviceRow, 'id' | 'remedy' | 'namespace'> & { readonly name: string } & Partial<AdviceRow>,
    keeps: number,
  ): AdviceRow => {
    const { name, ...given } = part
    const crossZoneBytes = crossingOf(part.namespace, name)
    const savedBytes = Math.round(crossZoneBytes * keeps)
    return {
      cluster: 'demo',
      subject: `${part.namespace}/${name}`,
      problem: '',
      savedBytes,
      crossZoneBytes,
      savedPerMonth: perMonth(savedBytes),
      ownCostPerMonth: microUsd(0),
      shareBefore: 0.66,
      shareAfter: 0.66 * (1 - keeps),
      risk: '',
      precondition: '',
      loadFactor: null,
      dropsOn: [],
      alternativeTo: null,
      patches: [],
      ...given,
    }
  }
  const rows = world.isEmpty
    ? []
    : [
        row(
          {
            id: 'redis-zone',
            remedy: 'prefer the same zone',
            namespace: 'cache',
            name: 'redis',
            problem:
              'Two thirds of its bytes cross zones although each zone with clients has endpoints; no preference is set.',
            risk: 'Endpoints of us-east-1a get 1.26 times an even load.',
            precondition:
              'Kubernetes 1.34 or later for PreferSameZone; every zone with clients keeps a ready endpoint.',
            loadFactor: 1.26,
            patches: [
              {
                kind: 'kubectl patch',
                text: `kubectl --namespace cache patch service redis --type merge \\\n  --patch '{"spec":{"trafficDistribution":"PreferSameZone"}}'`,
              },
            ],
          },
          0.86,
        ),
        row(
          {
            id: 'checkout-count',
            remedy: 'change the replica count',
            namespace: 'shop',
            name: 'checkout',
            problem: 'topology-mode is Auto and no hints are set: 4 endpoints for 3 zones, at least 6 are needed.',
            risk: 'Two more replicas.',
            precondition: 'The Deployment’s replicas are not set by an autoscaler with a lower maximum.',
            patches: [
              { kind: 'kubectl patch', text: 'kubectl --namespace shop scale deployment checkout --replicas 6' },
            ],
          },
          0.8,
        ),
        row(
          {
            id: 'checkout-zone',
            remedy: 'prefer the same zone',
            namespace: 'shop',
            name: 'checkout',
            problem: 'The same bytes: trafficDistribution has no threshold of endpoints.',
            precondition: 'Remove the annotation topology-mode, which wins over it.',
            alternativeTo: 'checkout-count',
          },
          0.78,
        ),
      ].filter(({ namespace }) => world.scope === 'all' || world.scope.includes(namespace))
  const structural: StructuralRow[] = (world.isEmpty ? [] : ([['streams', 'kafka']] as const))
    .filter(([namespace]) => world.scope === 'all' || world.scope.includes(namespace))
    .map(([namespace, name]) => ({
      cluster: 'demo',
      subject: `${namespace}/${name}`,
      namespace,
      reason: 'direct to pods',
      why: 'Clients ask the brokers by their own addresses: no Service chooses. Fetching from the closest replica is a setting of Kafka.',
      crossZoneBytes: crossingOf(namespace, name),
      costPerMonth: perMonth(crossingOf(namespace, name)),
    }))
  const firsts = rows.filter(({ alternativeTo }) => alternativeTo === null)
  return {
    range,
    scope: world.scope,
    asOf: epochMs(world.clock()),
    price: DEMO_PRICE,
    rows,
    structural,
    savedPerMonth: microUsd(firsts.reduce((sum, one) => sum + one.savedPerMonth, 0)),
    crossZoneBytes: [...firsts, ...structural].reduce((sum, one) => sum + one.crossZoneBytes, 0),
    hidden: 0,
    gaps: [],
  }
}

/** A few of the server's ways, at the demo's price only. */
export function demoWhatIf(world: DemoWorld, { gb, hintedShare, zones }: WhatIfQuestion): WhatIfAnswer {
  const any = 1 - 1 / Math.max(1, zones)
  const option = (name: string, crossShare: number, note: string) => {
    const oneSide = microUsd(Math.round(gb * crossShare * 10_000))
    const billed = microUsd(2 * oneSide)
    return { name, crossShare, oneSide, billed, parts: [{ name: 'across zones', cost: billed }], note }
  }
  return {
    scope: world.scope,
    gbPerMonth: gb,
    currency: 'USD',
    source: 'The demo’s price: 0.01 USD per GB and side.',
    inputs: [`${gb} GB a month among ${zones} zones.`, `With hints ${Math.round(hintedShare * 100)} % still cross.`],
    options: [
      option('Service, any endpoint', any, 'At random over the endpoints of all zones.'),
      option('Service, same zone preferred', hintedShare, 'trafficDistribution or topology-mode.'),
      option('in one zone', 0, 'Both in the same zone; no longer spread for availability.'),
    ],
  }
}
