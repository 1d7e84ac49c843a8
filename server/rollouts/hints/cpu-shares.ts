import type { NodeRecord } from '../../directory/kubernetes/objects.ts'

/**
 * What each zone has of the allocatable CPU of all nodes, 0 to 1: what topology-mode Auto shares endpoints out by. The
 * rules are those of SetNodes, k8s.io/endpointslice/topologycache (the same from Kubernetes 1.28 to 1.37).
 */
export type CpuShares =
  | { readonly kind: 'shares'; readonly byZone: ReadonlyMap<string, number> }
  /** Nodes without a zone label or without CPU: one is enough to take the shares of the whole cluster. */
  | { readonly kind: 'node without zone or CPU'; readonly nodes: readonly string[] }
  /** Fewer than two zones have ready nodes. */
  | { readonly kind: 'nodes in one zone only'; readonly zone: string | undefined }

/** Nodes that cannot be scheduled on count, those of the control plane do not. Taints and selectors are not looked at. */
export function cpuShares(nodes: readonly NodeRecord[]): CpuShares {
  const counted = nodes.filter(({ controlPlane, ready }) => ready && !controlPlane)
  const lacking = counted.filter(node => node.zoneLabel === undefined || node.allocatableMilliCpu === 0)
  if (lacking.length > 0) return { kind: 'node without zone or CPU', nodes: lacking.map(({ name }) => name).sort() }

  const cpuByZone = new Map<string, number>()
  for (const { allocatableMilliCpu, zoneLabel = '' } of counted)
    cpuByZone.set(zoneLabel, (cpuByZone.get(zoneLabel) ?? 0) + allocatableMilliCpu)
  const [zone] = cpuByZone.keys()
  if (cpuByZone.size < 2) return { kind: 'nodes in one zone only', zone }

  const total = cpuByZone.values().reduce((sum, cpu) => sum + cpu, 0)
  return { kind: 'shares', byZone: new Map(Array.from(cpuByZone, ([name, cpu]) => [name, cpu / total])) }
}
