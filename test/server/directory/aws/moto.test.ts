import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  AssociateRouteTableCommand,
  CreateFlowLogsCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { openEc2 } from '../../../../server/directory/aws/client.ts'
import { Pages } from '../../../../server/directory/aws/pages.ts'
import { readVpcs } from '../../../../server/directory/aws/read.ts'
import { VpcIndex } from '../../../../server/directory/vpc-index.ts'
import { noMoto, startMoto } from '../../../aws-api/moto.ts'
import { HastyClock } from './clock.ts'
import { useTestCredentials } from './credentials.ts'

useTestCredentials()

test('a VPC that was made by the API is mapped as it was made, by another program’s idea of EC2', {
  skip: noMoto,
}, async () => {
  await using moto = await startMoto()
  const client = new EC2Client({ region: 'us-east-1', endpoint: moto.url })
  const vpc = (await client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? ''
  const subnetIn = async (zone: string, block: string) => {
    const made = await client.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock: block, AvailabilityZone: zone }))
    return made.Subnet?.SubnetId ?? ''
  }
  const [near, far] = [await subnetIn('us-east-1a', '10.0.0.0/24'), await subnetIn('us-east-1b', '10.0.1.0/24')]
  const card = await client.send(
    new CreateNetworkInterfaceCommand({
      SubnetId: near,
      PrivateIpAddress: '10.0.0.9',
      Description: 'RDSNetworkInterface',
    }),
  )
  const made = await client.send(new CreateNatGatewayCommand({ SubnetId: far, ConnectivityType: 'private' }))
  const NatGatewayId = made.NatGateway?.NatGatewayId
  const table = await client.send(new CreateRouteTableCommand({ VpcId: vpc }))
  const RouteTableId = table.RouteTable?.RouteTableId
  await client.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId }))
  await client.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: near }))
  await client.send(
    new CreateFlowLogsCommand({
      ResourceIds: [near],
      ResourceType: 'Subnet',
      TrafficType: 'ALL',
      LogGroupName: 'flows',
      DeliverLogsPermissionArn: 'arn:aws:iam::123456789012:role/logs',
    }),
  )
  client.destroy()

  const clock = new HastyClock()
  const { signal } = new AbortController()
  const ec2 = openEc2({ region: '', endpoint: moto.url, signal })
  const pages = new Pages(clock, signal)
  const read = await readVpcs(ec2, pages, [vpc], { region: await ec2.region() }, new Map(), clock.now)
  ec2.close()
  deepEqual(read.problems, [])
  const map = new VpcIndex(read.vpcs)
  // moto's zones: us-east-1a is use1-az6, us-east-1b is use1-az1.
  deepEqual(map.subnetOf('10.0.0.77')?.zone, { region: 'us-east-1', name: 'us-east-1a', id: 'use1-az6' })
  equal(map.subnetOf('10.0.1.77')?.zone?.id, 'use1-az1')
  deepEqual(
    [map.natGatewayFor('10.0.0.77')?.id, map.natGatewayFor('10.0.0.77')?.zone?.name],
    [NatGatewayId, 'us-east-1b'],
  )
  equal(map.natGatewayFor('10.0.1.77'), undefined)
  // moto finds no role to deliver with: DeliverLogsStatus is FAILED.
  deepEqual(
    map.flowLogs().map(({ resource, isActive }) => [resource, isActive]),
    [[near, false]],
  )
  equal(card.NetworkInterface?.VpcId, vpc)
})
