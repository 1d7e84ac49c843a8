import type { Remedy } from '@weir/contract/advice-queries.ts'
import { aLab, type Lab, node, service, workload, zones } from './lab/cluster.ts'
import { natVpc } from './lab/nat-vpc.ts'

/** A cluster with one thing wrong, and what must come first of its advice. */
export interface LabProblem {
  readonly name: string
  readonly first: Remedy
  /** What crosses is told by route tables alone: no counter has it. */
  readonly isDerived?: true
  readonly lab: () => Lab
}

const MB = 2 ** 20
const even = (each: number) => `a=${each},b=${each},c=${each}`
const web = (where = even(3)) => workload('Deployment', 'shop/web', where)
const cart = (where = even(3)) => workload('Deployment', 'shop/cart', where)
const toCart = {
  kind: 'service',
  from: 'shop/Deployment/web',
  service: 'shop/cart',
  connections: 6_000,
  bytes: MB,
} as const
const AUTO = { 'service.kubernetes.io/topology-mode': 'Auto' }

/** Beside every problem: a database that cannot be moved, and pods that talk to it. It must never come first. */
const beside = {
  objects: [workload('StatefulSet', 'data/ledger', 'a=1'), workload('Deployment', 'data/books', even(1))],
  demands: [
    { kind: 'pods', from: 'data/Deployment/books', to: 'data/StatefulSet/ledger', connections: 200, bytes: MB },
  ],
} as const

const lab = (objects: Parameters<typeof aLab>[0], demands: Parameters<typeof aLab>[1], more: Partial<Lab> = {}): Lab =>
  aLab([...objects, ...beside.objects], [...demands, ...beside.demands], more)

/** All machines that reach out are in one other zone: one more gateway is what helps. */
const reachOut = (isLogged: boolean) =>
  [{ kind: 'internet', from: 'shop/Deployment/fetch', connections: 4_000, bytes: 4 * MB, isLogged }] as const
const fetchers = workload('Deployment', 'shop/fetch', 'a=1,b=3')

const s3 = { id: 'pl-s3', service: 's3', name: 'com.amazonaws.us-east-1.s3', cidrs: [] } as const
const toS3 = (isLogged: boolean): Lab => {
  const [out] = reachOut(isLogged)
  return lab(
    [fetchers],
    [
      { ...out, service: 's3' },
      { ...out, connections: 300 },
    ],
    { vpc: natVpc('one for all', [s3]) },
  )
}

const nlb = (crossZone: boolean) => ({
  id: 'net/front/0123456789abcdef',
  thing: 'network load balancer' as const,
  service: 'shop/cart',
  zones: [...zones],
  crossZone,
})
const front = (annotations: { readonly [key: string]: string } = {}) =>
  service('shop/cart', { annotations, type: 'LoadBalancer' })
const fromOutside = {
  kind: 'balancer',
  from: '',
  balancer: 'net/front/0123456789abcdef',
  connections: 6_000,
  bytes: MB,
} as const

export const problems: readonly LabProblem[] = [
  {
    name: 'a Service that sends to any zone',
    first: 'prefer the same zone',
    lab: () => lab([web(), cart(), service('shop/cart')], [toCart]),
  },
  {
    name: 'the same on Kubernetes 1.32, which knows PreferClose alone',
    first: 'prefer the same zone',
    lab: () => lab([web(), cart(), service('shop/cart')], [toCart], { version: 'v1.32.9-eks-1a2b3c' }),
  },
  {
    name: 'the same on Kubernetes 1.30, which has topology-mode alone',
    first: 'prefer the same zone',
    lab: () => lab([web(), cart(), service('shop/cart')], [toCart], { version: 'v1.30.4' }),
  },
  {
    name: 'a stateful Service with no endpoint in one zone, whose clients go on crossing',
    first: 'prefer the same zone',
    lab: () => lab([web(), workload('StatefulSet', 'shop/cart', 'a=3,b=3'), service('shop/cart')], [toCart]),
  },
  {
    name: 'endpoints that topology-mode would give to other zones: 7, 1 and 1 become 3, 3 and 3',
    first: 'prefer the same zone',
    lab: () =>
      lab([web(), workload('StatefulSet', 'shop/cart', 'a=7,b=1,c=1'), service('shop/cart')], [toCart], {
        version: 'v1.30.4',
      }),
  },
  {
    name: 'endpoints of a zone-preferring Service in two of three zones',
    first: 'spread the replicas',
    lab: () => lab([web(), cart('a=4,b=2'), service('shop/cart', { trafficDistribution: 'PreferSameZone' })], [toCart]),
  },
  {
    name: 'topology-mode Auto with four endpoints, which no hints can be allocated for',
    first: 'change the replica count',
    lab: () =>
      lab([web(), cart('a=2,b=1,c=1'), service('shop/cart', { annotations: AUTO })], [toCart], { version: 'v1.30.4' }),
  },
  {
    name: 'one endpoint for three zones of clients',
    first: 'change the replica count',
    lab: () => lab([web(), cart('a=1'), service('shop/cart')], [toCart]),
  },
  {
    name: 'an annotation with a value that nobody understands',
    first: 'mend the hints',
    lab: () => {
      const annotations = { 'service.kubernetes.io/topology-mode': 'PreferZone' }
      return lab([web(), cart(), service('shop/cart', { annotations })], [toCart])
    },
  },
  {
    name: 'the old key hides the new one',
    first: 'mend the hints',
    lab: () => {
      const annotations = { ...AUTO, 'service.kubernetes.io/topology-aware-hints': 'Disabled' }
      return lab([web(), cart(), service('shop/cart', { annotations })], [toCart])
    },
  },
  {
    name: 'hints that were lost with a node and never came back',
    first: 'mend the hints',
    lab: () => {
      const stuck = service('shop/cart', { annotations: AUTO })
      return lab([web(), cart(), stuck], [toCart], { unhinted: new Map([['shop/cart', JSON.stringify(stuck)]]) })
    },
  },
  {
    name: 'a node without its zone label',
    first: 'mend the hints',
    lab: () => {
      const nodes = zones.flatMap(zone => [node(zone, 1), node(zone, 2, { isLabelled: zone !== 'us-east-1c' })])
      const other = { ...toCart, service: 'shop/search' }
      const search = [workload('Deployment', 'shop/search', even(3)), service('shop/search', { annotations: AUTO })]
      return lab([...nodes, web(), cart(), service('shop/cart', { annotations: AUTO }), ...search], [toCart, other])
    },
  },
  {
    name: 'an agent on every node that clients of all nodes reach anywhere',
    first: 'keep traffic on the node',
    lab: () => lab([web(), workload('DaemonSet', 'shop/cart', ''), service('shop/cart')], [toCart]),
  },
  {
    name: 'a pod in one zone that talks to a Service in another',
    first: 'put pods together',
    lab: () => lab([web('a=1'), cart('b=2'), service('shop/cart')], [toCart]),
  },
  {
    name: 'two replicas of the DNS for three zones, and no cache',
    first: 'cache DNS on the node',
    lab: () => {
      const coredns = workload('Deployment', 'kube-system/coredns', 'a=1,b=1')
      const ports = [{ port: 53, protocol: 'UDP', targetPort: 53 }]
      const dns = service('kube-system/kube-dns', { selector: { app: 'coredns' }, ports })
      const local = service('shop/cart', { trafficDistribution: 'PreferSameZone' })
      const ask = {
        kind: 'lookups',
        from: 'shop/Deployment/web',
        service: 'kube-system/kube-dns',
        connections: 300_000,
        bytes: 400,
      } as const
      return lab(
        [web(), cart(), local, coredns, dns],
        [toCart, ask, { kind: 'internet', from: ask.from, connections: 100, bytes: MB, isLogged: false }],
      )
    },
  },
  {
    name: 'a network load balancer in instance mode: nodes pass on to other zones',
    first: 'load balancer to pods',
    lab: () => lab([cart(), front()], [fromOutside], { balancers: [nlb(false)] }),
  },
  {
    name: 'an application load balancer in instance mode',
    first: 'load balancer to pods',
    lab: () => {
      const id = 'app/front/0123456789abcdef'
      const balancer = { ...nlb(true), id, thing: 'application load balancer' } as const
      return lab([cart(), service('shop/cart', { type: 'NodePort' })], [{ ...fromOutside, balancer: id }], {
        balancers: [balancer],
      })
    },
  },
  {
    name: 'a network load balancer that spreads over zones',
    first: 'load balancer within its zone',
    lab: () => {
      const attributes = 'deletion_protection.enabled=true,load_balancing.cross_zone.enabled=true'
      const annotations = {
        'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
        'service.beta.kubernetes.io/aws-load-balancer-attributes': attributes,
      }
      return lab([cart(), front(annotations)], [fromOutside], { balancers: [nlb(false)] })
    },
  },
  {
    name: 'the same of a load balancer that no Service of the cluster made',
    first: 'load balancer within its zone',
    lab: () => {
      const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' }
      return lab([cart(), service('shop/cart', { annotations })], [fromOutside], { balancers: [nlb(true)] })
    },
  },
  {
    name: 'one NAT gateway for all zones, with a flow log',
    first: 'NAT gateway per zone',
    lab: () => lab([fetchers], reachOut(true), { vpc: natVpc('one for all') }),
  },
  {
    name: 'one NAT gateway for all zones, told by route tables alone',
    first: 'NAT gateway per zone',
    isDerived: true,
    lab: () => lab([fetchers], reachOut(false), { vpc: natVpc('one a zone') }),
  },
  {
    name: 'S3 through the NAT gateway of another zone',
    first: 'endpoint for AWS services',
    isDerived: true,
    lab: () => toS3(false),
  },
  {
    name: 'the same with a flow log of the gateway',
    first: 'endpoint for AWS services',
    lab: () => toS3(true),
  },
  {
    name: 'two replicas of a stateful set for three zones',
    first: 'replica in every zone',
    lab: () => {
      const store = workload('StatefulSet', 'shop/cart', 'a=1,b=1')
      const copies = { kind: 'copies', from: 'shop/StatefulSet/cart', connections: 500, bytes: MB } as const
      const local = service('shop/cart', { trafficDistribution: 'PreferSameZone' })
      return lab([web(), store, local], [toCart, copies])
    },
  },
  {
    name: 'a mesh whose sidecars choose among all zones',
    first: 'mesh locality',
    lab: () => {
      const istiod = service('istio-system/istiod')
      return lab([web(), cart(), service('shop/cart'), istiod], [{ ...toCart, byMesh: true }])
    },
  },
  {
    name: 'pods that reach their own cluster through an internal load balancer',
    first: 'skip the load balancer',
    lab: () => {
      const id = 'app/internal/0123456789abcdef'
      const balancer = { ...nlb(true), id, thing: 'application load balancer' } as const
      const annotations = { 'alb.ingress.kubernetes.io/target-type': 'ip' }
      const own = service('shop/cart', { annotations, trafficDistribution: 'PreferSameZone' })
      return lab([web(), cart(), own], [{ ...toCart, kind: 'balancer', balancer: id }], { balancers: [balancer] })
    },
  },
  {
    name: 'batch jobs that shuffle across zones',
    first: 'node pool in one zone',
    lab: () => {
      const shuffle = {
        kind: 'pods',
        from: 'batch/CronJob/map',
        to: 'batch/CronJob/reduce',
        connections: 6_000,
        bytes: MB,
      } as const
      return lab([workload('CronJob', 'batch/map', even(3)), workload('CronJob', 'batch/reduce', even(2))], [shuffle])
    },
  },
]
