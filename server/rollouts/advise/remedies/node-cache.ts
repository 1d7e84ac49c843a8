/**
 * NodeLocal DNSCache as documents: a cache on every node that listens at the cluster's DNS address and at a link-local
 * one, and asks the pods behind a Service of its own. Shape: kubernetes/kubernetes, cluster/addons/dns/nodelocaldns.
 */
export function nodeCache({
  namespace,
  address,
  selector,
  preference,
}: {
  readonly namespace: string
  /** Of the cluster's DNS Service. */
  readonly address: string
  readonly selector: { readonly [label: string]: string }
  readonly preference: 'PreferSameZone' | 'PreferClose' | 'Auto'
}): readonly object[] {
  const labels = { 'k8s-app': NAME }
  const metadata = { name: NAME, namespace, labels }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, name: UPSTREAM },
      spec: {
        selector,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        ],
        ...(preference !== 'Auto' && { trafficDistribution: preference }),
      },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile(address) } },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: {
        updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(address) },
      },
    },
  ]
}

const NAME = 'node-local-dns'
const UPSTREAM = 'kube-dns-upstream'
const LINK_LOCAL = '169.254.20.10'
const IMAGE = 'registry.k8s.io/dns/k8s-dns-node-cache:1.23.1'

/** The image fills in what is between underscores: the address of the Service that it is told of, and the node's resolver. */
function corefile(address: string): string {
  const block = (zone: string, cache: string, upstream: string) => `${zone}:53 {
    errors
    ${cache}
    reload
    loop
    bind ${LINK_LOCAL} ${address}
    forward . ${upstream}
    prometheus :9253
}
`
  const kept = 'cache 30'
  const cluster = '__PILLAR__CLUSTER__DNS__ {\n        force_tcp\n    }'
  return [
    block('cluster.local', 'cache {\n        success 9984 30\n        denial 9984 5\n    }', cluster).replace(
      'prometheus :9253',
      `prometheus :9253\n    health ${LINK_LOCAL}:8080`,
    ),
    block('in-addr.arpa', kept, cluster),
    block('ip6.arpa', kept, cluster),
    block('.', kept, '__PILLAR__UPSTREAM__SERVERS__'),
  ].join('')
}

function podSpec(address: string): object {
  return {
    priorityClassName: 'system-node-critical',
    serviceAccountName: NAME,
    hostNetwork: true,
    dnsPolicy: 'Default',
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: 'node-cache',
        image: IMAGE,
        resources: { requests: { cpu: '25m', memory: '5Mi' } },
        args: ['-localip', `${LINK_LOCAL},${address}`, '-conf', '/etc/Corefile', '-upstreamsvc', UPSTREAM],
        securityContext: { capabilities: { add: ['NET_ADMIN'] } },
        ports: [
          { containerPort: 53, name: 'dns', protocol: 'UDP' },
          { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
        ],
        livenessProbe: {
          httpGet: { host: LINK_LOCAL, path: '/health', port: 8080 },
          initialDelaySeconds: 60,
          timeoutSeconds: 5,
        },
        volumeMounts: [
          { mountPath: '/run/xtables.lock', name: 'xtables-lock' },
          { name: 'config-volume', mountPath: '/etc/coredns' },
        ],
      },
    ],
    volumes: [
      { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
      { name: 'config-volume', configMap: { name: NAME, items: [{ key: 'Corefile', path: 'Corefile.base' }] } },
    ],
  }
}
