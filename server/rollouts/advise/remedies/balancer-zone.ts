import type { Patch } from '@weir/contract/advice-queries.ts'
import { type Candidate, candidate, gone } from '../candidate.ts'
import { type ClusterView, clientsByZone, type ServiceView } from '../cluster-view.ts'
import { gigabytes, listed, loadInWords, percent } from '../in-words.ts'
import { awsCli, kubectlPatch } from '../patches.ts'
import { loadFactor, toOwnZoneAlone } from '../sends.ts'
import { routable } from '../steering.ts'
import { crossBytes, isCrossing, total } from '../stream.ts'
import { type Balancer, balancerName, balancersOf, serviceBehind } from './balancers.ts'

const CROSS_ZONE = 'load_balancing.cross_zone.enabled'
const ATTRIBUTES = 'service.beta.kubernetes.io/aws-load-balancer-attributes'
const OLDER = 'service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled'

/** Network load balancers that spread over zones: AWS bills that traffic, of an application load balancer it does not. */
export const balancerZone = (view: ClusterView): Candidate[] =>
  balancersOf(view.streams)
    .filter(({ kind }) => kind === 'network load balancer')
    .flatMap(balancer => forBalancer(view, balancer))

function forBalancer(view: ClusterView, balancer: Balancer): Candidate[] {
  const used = routable(balancer.toTargets)
  const crossing = total(used, crossBytes)
  if (crossing === 0) return []
  const behind = serviceBehind(balancer)
  const service = view.byService.get(behind ?? '')
  const own = [...clientsByZone(used).keys()].sort()
  const endpoints = service?.byZone ?? new Map(view.zones.map(zone => [zone, 1]))
  const empty = own.filter(zone => !endpoints.has(zone))
  const load = loadFactor(toOwnZoneAlone(endpoints), clientsByZone(used), endpoints)
  const share = crossing / total(used, ({ wireBytes }) => wireBytes)
  const without =
    empty.length === 0
      ? ''
      : `No target is in ${listed(empty)}: the load balancer answers there no more, and DNS leaves it out.`
  return [
    candidate(
      {
        remedy: 'load balancer within its zone',
        subject: balancerName(balancer),
        namespace: service?.namespace ?? '',
        problem: `${balancerName(balancer)} sends ${percent(share)} of its traffic (${gigabytes(crossing)}) to targets in other zones; AWS bills that at both ends. Used zones: ${listed(own)}${behind === undefined ? '' : `; behind it: ${behind}`}.`,
        moved: used.filter(isCrossing).map(gone),
        risk: [
          loadInWords(load),
          without,
          'Zones carry what their clients ask: DNS decides, not the number of targets.',
        ]
          .filter(one => one !== '')
          .join(' '),
        precondition: 'Healthy targets in every zone that the load balancer is in.',
        patches: [
          service === undefined
            ? byCli(balancer, used[0]?.near ?? '')
            : (byAnnotation(service) ?? byCli(balancer, used[0]?.near ?? '')),
        ],
      },
      { loadFactor: load },
    ),
  ]
}

/** With the attributes that it has been given already: the annotation holds all of them. */
function byAnnotation({ record, name, namespace }: ServiceView): Patch | undefined {
  const { loadBalancer, type } = record
  if (type !== 'LoadBalancer' || loadBalancer === undefined) return undefined
  const others = (loadBalancer.attributes ?? '')
    .split(',')
    .filter(one => one !== '' && !one.trim().startsWith(`${CROSS_ZONE}=`))
  const annotations = {
    [ATTRIBUTES]: [...others, `${CROSS_ZONE}=false`].join(','),
    ...(loadBalancer.crossZone !== undefined && { [OLDER]: null }),
  }
  return kubectlPatch('service', namespace, name, 'merge', { metadata: { annotations } })
}

/** Nothing in the cluster made it, or an Ingress did. Its account is the caller's. */
function byCli(balancer: Balancer, zone: string): Patch {
  const region = zone.replace(/[a-z]$/, '')
  const where = region === '' ? [] : ['--region', region]
  const name = balancerName(balancer)
  const find = [
    'aws',
    'elbv2',
    'describe-load-balancers',
    ...where,
    '--names',
    name,
    '--query',
    'LoadBalancers[0].LoadBalancerArn',
    '--output',
    'text',
  ]
  const set = [
    'aws',
    'elbv2',
    'modify-load-balancer-attributes',
    ...where,
    '--attributes',
    `Key=${CROSS_ZONE},Value=false`,
    '--load-balancer-arn',
  ]
  return withAnswer(set, find)
}

/** The last argument is what another command answers. */
const withAnswer = (command: readonly string[], question: readonly string[]): Patch => {
  const [set, find] = [awsCli([command]).text, awsCli([question]).text]
  return { kind: 'aws cli', text: `${set} "$(${find})"` }
}
