import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { classify } from '../../../../server/directory/aws/classify.ts'

const LAMBDA = 'AWS Lambda VPC ENI-orders-1f2e3d4c-0a1b-2c3d-4e5f-0123456789ab'
const MSK = 'DO NOT DELETE - Amazon MSK network interface for cluster arn:aws:kafka:us-east-1:1:cluster/events/1f2e-3'

/** Types, descriptions and requesters as EC2 gives them; want: thing, its id, its name. */
const interfaces: [type: string, description: string, requester: string, ...want: (string | undefined)[]][] = [
  [
    'interface',
    'ELB app/shop/50dc6c495c0c9188',
    'amazon-elb',
    'application load balancer',
    'app/shop/50dc6c495c0c9188',
    'shop',
  ],
  [
    'network_load_balancer',
    'ELB net/edge/50dc6c495c0c9188',
    'amazon-elb',
    'network load balancer',
    'net/edge/50dc6c495c0c9188',
    'edge',
  ],
  ['network_load_balancer', '', '', 'network load balancer', 'eni-1'],
  [
    'gateway_load_balancer',
    'ELB gwy/wall/50dc6c495c0c9188',
    '',
    'gateway load balancer',
    'gwy/wall/50dc6c495c0c9188',
    'wall',
  ],
  ['interface', 'ELB old-shop', 'amazon-elb', 'classic load balancer', 'old-shop'],
  ['interface', 'something new', 'amazon-elb', 'load balancer', 'eni-1'],
  ['load_balancer', '', '', 'load balancer', 'eni-1'],
  ['nat_gateway', 'Interface for NAT Gateway nat-0a1b', '222', 'NAT gateway', 'nat-0a1b'],
  ['natGateway', '', '222', 'NAT gateway', 'eni-1'],
  ['regional_nat_gateway', '', '', 'NAT gateway', 'eni-1'],
  ['vpc_endpoint', 'VPC Endpoint Interface vpce-0c1d', '222', 'endpoint', 'vpce-0c1d'],
  ['gateway_load_balancer_endpoint', 'VPC Endpoint Interface vpce-0c1d', '', 'endpoint', 'vpce-0c1d'],
  [
    'transit_gateway',
    'Network Interface for Transit Gateway Attachment tgw-attach-0e',
    '',
    'transit gateway',
    'tgw-attach-0e',
  ],
  ['interface', 'RDSNetworkInterface', 'amazon-rds', 'RDS', 'eni-1'],
  ['interface', 'ElastiCache carts-001', 'amazon-elasticache', 'ElastiCache', 'carts-001'],
  ['interface', 'ElastiCache+carts-0001-001', 'amazon-elasticache', 'ElastiCache', 'carts-0001-001'],
  ['interface', 'RedshiftNetworkInterface', 'amazon-redshift', 'Redshift', 'eni-1'],
  ['interface', MSK, '', 'MSK', 'events'],
  ['interface', 'ES search', 'amazon-elasticsearch', 'OpenSearch', 'search'],
  ['efs', 'EFS mount target for fs-0f (fsmt-0f)', '', 'EFS', 'fs-0f'],
  ['interface', 'EFS mount target for fs-0f (fsmt-0f)', '222', 'EFS', 'fs-0f'],
  ['lambda', LAMBDA, 'AROA:orders', 'Lambda', 'orders'],
  ['interface', 'AWS Lambda VPC ENI: 1f2e', '', 'Lambda', 'eni-1'],
  ['interface', 'Amazon EKS production', '', 'EKS control plane', 'production'],
  ['interface', 'arn:aws:ecs:us-east-1:111122223333:attachment/1f2e', '', 'other interface', 'ECS tasks'],
  ['interface', 'DMSNetworkInterface', '', 'other interface', 'eni-1'],
]
for (const [InterfaceType, Description, RequesterId, thing, id, name] of interfaces)
  test(`${InterfaceType} “${Description.slice(0, 40)}” of ${RequesterId || 'nobody'}: ${thing} ${id}`, () => {
    const found = classify({ NetworkInterfaceId: 'eni-1', InterfaceType, Description, RequesterId })
    deepEqual(found, { owner: { kind: 'thing', thing, id, ...(name && { name }) }, isKnown: true })
  })

test('what no rule fits goes by its interface id, and is told apart from what is known', () => {
  deepEqual(classify({ NetworkInterfaceId: 'eni-1', InterfaceType: 'quantum', Description: '' }), {
    owner: { kind: 'thing', thing: 'other interface', id: 'eni-1' },
    isKnown: false,
  })
})

test('an interface of a machine is the machine’s, whatever it says of itself', () => {
  const Attachment = { InstanceId: 'i-1' }
  const instance = { owner: { kind: 'instance', id: 'i-1' }, isKnown: true }
  deepEqual(classify({ InterfaceType: 'interface', Description: 'ELB net/edge/50dc6c', Attachment }), instance)
  deepEqual(classify({ InterfaceType: 'trunk', Description: 'aws-k8s-trunk-eni', Attachment }), instance)
  deepEqual(classify({ InterfaceType: 'interface', Description: 'aws-K8S-i-1' }), instance)
})

test('an interface of a pod with security groups is told apart', () => {
  const branch = { InterfaceType: 'branch', Description: 'aws-k8s-branch-eni', RequesterId: '222' }
  deepEqual(classify(branch), { owner: { kind: 'pod' }, isKnown: true })
})
