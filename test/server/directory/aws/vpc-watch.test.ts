import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEc2 } from '../../../../server/directory/aws/client.ts'
import { type AwsSettings, awsSettings } from '../../../../server/directory/aws/settings.ts'
import { VpcWatch } from '../../../../server/directory/aws/vpc-watch.ts'
import { createDirectory, type LabelDirectory } from '../../../../server/directory/label-directory.ts'
import { FakeEc2 } from '../../../aws-api/ec2.ts'
import { whoIs } from '../../../contracts/directory.ts'
import { minutes } from '../shop.ts'
import { PacedClock } from './clock.ts'
import { useTestCredentials } from './credentials.ts'
import { fillVpc, interfaceRow, use1a } from './vpc-fixture.ts'

useTestCredentials()

const nodes = [{ name: 'node-a', zone: { region: 'us-east-1', name: 'us-east-1a' }, addresses: ['10.0.0.5'] }]
const cluster = { cluster: 'lab', nodes, subnets: [], pods: [], services: [], interfaces: [] }

/** A fake EC2 and a data folder, on which watches can be started one after the other. */
async function lab() {
  const fake = await FakeEc2.listen()
  fillVpc(fake)
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-map-'))
  const started: VpcWatch[] = []
  const start = async (given: { vpcs?: string; roles?: string; directory?: LabelDirectory } = {}) => {
    const { vpcs = 'us-east-1/vpc-1', roles = '', directory = newDirectory() } = given
    const clock = new PacedClock()
    const said: string[] = []
    const settings: AwsSettings & { dataDir: string } = {
      awsVpcs: awsSettings.awsVpcs.parse(vpcs),
      awsVpcRoles: awsSettings.awsVpcRoles.parse(roles),
      awsVpcRefreshSeconds: 120,
      awsVpcEndpoint: fake.url,
      dataDir,
    }
    const log = (line: string) => void said.push(line)
    const watch = new VpcWatch({ settings, directory, open: openEc2, clock, log })
    started.push(watch)
    await watch.start()
    const who = (address: string) => {
      const { peer, zone, vpc } = directory.place('lab', address, 0, clock.now())
      return [whoIs(peer), zone?.id, vpc]
    }
    return { watch, clock, said, directory, who }
  }
  return {
    fake,
    dataDir,
    start,
    async [Symbol.asyncDispose]() {
      for (const watch of started) await watch.stop()
      await fake[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true })
    },
  }
}

function newDirectory(): LabelDirectory {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply(cluster, minutes(0))
  return directory
}

test('the map is read at start, and again and again: what moves is followed', async () => {
  await using at = await lab()
  const { clock, who, watch } = await at.start()
  await clock.idle()
  deepEqual(who('10.0.0.9'), ['aws app/shop/50dc', 'use1-az1', 'vpc-1'])
  deepEqual(watch.reasons(), [])
  at.fake.world.interfaces = at.fake.world.interfaces.filter(
    ({ networkInterfaceId }) => networkInterfaceId !== 'eni-lb',
  )
  at.fake.world.interfaces.push(
    interfaceRow('eni-lb', '10.0.0.10', { description: 'ELB app/shop/50dc', requesterId: 'amazon-elb' }),
  )
  await clock.round()
  equal(clock.waits[0], 120_000)
  deepEqual(who('10.0.0.9'), ['subnet subnet-a', 'use1-az1', 'vpc-1'])
  deepEqual(who('10.0.0.10'), ['aws app/shop/50dc', 'use1-az1', 'vpc-1'])
  equal(watch.stats().ageSeconds, 0)
})

test('a restart without AWS places as before, and says how old that is', async () => {
  await using at = await lab()
  const first = await at.start()
  await first.clock.idle()
  await first.watch.stop()
  at.fake.refuse('DescribeSubnets', 400, 'RequestExpired', 100)
  for (const call of ['NetworkInterfaces', 'AvailabilityZones', 'RouteTables', 'NatGateways', 'FlowLogs'])
    at.fake.refuse(`Describe${call}`, 400, 'RequestExpired', 100)
  const again = await at.start()
  again.clock.time += 3_600_000
  deepEqual(again.who('10.0.0.9'), ['aws app/shop/50dc', 'use1-az1', 'vpc-1'])
  await again.clock.idle()
  deepEqual(again.who('10.0.1.99'), ['subnet subnet-b', 'use1-az2', 'vpc-1'])
  equal(again.watch.map.natGatewayFor('10.0.0.9')?.id, 'nat-1')
  equal(again.watch.stats().ageSeconds, 3_600)
  equal(again.watch.reasons().length, 6)
  match(again.watch.reasons().join('\n'), /vpc-1: DescribeSubnets credentials, so addresses .* no known zone \(Request/)
})

test('a denied call is told once, for as long as it lasts', async () => {
  await using at = await lab()
  at.fake.refuse('DescribeFlowLogs', 403, 'UnauthorizedOperation', 2)
  const { clock, said, watch } = await at.start()
  await clock.idle()
  await clock.round()
  match(said.join('\n'), /^all VPCs: DescribeFlowLogs denied, so which interfaces have flow logs is not known[^\n]*$/)
  equal(watch.stats().calls.DescribeFlowLogs.denied, 2)
  await clock.round()
  deepEqual([said.length, said.at(-1), watch.reasons()], [2, 'the map of the VPCs is complete', []])
})

test('without any credentials there is no map, it is asked for again soon, and it is said what is missing', async () => {
  await using at = await lab()
  const saved = { ...process.env }
  delete process.env.AWS_ACCESS_KEY_ID
  const { clock, who, watch } = await at.start()
  await clock.idle()
  Object.assign(process.env, saved)
  deepEqual([clock.waits.at(-1), watch.stats().ageSeconds], [15_000, undefined])
  deepEqual(who('10.0.0.9'), ['unplaced: not yet listed', undefined, undefined])
  deepEqual(who('10.0.0.5').slice(0, 1), ['node node-a'])
  match(watch.reasons().join('\n'), /DescribeSubnets credentials, so addresses that are no pod or node/)
})

test('auto finds the VPC of the nodes, and waits for nodes', async () => {
  await using at = await lab()
  const directory = createDirectory({ instance: 'test', log: () => {} })
  const { clock, watch, who } = await at.start({ vpcs: 'auto', directory })
  await clock.idle()
  match(watch.reasons().join(), /no node is an EC2 instance/)
  directory.apply(cluster, minutes(0))
  await clock.round()
  deepEqual(who('10.0.0.9'), ['aws app/shop/50dc', 'use1-az1', 'vpc-1'])
})

test('of two VPCs that use a node’s address, auto takes the one that has all of the cluster’s', async () => {
  await using at = await lab()
  const directory = newDirectory()
  const more = { name: 'node-b', zone: undefined, addresses: ['10.0.0.6'] }
  directory.apply({ ...cluster, nodes: [...nodes, more] }, minutes(1))
  const machine = (vpc: string, id: string, address: string) =>
    interfaceRow(id, address, { vpcId: vpc, attachment: { instanceId: `i-${id}` } })
  at.fake.world.interfaces.push(machine('vpc-1', 'eni-b', '10.0.0.6'), machine('vpc-9', 'eni-9', '10.0.0.5'))
  const { clock, watch } = await at.start({ vpcs: 'auto', directory })
  await clock.idle()
  deepEqual(
    watch.map.vpcs().map(({ vpc }) => vpc),
    ['vpc-1'],
  )
})

test('VPCs of several accounts make one map', async () => {
  await using at = await lab()
  at.fake.world.subnets.push({ subnetId: 'subnet-far', vpcId: 'vpc-far', ...use1a, cidrBlock: '10.7.0.0/24' })
  const vpcs = 'us-east-1/vpc-1, 444455556666/us-east-1/vpc-far'
  const { clock, who, watch } = await at.start({ vpcs, roles: '444455556666=arn:aws:iam::444455556666:role/map' })
  await clock.idle()
  deepEqual(who('10.7.0.3'), ['subnet subnet-far', 'use1-az1', 'vpc-far'])
  deepEqual(
    watch.map.vpcs().map(({ account }) => account),
    ['111122223333', '444455556666'],
  )
  equal(at.fake.asked('AssumeRole').length, 1)
})

test('a VPC with nothing in it is named: its id or its region may be wrong', async () => {
  await using at = await lab()
  const { clock, watch } = await at.start({ vpcs: 'us-east-1/vpc-1,us-east-1/vpc-typo' })
  await clock.idle()
  match(
    watch.reasons().join(),
    /^vpc-typo: nothing is in it in us-east-1: is its id, its region and its account right\?$/,
  )
})

test('a cluster that is read later is mapped then, from the disk if need be', async () => {
  await using at = await lab()
  const first = await at.start()
  await first.clock.idle()
  await first.watch.stop()
  const directory = createDirectory({ instance: 'test', log: () => {} })
  const { who, clock } = await at.start({ directory })
  await clock.idle()
  directory.apply(cluster, minutes(0))
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  deepEqual(who('10.0.0.9'), ['aws app/shop/50dc', 'use1-az1', 'vpc-1'])
})

for (const [why, content] of [
  ['is not JSON', '{"version":1,"vpcs":[{'],
  ['is of another version', '{"version":9,"vpcs":[]}'],
  ['holds something else', '{"version":1,"vpcs":[{"vpc":"vpc-1"}]}'],
] as const)
  test(`a file of the map that ${why} is told of and made anew`, async () => {
    await using at = await lab()
    await writeFile(join(at.dataDir, 'vpc-map.json'), content)
    const { clock, said, who } = await at.start()
    ok(said.some(line => line.includes('vpc-map.json') && line.endsWith('the map is made anew')))
    await clock.idle()
    deepEqual(who('10.0.0.9'), ['aws app/shop/50dc', 'use1-az1', 'vpc-1'])
  })

test('stopping does not wait for an EC2 that hangs', async () => {
  await using at = await lab()
  const held = at.fake.server.hold()
  const { watch } = await at.start()
  await held.arrived
  await watch.stop()
  held.release()
})
