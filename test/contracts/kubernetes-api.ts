import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { AppsV1Api, BatchV1Api, CoreV1Api, DiscoveryV1Api, KubeConfig } from '@kubernetes/client-node'
import { systemClock } from '../../server/directory/kubernetes/clock.ts'
import { ClusterWatch } from '../../server/directory/kubernetes/cluster-watch.ts'
import { type Connection, connect } from '../../server/directory/kubernetes/connection.ts'
import type { PodRecord } from '../../server/directory/kubernetes/objects.ts'
import { reviewTokens } from '../../server/directory/kubernetes/review-token.ts'

export interface ApiUnderTest {
  /** File. */
  readonly kubeconfig: string
  close(): Promise<void>
}

/**
 * What the watch takes for granted of an API server. It is written to by the Kubernetes client, which knows nothing of
 * Weir; everything is made in a namespace of its own.
 */
export function kubernetesApiContract(name: string, open: () => Promise<ApiUnderTest>): void {
  suite(`Kubernetes API contract: ${name}`, { timeout: 60_000 }, () => {
    const namespace = `weir-contract-${randomBytes(4).toString('hex')}`
    let api: ApiUnderTest
    let connection: Connection
    let watch: ClusterWatch
    let write: Writers
    const waiting = new Set<() => void>()
    const look = (): void => {
      for (const each of waiting) each()
    }

    before(async () => {
      api = await open()
      write = writers(api.kubeconfig)
      await write.core.createNamespace({ body: { metadata: { name: namespace } } })
      // Pods of a namespace need an account, which in a real cluster a controller makes in its own time.
      await write.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'agent' } } })
      await write.core.createNamespacedPod({ namespace, body: pod('before') })
      connection = connect({ kubeconfig: api.kubeconfig })
      const listener = { onSynced: look, onChanges: look, onCurrent: look }
      watch = new ClusterWatch({ connection, clock: systemClock, labelKeys: ['team'], listener, log: () => {} })
      watch.start()
      await until(() => watch.isSynced)
    })
    after(async () => {
      await write.core.deleteNamespace({ name: namespace }).catch(() => {})
      await watch.stop()
      connection.close()
      await api.close()
    })

    const until = (holds: () => boolean): Promise<void> =>
      new Promise(resolve => {
        const check = (): void => {
          if (!holds()) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    const named = (name: string): PodRecord | undefined =>
      [...watch.maps.pods.values()].find(pod => pod.namespace === namespace && pod.name === name)

    test('an object that was there before is listed', () => assert.equal(named('before')?.labels.team, 'cart'))

    test('an object is told when it is made, changed and deleted', async () => {
      const made = await write.core.createNamespacedPod({ namespace, body: pod('walker') })
      await until(() => named('walker') !== undefined)
      assert.equal(named('walker')?.uid, made.metadata?.uid)
      assert.deepEqual(named('walker')?.addresses, [])
      const status = { phase: 'Running', podIP: '10.99.0.7', podIPs: [{ ip: '10.99.0.7' }, { ip: 'fd99::7' }] }
      await write.core.replaceNamespacedPodStatus({ namespace, name: 'walker', body: { ...made, status } })
      await until(() => named('walker')?.addresses.length === 2)
      assert.deepEqual(named('walker')?.addresses, ['10.99.0.7', 'fd99::7'])
      await write.core.deleteNamespacedPod({ namespace, name: 'walker', gracePeriodSeconds: 0 })
      await until(() => named('walker') === undefined)
    })

    test('made anew under its name, an object is another one', async () => {
      const first = await write.core.createNamespacedPod({ namespace, body: pod('phoenix') })
      await write.core.deleteNamespacedPod({ namespace, name: 'phoenix', gracePeriodSeconds: 0 })
      const second = await write.core.createNamespacedPod({ namespace, body: pod('phoenix') })
      await until(() => named('phoenix')?.uid === second.metadata?.uid)
      assert.notEqual(first.metadata?.uid, second.metadata?.uid)
    })

    test('ReplicaSets and Jobs come as metadata alone, with their owner', async () => {
      const ownerReferences = [owner('Deployment', 'web')]
      const template = { metadata: { labels: { app: 'web' } }, spec: { ...pod('x').spec, restartPolicy: 'Always' } }
      const spec = { replicas: 0, selector: { matchLabels: { app: 'web' } }, template }
      await write.apps.createNamespacedReplicaSet({
        namespace,
        body: { metadata: { name: 'web-1', ownerReferences }, spec },
      })
      await until(() => [...watch.maps.replicaSets.values()].some(each => each.namespace === namespace))
      const set = [...watch.maps.replicaSets.values()].find(each => each.namespace === namespace)
      assert.deepEqual(set?.owner, { kind: 'Deployment', name: 'web' })
      const job = { template: { spec: { ...pod('x').spec, restartPolicy: 'Never' } }, suspend: true }
      await write.batch.createNamespacedJob({ namespace, body: { metadata: { name: 'report-1' }, spec: job } })
      await until(() => [...watch.maps.jobs.values()].some(each => each.namespace === namespace))
      assert.match(await text('/apis/apps/v1/replicasets?limit=1', METADATA_LIST), /"kind":"PartialObjectMetadataList"/)
    })

    test('a Service and its slice', async () => {
      const service = {
        clusterIP: 'None',
        ports: [{ name: 'http', port: 80, targetPort: 'web' }],
        trafficDistribution: 'PreferClose',
      }
      await write.core.createNamespacedService({ namespace, body: { metadata: { name: 'cart' }, spec: service } })
      await write.discovery.createNamespacedEndpointSlice({
        namespace,
        body: {
          metadata: { name: 'cart-1', labels: { 'kubernetes.io/service-name': 'cart' } },
          addressType: 'IPv4',
          ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
          endpoints: [
            {
              addresses: ['10.99.0.8'],
              conditions: { ready: true },
              zone: 'us-east-1a',
              hints: { forZones: [{ name: 'us-east-1b' }] },
            },
          ],
        },
      })
      const slice = () => [...watch.maps.slices.values()].find(each => each.namespace === namespace)
      const found = () => [...watch.maps.services.values()].find(each => each.namespace === namespace)
      await until(() => slice() !== undefined && found() !== undefined)
      assert.deepEqual([slice()?.service, slice()?.endpoints[0]?.forZones], ['cart', ['us-east-1b']])
      assert.deepEqual([found()?.clusterIps, found()?.trafficDistribution], [[], 'PreferClose'])
      assert.deepEqual(found()?.ports, [
        { name: 'http', port: 80, protocol: 6, nodePort: undefined, targetPort: 'web' },
      ])
    })

    test('its version is told', async () => {
      await until(() => watch.version !== undefined)
      assert.match(watch.version ?? '', /^v\d+\.\d+\.\d+/)
    })

    test('a resource that nobody installed is not found', async () => {
      const { signal } = new AbortController()
      const path = '/apis/nobody.example/v1/things?limit=500'
      const { status, body } = await connection.ask({ method: 'GET', path, accept: 'application/json', signal })
      for await (const _ of body);
      assert.equal(status, 404)
    })

    test('a list in pages is of one version', async () => {
      const page = async (more: string) => JSON.parse(await text(`/api/v1/pods?limit=1${more}`))
      const first = await page('')
      assert.ok(first.metadata.continue)
      const second = await page(`&continue=${encodeURIComponent(first.metadata.continue)}`)
      assert.deepEqual([first.items.length, second.items.length], [1, 1])
      assert.notEqual(first.items[0].metadata.uid, second.items[0].metadata.uid)
      assert.equal(first.metadata.resourceVersion, second.metadata.resourceVersion)
      const all = JSON.parse(await text('/api/v1/pods'))
      assert.equal(all.metadata.continue ?? '', '', 'the last page has no token')
    })

    test('the pods of one node: a list and a watch of them leave out all others', async () => {
      const node = `nowhere-${namespace}`
      const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`
      const empty = JSON.parse(await text(path))
      assert.deepEqual(empty.items, [])
      const bound = { ...pod('bound'), spec: { ...pod('bound').spec, nodeName: node } }
      await write.core.createNamespacedPod({ namespace, body: bound })
      await write.core.createNamespacedPod({ namespace, body: pod('free') })
      const { items } = JSON.parse(await text(path))
      assert.deepEqual(
        items.map((each: typeof bound) => each.metadata.name),
        ['bound'],
      )
      const frames = await text(`${path}&watch=true&timeoutSeconds=1&resourceVersion=${empty.metadata.resourceVersion}`)
      assert.deepEqual(
        frames.split('\n').flatMap(line => (line === '' ? [] : JSON.parse(line).object.metadata.name)),
        ['bound'],
      )
      await write.core.deleteNamespacedPod({ namespace, name: 'bound', gracePeriodSeconds: 0 })
    })

    test('a watch ends in good order after its time', async () => {
      const { metadata } = JSON.parse(await text('/api/v1/pods?limit=1'))
      const query = `watch=true&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=${metadata.resourceVersion}`
      assert.match(`${await text(`/api/v1/pods?${query}`)}\n`, /^(\{.*\}\n)*\n$/)
    })

    // A server that has run since its first version remembers it: a new one must be restarted once for this.
    test('a watch from the beginning of time is refused as expired, in a frame or by status', async () => {
      const said = await text('/api/v1/pods?watch=true&timeoutSeconds=1&resourceVersion=1')
      assert.ok(/"code":410/.test(said), said.slice(0, 500))
    })

    test('a token is reviewed for its audience', async () => {
      const review = reviewTokens(connection)
      const body = { spec: { audiences: ['weir'], expirationSeconds: 600 } }
      const { status } = await write.core.createNamespacedServiceAccountToken({ namespace, name: 'agent', body })
      const token = status?.token ?? ''
      const good = await review(token, 'weir')
      assert.deepEqual(
        { authenticated: good.authenticated, username: good.username, audiences: good.audiences },
        { authenticated: true, username: `system:serviceaccount:${namespace}:agent`, audiences: ['weir'] },
      )
      assert.ok(good.groups.includes(`system:serviceaccounts:${namespace}`))
      for (const [bad, audience] of [
        [token, 'vault'],
        ['garbage', 'weir'],
      ] as const) {
        const refused = await review(bad, audience)
        assert.equal(refused.authenticated, false)
        assert.ok(refused.error)
      }
    })

    async function text(path: string, accept = 'application/json'): Promise<string> {
      const { body } = await connection.ask({ method: 'GET', path, accept, signal: AbortSignal.timeout(10_000) })
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      return Buffer.concat(chunks).toString('utf8')
    }
  })
}

const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json'

interface Writers {
  readonly core: CoreV1Api
  readonly apps: AppsV1Api
  readonly batch: BatchV1Api
  readonly discovery: DiscoveryV1Api
}

function writers(kubeconfig: string): Writers {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  return {
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    batch: config.makeApiClient(BatchV1Api),
    discovery: config.makeApiClient(DiscoveryV1Api),
  }
}

/** One that no node of a real cluster takes. */
const pod = (name: string) => ({
  metadata: { name, labels: { team: 'cart' } },
  spec: {
    serviceAccountName: 'agent',
    automountServiceAccountToken: false,
    nodeSelector: { 'weir.test/node': 'none' },
    containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }],
  },
})

const owner = (kind: string, name: string) => ({
  apiVersion: 'apps/v1',
  kind,
  name,
  uid: '00000000-0000-0000-0000-000000000001',
  controller: true,
})
