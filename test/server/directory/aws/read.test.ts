import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { openEc2 } from '../../../../server/directory/aws/client.ts'
import { Pages } from '../../../../server/directory/aws/pages.ts'
import { type MapRead, readVpcs } from '../../../../server/directory/aws/read.ts'
import { VpcIndex } from '../../../../server/directory/vpc-index.ts'
import type { VpcRecords } from '../../../../server/directory/vpc-map.ts'
import { FakeEc2, isCall } from '../../../aws-api/ec2.ts'
import { HastyClock } from './clock.ts'
import { useTestCredentials } from './credentials.ts'
import { fillVpc, interfaceRow } from './vpc-fixture.ts'

useTestCredentials()

/** A reader of the fake, with the real SDK client between them. */
async function reader(role?: string) {
  const fake = await FakeEc2.listen()
  fillVpc(fake)
  const clock = new HastyClock()
  const { signal } = new AbortController()
  const ec2 = openEc2({ region: 'us-east-1', endpoint: fake.url, signal, ...(role !== undefined && { role }) })
  const pages = new Pages(clock, signal)
  const read = async (before: readonly VpcRecords[] = [], vpcs = ['vpc-1']): Promise<MapRead> => {
    const kept = new Map(before.map(one => [one.vpc, one]))
    return readVpcs(ec2, pages, vpcs, { region: 'us-east-1', account: '111122223333' }, kept, clock.now)
  }
  return {
    fake,
    clock,
    pages,
    ec2,
    read,
    async [Symbol.asyncDispose]() {
      ec2.close()
      await fake[Symbol.asyncDispose]()
    },
  }
}

const ids = (read: MapRead) => read.vpcs.flatMap(({ interfaces }) => interfaces.map(({ id }) => id))
const kindsOf = (read: MapRead) => read.problems.map(({ call, failure }) => `${call} ${failure.kind}`)

test('a VPC is read as EC2 tells of it', async () => {
  await using at = await reader()
  const read = await at.read()
  deepEqual(read.problems, [])
  const map = new VpcIndex(read.vpcs)
  const zone = { region: 'us-east-1', account: '111122223333', name: 'us-east-1b', id: 'use1-az2' }
  deepEqual(map.subnetOf('2600:1f18:1::5')?.zone, zone)
  deepEqual(map.natGatewayFor('10.0.0.9'), { id: 'nat-1', vpc: 'vpc-1', addresses: ['10.0.1.7'], zone })
  deepEqual(map.thingOf('10.0.0.20'), { kind: 'instance', id: 'i-1' })
  equal(map.isLogged('eni-lb'), true)
  deepEqual(
    map.flowLogs().map(({ id, fields }) => [id, fields]),
    [['fl-1', ['version', 'interface-id', 'bytes']]],
  )
})

test('where a route table leads to beside its default route, gateway endpoints among them', async () => {
  await using at = await reader()
  const elsewhere = async () => (await at.read()).vpcs[0]?.routeTables[0]?.elsewhere
  deepEqual(await elsewhere(), ['10.0.0.0/16', '52.216.0.0/15', '3.5.0.0/19'])
  at.fake.refuse('DescribePrefixLists', 403, 'UnauthorizedOperation')
  equal(await elsewhere(), undefined)
  at.fake.world.prefixLists = []
  equal(await elsewhere(), undefined)
})

test('S3 and DynamoDB are told by their prefix lists, and which tables lead to an endpoint of theirs', async () => {
  await using at = await reader()
  at.fake.world.prefixLists.push(
    { prefixListId: 'pl-2', prefixListName: 'com.amazonaws.us-east-1.dynamodb', cidrSet: ['52.94.0.0/22'] },
    { prefixListId: 'pl-3', prefixListName: 'offices', cidrSet: ['198.51.100.0/24'] },
  )
  const { vpcs } = await at.read()
  const map = new VpcIndex(vpcs)
  deepEqual(
    ['52.217.1.2', '52.94.3.4', '198.51.100.9', '203.0.113.1'].map(address => map.serviceAt(address)),
    ['s3', 'dynamodb', undefined, undefined],
  )
  deepEqual(vpcs[0]?.routeTables[0]?.prefixLists, ['pl-1'])
})

test('pages are read to the last, and managed interfaces asked for', async () => {
  await using at = await reader()
  for (let i = 0; i < 5; i++) at.fake.world.interfaces.push(interfaceRow(`eni-${i}`, `10.0.0.${50 + i}`))
  at.fake.pageItems = 3
  const read = await at.read()
  equal(ids(read).length, 8)
  const asked = at.fake.asked('DescribeNetworkInterfaces')
  deepEqual(
    asked.map(form => [form.get('NextToken'), form.get('Filter.1.Value.1'), form.get('IncludeManagedResources')]),
    [
      [null, 'vpc-1', 'true'],
      ['3', 'vpc-1', 'true'],
      ['6', 'vpc-1', 'true'],
    ],
  )
})

test('throttled calls are tried again, ever more slowly, on the page where they were', async () => {
  await using at = await reader()
  at.fake.pageItems = 2
  at.fake.refuse('DescribeNetworkInterfaces', 503, 'RequestLimitExceeded', 3)
  equal(ids(await at.read()).length, 3)
  deepEqual(at.clock.waits, [1_000, 2_000, 4_000])
  deepEqual([at.pages.counts.DescribeNetworkInterfaces.throttled, at.pages.counts.DescribeNetworkInterfaces.ok], [3, 2])
})

test('a right that is missing costs its own part, once, and nothing else', async () => {
  await using at = await reader()
  at.fake.refuse('DescribeFlowLogs', 403, 'UnauthorizedOperation')
  at.fake.refuse('DescribeNatGateways', 403, 'UnauthorizedOperation')
  const read = await at.read()
  deepEqual(kindsOf(read), ['DescribeFlowLogs denied', 'DescribeNatGateways denied'])
  equal(ids(read).length, 3)
  deepEqual(at.clock.waits, [])
  equal(at.fake.asked('DescribeFlowLogs').length, 1)
})

test('credentials that have expired keep what was read before, as old as it is', async () => {
  await using at = await reader()
  const first = await at.read()
  at.clock.time += 120_000
  at.fake.server.fail({ kind: 'reply', reply: { status: 400, body: expired } }, 7)
  const again = await at.read(first.vpcs)
  deepEqual(new Set(kindsOf(again).map(text => text.split(' ')[1])), new Set(['credentials']))
  deepEqual(again.vpcs, first.vpcs)
  match(again.problems[0]?.failure.message ?? '', /RequestExpired/)
})
const expired =
  '<Response><Errors><Error><Code>RequestExpired</Code><Message>late</Message></Error></Errors></Response>'

test('an answer that breaks off is asked for again', async () => {
  await using at = await reader()
  at.fake.server.fail({ kind: 'cut' }, 2, isCall('DescribeNetworkInterfaces'))
  at.fake.server.fail({ kind: 'reset' }, 1, isCall('DescribeSubnets'))
  const read = await at.read()
  deepEqual([read.problems, ids(read).length], [[], 3])
  equal(at.pages.counts.DescribeNetworkInterfaces.unreachable, 2)
})

test('an EC2 that does not come back is given up for this time', async () => {
  await using at = await reader()
  const first = await at.read()
  at.fake.refuse('DescribeSubnets', 500, 'InternalError', 6)
  const again = await at.read(first.vpcs)
  deepEqual(kindsOf(again), ['DescribeSubnets unreachable'])
  deepEqual(again.vpcs[0]?.subnets, first.vpcs[0]?.subnets)
})

test('an interface without a zone ID is in its subnet’s zone, one of no known subnet in the zone of its name', async () => {
  await using at = await reader()
  at.fake.world.interfaces = [
    interfaceRow('eni-old', '10.0.0.60', { availabilityZoneId: undefined }),
    interfaceRow('eni-far', '10.0.9.60', { availabilityZoneId: undefined, subnetId: 'subnet-new' }),
  ]
  const [vpc] = (await at.read()).vpcs
  deepEqual(
    vpc?.interfaces.map(({ id, zone }) => [id, zone?.id]),
    [
      ['eni-old', 'use1-az1'],
      ['eni-far', 'use1-az1'],
    ],
  )
})

test('a type that nobody knows is counted, an interface attached to nothing is left out', async () => {
  await using at = await reader()
  at.fake.world.interfaces.push(
    interfaceRow('eni-new', '10.0.0.61', { interfaceType: 'quantum' }),
    interfaceRow('eni-free', '10.0.0.62', { status: 'available' }),
  )
  const read = await at.read()
  equal(read.unclassified, 1)
  deepEqual(ids(read).includes('eni-free'), false)
})

test('a VPC with nothing in it is empty, not an error', async () => {
  await using at = await reader()
  const read = await at.read([], ['vpc-empty'])
  deepEqual([read.problems, read.vpcs[0]?.subnets, read.vpcs[0]?.interfaces], [[], [], []])
})

test('another account is read in its role', async () => {
  await using at = await reader('arn:aws:iam::444455556666:role/weir-map')
  equal(await at.ec2.account(), '444455556666')
  deepEqual((await at.read()).problems, [])
  equal(at.fake.asked('AssumeRole')[0]?.get('RoleArn'), 'arn:aws:iam::444455556666:role/weir-map')
  const [first] = at.fake.server.seen.filter(isCall('DescribeSubnets'))
  match(first?.headers.authorization ?? '', /Credential=key of arn:aws:iam::444455556666:role/)
})
