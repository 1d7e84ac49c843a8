import type { AdviceRow, StructuralRow } from '@weir/contract/advice-queries.ts'
import type { Candidate } from './candidate.ts'
import { type AdviceInput, type ClusterView, viewOf } from './cluster-view.ts'
import { type Pricing, rank, structuralRow } from './rank.ts'
import { awsEndpoint } from './remedies/aws-endpoint.ts'
import { balancerTargets } from './remedies/balancer-targets.ts'
import { balancerZone } from './remedies/balancer-zone.ts'
import { batchZone } from './remedies/batch-zone.ts'
import { dnsCache } from './remedies/dns-cache.ts'
import { mendHints } from './remedies/mend-hints.ts'
import { meshLocality } from './remedies/mesh-locality.ts'
import { natGateway } from './remedies/nat-gateway.ts'
import { nodeLocal } from './remedies/node-local.ts'
import { podsTogether } from './remedies/pods-together.ts'
import { preferZone } from './remedies/prefer-zone.ts'
import { replicas } from './remedies/replicas.ts'
import { skipBalancer } from './remedies/skip-balancer.ts'
import { zoneOfNode } from './remedies/zone-of-node.ts'
import { structuralOf } from './structural.ts'

/** Of two that save the same, the one that stands first here: the smaller change, or the nearer to the cause. */
const remedies: readonly ((view: ClusterView) => Candidate[])[] = [
  zoneOfNode,
  mendHints,
  nodeLocal,
  balancerTargets,
  preferZone,
  podsTogether,
  replicas,
  dnsCache,
  skipBalancer,
  balancerZone,
  meshLocality,
  awsEndpoint,
  natGateway,
  batchZone,
]

export interface Advice {
  readonly rows: readonly AdviceRow[]
  readonly structural: readonly StructuralRow[]
  /** Wire bytes across zones: of what the rows move, each byte once, and of the structural rows. */
  readonly crossZoneBytes: number
}

/**
 * Everything that could be done about one cluster's traffic across zones.
 *
 * @param isShown whether a viewer may see what is of that namespace; '' is of none.
 */
export function adviceOf(input: AdviceInput, pricing: Pricing, isShown: (namespace: string) => boolean): Advice {
  const view = viewOf(input)
  const candidates = remedies.flatMap(remedy => remedy(view)).filter(({ namespace }) => isShown(namespace))
  const { rows, moved } = rank(candidates, view.cluster, pricing)
  const structural = structuralOf(view, stream => moved.has(stream))
    .filter(({ namespace }) => isShown(namespace))
    .map(one => structuralRow(one, view.cluster, pricing))
    .sort(
      (a, b) =>
        b.costPerMonth - a.costPerMonth || b.crossZoneBytes - a.crossZoneBytes || (a.subject < b.subject ? -1 : 1),
    )
  const crossZoneBytes =
    moved.values().reduce((sum, { wireBytes }) => sum + wireBytes, 0) +
    structural.reduce((sum, one) => sum + one.crossZoneBytes, 0)
  return { rows, structural, crossZoneBytes }
}
