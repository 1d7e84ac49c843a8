import type { IngressRecord } from '../objects.ts'
import { fields, identityOf, items, type Raw, text } from './raw.ts'

/** An Ingress of networking.k8s.io/v1. @throws Error when it has no identity. */
export function trimIngress(raw: Raw): IngressRecord {
  const metadata = fields(raw.metadata)
  const spec = fields(raw.spec)
  const annotations = fields(metadata.annotations)
  const paths = items(spec.rules).flatMap(rule => items(fields(rule.http).paths))
  const backends = [spec.defaultBackend, ...paths.map(({ backend }) => backend)]
  const services = backends.flatMap(backend => text(fields(fields(backend).service).name) ?? [])
  return {
    ...identityOf(metadata),
    className: text(spec.ingressClassName) ?? text(annotations['kubernetes.io/ingress.class']),
    services: [...new Set(services)].sort(),
    targetType: text(annotations['alb.ingress.kubernetes.io/target-type']),
    attributes: text(annotations['alb.ingress.kubernetes.io/load-balancer-attributes']),
    targetGroupAttributes: text(annotations['alb.ingress.kubernetes.io/target-group-attributes']),
  }
}
