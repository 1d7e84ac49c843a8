import assert from 'node:assert/strict'
import { test } from 'node:test'
import { put, rolloutsStage } from '../rollouts-stage.ts'

const settings: [why: string, before: Parameters<typeof put>[2], after: Parameters<typeof put>[2], told: string][] = [
  [
    'trafficDistribution',
    {},
    { spec: { trafficDistribution: 'PreferSameZone' } },
    'traffic distribution shop/cart: none -> PreferSameZone',
  ],
  [
    'trafficDistribution that is taken away',
    { spec: { trafficDistribution: 'PreferClose' } },
    {},
    'traffic distribution shop/cart: PreferClose -> none',
  ],
  [
    'topology-mode',
    {},
    { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
    'topology mode shop/cart: none -> Auto',
  ],
  [
    'the older annotation, which hides the newer one',
    { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
    {
      annotations: {
        'service.kubernetes.io/topology-mode': 'Auto',
        'service.kubernetes.io/topology-aware-hints': 'Disabled',
      },
    },
    'topology mode shop/cart: Auto -> Disabled (topology-aware-hints, which hides topology-mode Auto)',
  ],
  [
    'internalTrafficPolicy',
    {},
    { spec: { internalTrafficPolicy: 'Local' } },
    'internal traffic policy shop/cart: Cluster -> Local',
  ],
  [
    'externalTrafficPolicy',
    { spec: { type: 'NodePort', externalTrafficPolicy: 'Cluster' } },
    { spec: { type: 'NodePort', externalTrafficPolicy: 'Local' } },
    'external traffic policy shop/cart: Cluster -> Local',
  ],
  [
    'the targets of a load balancer',
    {
      spec: { type: 'LoadBalancer' },
      annotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'external' },
    },
    {
      spec: { type: 'LoadBalancer' },
      annotations: {
        'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
        'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
        'service.beta.kubernetes.io/aws-load-balancer-attributes': 'a=b,load_balancing.cross_zone.enabled=true',
      },
    },
    'load balancer shop/cart: external, targets default, cross-zone default -> external, targets ip, cross-zone true',
  ],
  [
    'the annotation of Istio',
    {},
    { annotations: { 'networking.istio.io/traffic-distribution': 'PreferClose' } },
    'mesh locality shop/cart: none -> PreferClose',
  ],
]
for (const [why, before, after, told] of settings)
  test(`${why} is told once, with before and after`, async t => {
    const stage = await rolloutsStage(t, api => put(api, 'cart', before))
    put(stage.api, 'cart', after)
    await stage.pass()
    assert.deepEqual(stage.told(), [told])
    await stage.pass()
    assert.equal(stage.told().length, 1)
  })

test('garbage in annotations is shown in one short line', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'))
  const text = `Auto\n\u202e${'x'.repeat(200_000)}`
  put(stage.api, 'cart', { annotations: { 'service.kubernetes.io/topology-mode': text } })
  await stage.pass()
  const [told] = stage.told()
  assert.equal(told?.length, 'topology mode shop/cart: none -> '.length + 61)
  assert.doesNotMatch(told ?? '', /[\p{Cc}\p{Cf}]/u)
})
