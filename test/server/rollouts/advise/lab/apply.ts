import type { AdviceRow } from '@weir/contract/advice-queries.ts'
import { parseAllDocuments } from 'yaml'
import type { NatGatewayRecord, RouteTableRecord } from '../../../../../server/directory/vpc-map.ts'
import { find, keyOf, type Lab, type LabObject } from './cluster.ts'
import { runShell } from './shell.ts'

/** Does to the lab what the patches of a row say, by their text alone. */
export function apply(lab: Lab, { patches }: Pick<AdviceRow, 'patches'>): void {
  for (const { kind, text } of patches)
    switch (kind) {
      case 'kubectl patch':
      case 'aws cli':
        runShell(text, words => command(lab, words))
        break
      case 'kubectl apply':
        for (const document of parseAllDocuments(text)) put(lab, document.toJS())
        break
      case 'client setting':
        for (const { id, service } of lab.balancers)
          if (text.startsWith(`${service.split('/').reverse().join('.')}.svc:`)) lab.settings.set(id, text)
        break
      default:
        throw new Error(`the lab has no ${kind}`)
    }
}

function put(lab: Lab, object: LabObject): void {
  const at = lab.objects.findIndex(one => keyOf(one) === keyOf(object))
  if (at >= 0) lab.objects.splice(at, 1)
  lab.objects.push(object)
}

const kinds: { readonly [resource: string]: string } = {
  service: 'Service',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  cronjob: 'CronJob',
  node: 'Node',
  'rollouts.argoproj.io': 'Rollout',
}

/** What a command prints. */
function command(lab: Lab, words: readonly string[]): string {
  const [program, verb, ...rest] = words
  if (program === 'kubectl' && verb === 'patch') {
    const [target = '', ...flags] = rest
    const [resource = '', name = ''] = target.split('/')
    const flag = (key: string) => flags.find(one => one.startsWith(`--${key}=`))?.slice(key.length + 3)
    const object = find(lab, `${flag('namespace') ?? ''}/${kinds[resource] ?? resource}/${name}`)
    merge(object, JSON.parse(flag('patch') ?? ''), flag('type') === 'strategic')
    return ''
  }
  if (program === 'aws') return aws(lab, `${verb} ${rest[0]}`, flagsOf(rest.slice(1)))
  throw new Error(`the lab cannot run ${JSON.stringify(words)}`)
}

// biome-ignore lint/suspicious/noExplicitAny: JSON merge patches (RFC 7386) know no types
export function merge(target: any, patch: any, isStrategic: boolean): void {
  for (const [key, value] of Object.entries<unknown>(patch)) {
    if (value === null) delete target[key]
    else if (Array.isArray(value))
      target[key] = isStrategic && Array.isArray(target[key]) ? [...target[key], ...value] : value
    else if (typeof value === 'object') {
      target[key] ??= {}
      merge(target[key], value, isStrategic)
    } else target[key] = value
  }
}

function flagsOf(words: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>()
  for (const [i, word] of words.entries()) if (word.startsWith('--')) flags.set(word.slice(2), words[i + 1] ?? '')
  return flags
}

function aws(lab: Lab, call: string, flags: ReadonlyMap<string, string>): string {
  const need = (flag: string): string => {
    const value = flags.get(flag)
    if (value === undefined || value === '') throw new Error(`${call} wants --${flag}`)
    return value
  }
  const { vpc } = lab
  const tables = (vpc?.routeTables ?? []) as Mutable<RouteTableRecord>[]
  const table = (id: string) => {
    const found = tables.find(one => one.id === id)
    if (found === undefined) throw new Error(`${call}: no route table ${id}`)
    return found
  }
  const route = () => {
    if (need('destination-cidr-block') !== '0.0.0.0/0') throw new Error('not the default route')
    table(need('route-table-id')).natGateway = need('nat-gateway-id')
    return ''
  }
  const associate = (subnet: string) => {
    for (const one of tables) one.subnets = one.subnets.filter(id => id !== subnet)
    const of = table(need('route-table-id'))
    of.subnets = [...of.subnets, subnet]
    return ''
  }
  switch (call) {
    case 'ec2 allocate-address':
      return 'eipalloc-lab'
    case 'ec2 create-nat-gateway':
      if (need('allocation-id') !== 'eipalloc-lab') throw new Error('an address that nobody allocated')
      if (vpc === undefined) throw new Error('the lab has no VPC')
      ;(vpc.natGateways as NatGatewayRecord[]).push({
        id: 'nat-lab',
        subnet: need('subnet-id'),
        addresses: [],
        zoneIds: [],
      })
      return 'nat-lab'
    case 'ec2 wait':
      return ''
    case 'ec2 replace-route':
    case 'ec2 create-route':
      return route()
    case 'ec2 create-route-table':
      tables.push({ id: 'rtb-lab', subnets: [], isMain: false })
      return 'rtb-lab'
    case 'ec2 create-vpc-endpoint': {
      const list = vpc?.prefixLists?.find(({ name }) => name === need('service-name'))
      if (list === undefined || need('vpc-endpoint-type') !== 'Gateway') throw new Error('no such gateway endpoint')
      const of = table(need('route-table-ids'))
      of.prefixLists = [...(of.prefixLists ?? []), list.id]
      return 'vpce-lab'
    }
    case 'ec2 describe-route-tables':
      return `rtbassoc-${need('filters').split('Values=')[1]}`
    case 'ec2 replace-route-table-association':
      return associate(need('association-id').replace('rtbassoc-', ''))
    case 'ec2 associate-route-table':
      return associate(need('subnet-id'))
    case 'elbv2 describe-load-balancers':
      return `arn:lab:${need('names')}`
    case 'elbv2 modify-load-balancer-attributes': {
      const balancer = lab.balancers.find(({ id }) => `arn:lab:${id.split('/')[1]}` === need('load-balancer-arn'))
      if (balancer === undefined) throw new Error('no such load balancer')
      balancer.crossZone = need('attributes') !== 'Key=load_balancing.cross_zone.enabled,Value=false'
      return ''
    }
    default:
      throw new Error(`the lab has no aws ${call}`)
  }
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] }
