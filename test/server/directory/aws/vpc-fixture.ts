import type { FakeEc2, Fields } from '../../../aws-api/ec2.ts'

const zone = (name: string, id: string) => ({ availabilityZone: name, availabilityZoneId: id })
export const use1a = zone('us-east-1a', 'use1-az1')
export const use1b = zone('us-east-1b', 'use1-az2')

export const interfaceRow = (id: string, address: string, fields: Fields = {}): Fields => ({
  networkInterfaceId: id,
  vpcId: 'vpc-1',
  subnetId: 'subnet-a',
  ...use1a,
  status: 'in-use',
  interfaceType: 'interface',
  description: '',
  privateIpAddress: address,
  privateIpAddressesSet: [{ privateIpAddress: address, primary: true }],
  ...fields,
})

/** A small VPC as EC2 tells of it: two subnets, a node with a delegated prefix, a load balancer, a NAT gateway. */
export function fillVpc({ world }: FakeEc2): void {
  world.zones.push({ zoneName: 'us-east-1a', zoneId: 'use1-az1' }, { zoneName: 'us-east-1b', zoneId: 'use1-az2' })
  world.subnets.push(
    { subnetId: 'subnet-a', vpcId: 'vpc-1', ...use1a, cidrBlock: '10.0.0.0/24' },
    {
      subnetId: 'subnet-b',
      vpcId: 'vpc-1',
      ...use1b,
      cidrBlock: '10.0.1.0/24',
      ipv6CidrBlockAssociationSet: [{ ipv6CidrBlock: '2600:1f18:1:0::/64' }],
    },
  )
  world.interfaces.push(
    interfaceRow('eni-node', '10.0.0.5', {
      attachment: { instanceId: 'i-1', deviceIndex: 0 },
      ipv4PrefixSet: [{ ipv4Prefix: '10.0.0.16/28' }],
    }),
    interfaceRow('eni-lb', '10.0.0.9', { description: 'ELB app/shop/50dc', requesterId: 'amazon-elb' }),
    interfaceRow('eni-nat', '10.0.1.7', {
      subnetId: 'subnet-b',
      ...use1b,
      interfaceType: 'nat_gateway',
      description: 'Interface for NAT Gateway nat-1',
    }),
  )
  world.routeTables.push({
    routeTableId: 'rtb-main',
    vpcId: 'vpc-1',
    associationSet: [{ routeTableAssociationId: 'rtbassoc-1', main: true }],
    routeSet: [
      { destinationCidrBlock: '10.0.0.0/16', gatewayId: 'local', state: 'active' },
      { destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1', state: 'active' },
      { destinationPrefixListId: 'pl-1', gatewayId: 'vpce-1', state: 'active' },
    ],
  })
  world.prefixLists.push({
    prefixListId: 'pl-1',
    prefixListName: 'com.amazonaws.us-east-1.s3',
    cidrSet: ['52.216.0.0/15', '3.5.0.0/19'],
  })
  world.natGateways.push({
    natGatewayId: 'nat-1',
    vpcId: 'vpc-1',
    subnetId: 'subnet-b',
    state: 'available',
    natGatewayAddressSet: [{ privateIp: '10.0.1.7', publicIp: '198.51.100.4' }],
  })
  world.flowLogs.push(
    {
      flowLogId: 'fl-1',
      flowLogStatus: 'ACTIVE',
      deliverLogsStatus: 'SUCCESS',
      resourceId: 'vpc-1',
      trafficType: 'ALL',
      logFormat: ['version', 'interface-id', 'bytes'].map(field => `$\{${field}}`).join(' '),
      logDestinationType: 's3',
      logDestination: 'arn:aws:s3:::logs',
      maxAggregationInterval: 60,
    },
    { flowLogId: 'fl-2', flowLogStatus: 'ACTIVE', resourceId: 'vpc-9', trafficType: 'ALL' },
  )
}
