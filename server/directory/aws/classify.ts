import type { AwsThing } from '@weir/contract/peers.ts'
import type { InterfaceOwner } from '../vpc-map.ts'
import type { Ec2Interface } from './ec2.ts'

/** One way to tell what an interface belongs to. What is left out of `when` fits anything. */
interface Rule {
  readonly thing: AwsThing
  readonly type?: RegExp
  /** Group 1, where there is one and it matched, is the thing's own id; group 2 its name. */
  readonly description?: RegExp
  readonly requester?: string
  /** For all of them together: tasks come and go, and each would leave a series behind. */
  readonly id?: string
}

/**
 * The first that fits. AWS documents the types (DescribeNetworkInterfaces, filter interface-type) and few of the
 * descriptions; those are as they are met (facts: EKS and EFS user guides, public scanners of interfaces). The SDK
 * spells nat_gateway natGateway.
 */
const rules: readonly Rule[] = [
  { thing: 'NAT gateway', description: /^Interface for NAT Gateway (nat-\w+)/ },
  { thing: 'NAT gateway', type: /^(regional_)?nat_?gateway$/i },
  { thing: 'application load balancer', description: /^ELB (app\/([^/]+)\/\w+)/ },
  { thing: 'network load balancer', description: /^ELB (net\/([^/]+)\/\w+)/ },
  { thing: 'network load balancer', type: /^network_load_balancer$/ },
  { thing: 'gateway load balancer', description: /^ELB (gwy\/([^/]+)\/\w+)/ },
  { thing: 'gateway load balancer', type: /^gateway_load_balancer$/ },
  { thing: 'classic load balancer', description: /^ELB ([\w-]+)$/ },
  { thing: 'load balancer', type: /^load_balancer$/ },
  { thing: 'load balancer', requester: 'amazon-elb' },
  { thing: 'endpoint', description: /^VPC Endpoint Interface (vpce-\w+)/ },
  { thing: 'endpoint', type: /^(vpc_endpoint|gateway_load_balancer_endpoint)$/ },
  { thing: 'transit gateway', description: /^Network Interface for Transit Gateway Attachment (tgw-attach-\w+)/ },
  { thing: 'transit gateway', type: /^transit_gateway$/ },
  { thing: 'RDS', description: /^RDSNetworkInterface/ },
  { thing: 'RDS', description: /^Network interface for DBProxy (\S+)/ },
  { thing: 'RDS', requester: 'amazon-rds' },
  { thing: 'ElastiCache', description: /^ElastiCache[ +]([\w-]+)/ },
  { thing: 'ElastiCache', requester: 'amazon-elasticache' },
  { thing: 'Redshift', description: /^RedshiftNetworkInterface/ },
  { thing: 'Redshift', requester: 'amazon-redshift' },
  { thing: 'MSK', description: /Amazon MSK network interface for cluster arn:[^ ]*:cluster\/([\w-]+)/ },
  { thing: 'OpenSearch', description: /^ES ([\w-]+)$/ },
  { thing: 'OpenSearch', requester: 'amazon-elasticsearch' },
  { thing: 'EFS', description: /^EFS mount target for (fs-\w+)/ },
  { thing: 'EFS', type: /^efs$/ },
  { thing: 'Lambda', description: /^AWS Lambda VPC ENI-(.+)-\w{8}-\w{4}-\w{4}-\w{4}-\w{12}$/ },
  { thing: 'Lambda', type: /^lambda$/ },
  { thing: 'Lambda', description: /^AWS Lambda VPC ENI/ },
  { thing: 'EKS control plane', description: /^Amazon EKS (\S+)$/ },
  { thing: 'other interface', description: /^arn:[^:]+:ecs:/, id: 'ECS tasks' },
  { thing: 'other interface', description: /AWS ElasticMapReduce|^DMSNetworkInterface|^CloudHSM|^AWS created network/ },
]

export interface Classified {
  readonly owner: InterfaceOwner
  /** False: no rule fits, and nothing but its interface id is known of it. */
  readonly isKnown: boolean
}

/** What an interface is there for. A machine's interfaces are its own, whatever they say of themselves. */
export function classify({ NetworkInterfaceId: eni = '', ...row }: Ec2Interface): Classified {
  const { Description: description = '', InterfaceType: type = '', RequesterId: requester = '', Attachment } = row
  // The VPC CNI's secondary interfaces name their instance even while they are detached.
  const instance = Attachment?.InstanceId ?? /^aws-K8S-(i-\w+)$/.exec(description)?.[1]
  if (instance !== undefined && instance !== '') return { owner: { kind: 'instance', id: instance }, isKnown: true }
  if (type === 'branch' || description === 'aws-k8s-branch-eni') return { owner: { kind: 'pod' }, isKnown: true }
  for (const rule of rules) {
    const match = rule.description?.exec(description)
    if (rule.description !== undefined && !match) continue
    if (rule.type !== undefined && !rule.type.test(type)) continue
    if (rule.requester !== undefined && rule.requester !== requester) continue
    const [, ownId, name] = match ?? []
    const id = rule.id ?? ownId ?? eni
    return { owner: { kind: 'thing', thing: rule.thing, id, ...(name !== undefined && { name }) }, isKnown: true }
  }
  return { owner: { kind: 'thing', thing: 'other interface', id: eni }, isKnown: false }
}
