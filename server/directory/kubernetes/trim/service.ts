import type { LoadBalancerSettings, ServicePortRecord, ServiceRecord } from '../objects.ts'
import {
  addresses,
  fields,
  identityOf,
  items,
  moment,
  portNumber,
  protocolNumber,
  type Raw,
  text,
  texts,
} from './raw.ts'

/** @throws Error when it has no identity. */
export function trimService(raw: Raw): ServiceRecord {
  const metadata = fields(raw.metadata)
  const spec = fields(raw.spec)
  const annotations = fields(metadata.annotations)
  const selector = selectorOf(fields(spec.selector))
  // An empty value counts: the older key hides the newer one by being there.
  const annotation = (key: string): string | undefined =>
    typeof annotations[key] === 'string' ? annotations[key] : undefined
  const balancer = items(fields(fields(raw.status).loadBalancer).ingress)
  return {
    ...identityOf(metadata),
    type: text(spec.type) ?? 'ClusterIP',
    clusterIps: addresses([spec.clusterIP, ...texts(spec.clusterIPs)]),
    externalAddresses: addresses([...texts(spec.externalIPs), ...balancer.map(({ ip }) => ip)]),
    ports: items(spec.ports).flatMap(portOf),
    hasSelector: selector !== undefined,
    ...(selector !== undefined && { selector }),
    trafficDistribution: text(spec.trafficDistribution),
    internalTrafficPolicy: text(spec.internalTrafficPolicy),
    externalTrafficPolicy: text(spec.externalTrafficPolicy),
    topologyHintsAnnotation: annotation('service.kubernetes.io/topology-aware-hints'),
    topologyModeAnnotation: annotation('service.kubernetes.io/topology-mode'),
    sessionAffinity: text(spec.sessionAffinity),
    publishNotReadyAddresses: spec.publishNotReadyAddresses === true,
    loadBalancer: spec.type === 'LoadBalancer' ? loadBalancerOf(text(spec.loadBalancerClass), annotations) : undefined,
    meshTrafficDistribution: text(annotations['networking.istio.io/traffic-distribution']),
    createdAt: moment(metadata.creationTimestamp),
  }
}

function selectorOf(raw: Raw): ServiceRecord['selector'] {
  const labels = Object.entries(raw).filter((label): label is [string, string] => typeof label[1] === 'string')
  return labels.length === 0 ? undefined : Object.fromEntries(labels)
}

/** Names: AWS Load Balancer Controller, guide "Service annotations". */
function loadBalancerOf(balancerClass: string | undefined, annotations: Raw): LoadBalancerSettings {
  const setting = (name: string): string | undefined =>
    text(annotations[`service.beta.kubernetes.io/aws-load-balancer-${name}`])
  return {
    class: balancerClass,
    type: setting('type'),
    targetType: setting('nlb-target-type'),
    crossZone: setting('cross-zone-load-balancing-enabled'),
    attributes: setting('attributes'),
    targetGroupAttributes: setting('target-group-attributes'),
  }
}

function portOf({ name, port, protocol, nodePort, targetPort }: Raw): ServicePortRecord[] {
  const number = portNumber(port)
  if (number === undefined) return []
  const target = portNumber(targetPort) ?? text(targetPort) ?? number
  return [
    {
      name: text(name) ?? '',
      port: number,
      protocol: protocolNumber(protocol),
      nodePort: portNumber(nodePort),
      targetPort: target,
    },
  ]
}
