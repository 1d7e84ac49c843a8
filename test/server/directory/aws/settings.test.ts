import { deepEqual, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { readServerSettings } from '../../../../server/config.ts'

const base = ['--open', '--directory-file', 'x', '--dashboard-auth=none']
const role = 'arn:aws:iam::444455556666:role/path/weir-map'

const good: [why: string, argv: string[], vpcs: unknown][] = [
  ['no VPC unless one is asked for', [], 'none'],
  ['those of the nodes', ['--aws-vpcs', 'auto'], 'auto'],
  ['by its id alone', ['--aws-vpcs', 'vpc-1'], [{ vpc: 'vpc-1' }]],
  [
    'with region and account, several of them',
    ['--aws-vpcs', 'eu-west-1/vpc-1, 444455556666/us-gov-west-1/vpc-2', '--aws-vpc-roles', `444455556666=${role}`],
    [
      { vpc: 'vpc-1', region: 'eu-west-1' },
      { vpc: 'vpc-2', region: 'us-gov-west-1', account: '444455556666' },
    ],
  ],
]
for (const [why, argv, vpcs] of good)
  test(`which VPCs: ${why}`, () => {
    const read = readServerSettings([...base, ...argv], {})
    ok(read.ok)
    deepEqual(read.settings.awsVpcs, vpcs)
  })

const bad: [why: string, argv: string[], problem: RegExp][] = [
  ['a subnet is no VPC', ['--aws-vpcs', 'subnet-1'], /"subnet-1" must be vpc-ID, REGION\/vpc-ID, ACCOUNT\/REGION/],
  ['an account needs its region', ['--aws-vpcs', '444455556666/vpc-1'], /"444455556666\/vpc-1" must be/],
  ['auto stands alone', ['--aws-vpcs', 'auto,vpc-1'], /"auto" must be vpc-ID.*or auto alone/],
  [
    'an account needs a role',
    ['--aws-vpcs', '444455556666/eu-west-1/vpc-1'],
    /must give the role of account 444455556666/,
  ],
  [
    'a user is no role',
    ['--aws-vpc-roles', '444455556666=arn:aws:iam::444455556666:user/x'],
    /must be ACCOUNT=ROLE-ARN/,
  ],
  [
    'a role without a VPC is for nothing',
    ['--aws-vpc-roles', `444455556666=${role}`],
    /is for VPCs that --aws-vpcs names/,
  ],
  ['EC2 is not to be asked all the time', ['--aws-vpc-refresh-seconds', '1'], /from 10 to 86400/],
]
for (const [why, argv, problem] of bad)
  test(`refused: ${why}`, () => {
    const read = readServerSettings([...base, ...argv], {})
    match(read.ok ? '' : read.problems.join('\n'), problem)
  })
