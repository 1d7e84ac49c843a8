import type { DestinationRuleRecord } from '../../directory/kubernetes/objects.ts'
import { brief } from './shown.ts'

/**
 * What DestinationRules say of localities, by namespace and name of the Service they are for. A host without dots is of
 * the rule's own namespace; one with a wildcard, or outside the cluster, is no single Service and left out.
 */
export function meshRules(rules: readonly DestinationRuleRecord[]): ReadonlyMap<string, string> {
  const byService = new Map<string, string[]>()
  for (const rule of rules) {
    const service = serviceOf(rule)
    if (service !== undefined && rule.locality !== '')
      byService.set(service, (byService.get(service) ?? []).concat(rule.locality))
  }
  return new Map(Array.from(byService, ([service, said]) => [service, brief(said.sort().join(' | '))]))
}

function serviceOf({ host, namespace }: DestinationRuleRecord): string | undefined {
  const [name = '', of, svc, ...domain] = host.split('.')
  if (name === '' || name.includes('*')) return undefined
  if (of === undefined) return `${namespace}/${name}`
  const isInside = svc === undefined || (svc === 'svc' && (domain.length === 0 || domain.join('.') === 'cluster.local'))
  return isInside && of !== '*' ? `${of}/${name}` : undefined
}
