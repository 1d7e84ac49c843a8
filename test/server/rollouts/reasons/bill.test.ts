import { auto, flow, routedCart, sameZone, trafficOf } from '../routed-world.ts'
import { answer, hinted, saysNothing, tells } from './answered.ts'

tells('whyBillDidNotFall', [
  [
    'connections of the time before',
    answer(routedCart(sameZone, hinted), {
      hour: trafficOf(flow('a>b 300', { generation: 3 }), flow('a>c 100', { generation: 4 }), 'a>a 1'),
    }),
    'long-lived connections',
    '75 % of the bytes across zones in the last 60 min are of connections opened before the newest routing: they stay where they are.',
    /Restart the clients/,
  ],
  [
    'straight to pods',
    answer(routedCart(sameZone, hinted), {
      hour: trafficOf(flow('a>b 90', { dialled: 'direct', generation: 0 }), 'a>b 10', 'a>a 100'),
    }),
    'direct to pods',
    '90 % of the bytes across zones (45 % of all) in the last 60 min went straight to addresses of pods: ingress controllers, meshes, headless names and load balancers in ip mode choose for themselves.',
    /locality/,
  ],
  [
    'session affinity',
    answer(routedCart({ ...sameZone, sessionAffinity: 'ClientIP' }, hinted)),
    'session affinity',
    'sessionAffinity is ClientIP: a client goes back to the endpoint that it had, for 3 h after its last connection unless set otherwise.',
    /sessionAffinity/,
  ],
  [
    'clients where no endpoint is',
    answer(routedCart(sameZone, ['a>a', 'b>b']), { day: trafficOf('a>a 300', 'c>a 50', 'c>b 50') }),
    'zone without endpoint',
    '25 % of the traffic comes from c, where no endpoint is: all of it crosses.',
    /Spread/,
  ],
  [
    'Auto moves hints',
    answer(routedCart(auto, ['a>a', 'a>b', 'a>c'])),
    'endpoints elsewhere by design',
    'topology-mode Auto hints 2 of 3 ready endpoints for another zone than their own, to match the CPU of the zones: their traffic crosses.',
    /trafficDistribution/,
  ],
  [
    'something else chooses',
    answer(routedCart(sameZone, hinted), { hour: trafficOf('a>b 50', 'a>a 50') }),
    'data plane ignores hints',
    '50 % of the bytes cross zones, and 0 % would if every connection went by the hints: something else than kube-proxy may choose (a mesh, an ingress, eBPF in place of kube-proxy).',
    /locality/,
  ],
])

saysNothing('whyBillDidNotFall', [
  ['nothing crosses', answer(routedCart(sameZone, hinted))],
  [
    'nothing was switched on that could have cut it',
    answer(routedCart({}, ['a', 'b', 'c']), { hour: trafficOf('a>b 100') }),
  ],
  [
    'connections of one generation are none of before',
    answer(routedCart(sameZone, hinted), {
      hour: trafficOf(flow('a>b 5', { generation: 3 }), flow('a>a 95', { generation: 3 })),
    }),
  ],
])
