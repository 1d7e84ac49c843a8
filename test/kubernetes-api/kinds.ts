/** The resources this server has, by the path of their list over all namespaces. */
export const kinds = {
  pods: { path: '/api/v1/pods', kind: 'Pod', apiVersion: 'v1' },
  nodes: { path: '/api/v1/nodes', kind: 'Node', apiVersion: 'v1' },
  services: { path: '/api/v1/services', kind: 'Service', apiVersion: 'v1' },
  endpointslices: {
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
  },
  replicasets: { path: '/apis/apps/v1/replicasets', kind: 'ReplicaSet', apiVersion: 'apps/v1' },
  destinationrules: {
    path: '/apis/networking.istio.io/v1/destinationrules',
    kind: 'DestinationRule',
    apiVersion: 'networking.istio.io/v1',
  },
  ingresses: { path: '/apis/networking.k8s.io/v1/ingresses', kind: 'Ingress', apiVersion: 'networking.k8s.io/v1' },
  jobs: { path: '/apis/batch/v1/jobs', kind: 'Job', apiVersion: 'batch/v1' },
} as const

export type Plural = keyof typeof kinds
export type Kind = (typeof kinds)[Plural]

export const kindAt = (path: string): Kind | undefined => Object.values(kinds).find(each => each.path === path)
