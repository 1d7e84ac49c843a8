import type { DestinationRuleRecord } from '../objects.ts'
import { fields, identityOf, items, type Raw, text } from './raw.ts'

/** A DestinationRule of networking.istio.io/v1. @throws Error when it has no identity. */
export function trimDestinationRule(raw: Raw): DestinationRuleRecord {
  const spec = fields(raw.spec)
  const policies = [spec, ...items(spec.subsets)].map(part => fields(part.trafficPolicy))
  return {
    ...identityOf(fields(raw.metadata)),
    host: text(spec.host) ?? '',
    locality: policies.flatMap(policy => localityOf(policy) ?? []).join(' | '),
  }
}

/**
 * What a policy says of localities. Without outlier detection a sidecar never takes another locality for one that fails,
 * so that is said with it (Istio reference, "Destination Rule", LocalityLoadBalancerSetting).
 */
function localityOf(policy: Raw): string | undefined {
  const setting = fields(fields(policy.loadBalancer).localityLbSetting)
  if (Object.keys(setting).length === 0) return undefined
  const parts = [
    setting.enabled === false ? 'locality off' : 'locality on',
    ...items(setting.distribute).map(({ from, to }) => `from ${text(from) ?? '*'} to ${weights(fields(to))}`),
    ...items(setting.failover).map(({ from, to }) => `failover ${text(from) ?? '*'} to ${text(to) ?? '*'}`),
    ...priorities(setting.failoverPriority),
    Object.keys(fields(policy.outlierDetection)).length > 0 ? 'outlier detection' : 'no outlier detection',
  ]
  return parts.join(', ')
}

const weights = (to: Raw): string =>
  Object.entries(to)
    .map(([locality, weight]) => `${locality} ${weight}`)
    .sort()
    .join(' ')

const priorities = (labels: unknown): string[] =>
  Array.isArray(labels) && labels.length > 0 ? [`priority ${labels.map(String).join(' ')}`] : []
