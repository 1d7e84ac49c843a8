import type { SpreadRule } from '../objects.ts'
import { exact, items, text } from './raw.ts'

/** Those of nodes that tell their zone. */
const zoneKeys: ReadonlySet<string> = new Set([
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.k8s.aws/zone-id',
])

/** By their text: 150,000 pods have a few dozen. Begun anew when full, so that odd ones cannot fill the memory. */
const known = new Map<string, readonly SpreadRule[]>()
const MOST_KNOWN = 1_000

/** Rules about zones of a pod's topologySpreadConstraints. Of one that is not whole nothing is kept. */
export function spreadOf(constraints: unknown): readonly SpreadRule[] {
  const rules = items(constraints).flatMap(({ topologyKey, maxSkew, whenUnsatisfiable }): SpreadRule[] => {
    const [key, otherwise] = [text(topologyKey), text(whenUnsatisfiable)]
    if (key === undefined || !zoneKeys.has(key) || otherwise === undefined || typeof maxSkew !== 'number') return []
    return [{ topologyKey: key, maxSkew, whenUnsatisfiable: otherwise }]
  })
  if (rules.length === 0) return exact(rules)
  const name = JSON.stringify(rules)
  const kept = known.get(name) ?? exact(rules)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(name, kept)
  return kept
}
