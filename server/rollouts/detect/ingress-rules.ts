import type { IngressRecord } from '../../directory/kubernetes/objects.ts'
import { crossZone } from './load-balancer.ts'
import { brief, shown } from './shown.ts'

/** The class that the AWS Load Balancer Controller comes with; others are known by their annotations. */
const ALB = 'alb'

/**
 * "Ingress web: targets ip, cross-zone default": the application load balancers that lead to a Service, by its namespace
 * and name. Ingresses of other controllers say nothing of zones.
 */
export function ingressRules(ingresses: readonly IngressRecord[]): ReadonlyMap<string, string> {
  const byService = new Map<string, string[]>()
  for (const ingress of ingresses) {
    const { className, namespace, name, services, targetType, attributes, targetGroupAttributes } = ingress
    const spread = crossZone({ targetGroupAttributes, attributes, crossZone: undefined })
    if (className !== ALB && targetType === undefined && spread === undefined) continue
    const text = `Ingress ${name}: targets ${shown(targetType) ?? 'default'}, cross-zone ${shown(spread) ?? 'default'}`
    for (const service of services) {
      const key = `${namespace}/${service}`
      byService.set(key, (byService.get(key) ?? []).concat(text))
    }
  }
  return new Map(Array.from(byService, ([service, said]) => [service, brief(said.sort().join('; '), 200)]))
}
