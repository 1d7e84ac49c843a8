import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Part, runUntil } from '@weir/contract/parts.ts'
import { readServerSettings } from '../../../server/config.ts'
import { listAround } from '../../../server/directory/aws/around.ts'
import { systemClock } from '../../../server/directory/kubernetes/clock.ts'
import { createDirectory } from '../../../server/directory/label-directory.ts'
import { VpcIndex } from '../../../server/directory/vpc-index.ts'
import { createVpcSource, mapZones } from '../../../server/directory/vpc-source.ts'
import { createServerParts } from '../../../server/parts.ts'
import { FakeEc2 } from '../../aws-api/ec2.ts'
import { whoIs } from '../../contracts/directory.ts'
import { useTestCredentials } from './aws/credentials.ts'
import { fillVpc } from './aws/vpc-fixture.ts'
import { minutes, shop } from './shop.ts'
import { mappedSubnet, use1a, vpcRecords } from './vpc-records.ts'

useTestCredentials()

const loadedSdk = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some(file => file.includes('@aws-sdk/client-ec2'))

const mapped = vpcRecords('vpc-1', { subnets: [mappedSubnet('vpc-1', 'subnet-1', use1a, '10.7.0.0/24')] })

test('a server that maps no VPC does not load the client of EC2, and ends what an earlier one mapped', async () => {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply(shop, minutes(10))
  directory.mapVpcs('lab', listAround([mapped], []).listed, minutes(10))
  const who = () => whoIs(directory.place('lab', '10.7.0.1', 0, systemClock.now()).peer)
  equal(who(), 'subnet subnet-1')
  const read = readServerSettings(['--open', '--directory-file', 'x', '--dashboard-auth=none'], {})
  if (!read.ok) throw new Error(read.problems.join())
  const lines: string[] = []
  const source = await createVpcSource({
    settings: read.settings,
    directory,
    clock: systemClock,
    log: line => void lines.push(line),
  })
  await source.start()
  deepEqual([who(), source.stats(), source.reasons(), loadedSdk()], ['unplaced: not yet listed', undefined, [], false])
  match(lines.join(), /no VPC is mapped .* in no known zone/)
  await source.stop()
})

test('zones go by their names with the account, as EC2 says, and without, as Kubernetes does', () => {
  const zones = mapZones(new VpcIndex([{ ...mapped, zones: [use1a] }]))
  const { account, ...bare } = use1a
  deepEqual(zones, [{ ...bare, account }, bare])
})

test('a whole server maps the VPC of its nodes, and says so in its metrics and reasons', async t => {
  await using fake = await FakeEc2.listen()
  fillVpc(fake)
  fake.refuse('DescribeFlowLogs', 403, 'UnauthorizedOperation', 1_000)
  const folder = await mkdtemp(join(tmpdir(), 'weir-server-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'directory.yaml')
  await writeFile(
    file,
    `cluster: lab
zones: [{ name: us-east-1a, region: us-east-1 }]
nodes: [{ name: node-a, zone: us-east-1a, addresses: [10.0.0.5] }]
`,
  )
  const listen = ['dashboard', 'agents', 'metrics'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const aws = ['--aws-vpcs', 'auto', '--aws-vpc-endpoint', fake.url, '--data-dir', folder]
  const argv = [...listen, ...aws, '--directory-file', file, '--dashboard-auth', 'none', '--open']
  const read = readServerSettings(argv, {})
  if (!read.ok) throw new Error(read.problems.join())
  const ports: { [part: string]: unknown } = {}
  const stop = Promise.withResolvers<void>()
  const up = Promise.withResolvers<void>()
  const fail = (error: Error) => up.reject(error)
  const parts: readonly Part[] = await createServerParts(
    read.settings,
    (_level, part, message, more) => {
      if (message === 'listening') ports[part] = more?.port
    },
    fail,
  )
  const done = runUntil(
    stop.promise,
    [...parts, { name: 'up', start: async () => up.resolve(), stop: async () => {} }],
    () => {},
  )
  done.catch(fail)
  await up.promise
  const get = async (part: string, path: string) => (await fetch(`http://127.0.0.1:${ports[part]}${path}`)).text()
  let metrics = ''
  while (!metrics.includes('weir_aws_map_vpcs 1\n')) metrics = await get('metrics', '/metrics')
  match(metrics, /^weir_aws_map_interfaces 3$/m)
  match(metrics, /^weir_aws_map_age_seconds \d+$/m)
  match(metrics, /^weir_aws_map_calls_total\{call="DescribeFlowLogs",result="denied"\} [1-9]/m)
  match(await get('dashboard', '/readyz'), /"ready":true.*DescribeFlowLogs denied/)
  stop.resolve()
  await done
})
