import { nodeObject, ownedObject, podObject, serviceObject, sliceObject } from '../kubernetes-api/objects.ts'
import type { KubernetesApi } from '../kubernetes-api/server.ts'
import { toyPods } from './toy-cluster.ts'

const [A, B] = ['us-east-1a', 'us-east-1b']

/** The toy cluster as an API server has it: two zones, web in one, and a Service of two replicas, one in each. */
export function fillCluster(api: KubernetesApi): void {
  api.version = 'v1.35.0'
  api.put('nodes', nodeObject('node-a', '10.0.1.1', A))
  api.put('nodes', nodeObject('node-b', '10.0.2.1', B))
  const pod = (app: string, node: string, address: string) => {
    api.put('replicasets', ownedObject(`${app}-abc`, { kind: 'Deployment', name: app }))
    const owner = { kind: 'ReplicaSet', name: `${app}-abc` }
    const ports = [{ containerPort: 8080 }]
    api.put('pods', podObject({ name: `${app}-${node}`, node, addresses: [address], owner, labels: { app }, ports }))
  }
  pod('web', 'node-a', toyPods.web)
  pod('cart', 'node-a', toyPods.search)
  pod('cart', 'node-b', toyPods.gateway)
  api.put('services', cart())
  putEndpoints(api, false)
}

const cart = () => serviceObject('cart', '172.20.0.10', 80, 8080)

/** What a rollout does: the preference is set, and the controller hints each endpoint for its own zone. */
export function preferSameZone(api: KubernetesApi): void {
  const service = cart()
  const spec = { ...(service.spec as object), trafficDistribution: 'PreferSameZone' } // made by serviceObject
  api.put('services', { ...service, spec })
  putEndpoints(api, true)
}

function putEndpoints(api: KubernetesApi, areHinted: boolean): void {
  const endpoint = (address: string, node: string, zone: string) => ({
    address,
    node,
    pod: `cart-${node}`,
    zone,
    ...(areHinted && { forZone: zone }),
  })
  const both = [endpoint(toyPods.search, 'node-a', A), endpoint(toyPods.gateway, 'node-b', B)]
  api.put('endpointslices', sliceObject('cart', 8080, both))
}
