import { type Settings, text, wholeNumber } from '@weir/contract/settings.ts'

/** A VPC that is named. What is left out: the account of the credentials, the region that the SDK finds (AWS_REGION). */
export interface VpcTarget {
  readonly vpc: string
  readonly region?: string
  readonly account?: string
}

export type VpcChoice = 'none' | 'auto' | readonly VpcTarget[]

/** Settings of the VPCs' map: rows of the server's table (config.ts). */
export const awsSettings = {
  awsVpcs: {
    means:
      'VPCs to map, comma-separated: vpc-ID, REGION/vpc-ID, ACCOUNT/REGION/vpc-ID; auto = of the nodes; empty = none',
    fallback: '',
    parse: vpcChoice,
  },
  awsVpcRoles: {
    means: 'Roles to read VPCs of other accounts with, comma-separated: ACCOUNT=ROLE-ARN',
    fallback: '',
    parse: roles,
  },
  awsVpcRefreshSeconds: {
    means: 'Seconds between two reads of the map',
    fallback: '120',
    parse: wholeNumber(10, 86_400),
  },
  awsVpcEndpoint: {
    means: "URL to ask in place of AWS's own for EC2 and STS; empty = AWS's, or what AWS_ENDPOINT_URL says",
    fallback: '',
    parse: text,
  },
} as const

export type AwsSettings = Settings<typeof awsSettings>

/** What single rows cannot tell. */
export function awsProblems({ awsVpcs, awsVpcRoles }: Pick<AwsSettings, 'awsVpcs' | 'awsVpcRoles'>): string[] {
  if (typeof awsVpcs === 'string')
    return awsVpcs === 'none' && awsVpcRoles.size > 0 ? ['--aws-vpc-roles is for VPCs that --aws-vpcs names'] : []
  const accounts = new Set(awsVpcs.flatMap(({ account }) => account ?? []))
  const without = [...accounts].filter(account => !awsVpcRoles.has(account))
  return without.map(account => `--aws-vpc-roles must give the role of account ${account}, which --aws-vpcs names`)
}

const ACCOUNT = /^\d{12}$/
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/
const VPC = /^vpc-[0-9a-z-]+$/

function vpcChoice(value: string): VpcChoice {
  if (value.trim() === '') return 'none'
  if (value.trim() === 'auto') return 'auto'
  return value.split(',').map(item => {
    const parts = item.trim().split('/')
    const [vpc = '', region, account, more] = parts.toReversed()
    const fits =
      VPC.test(vpc) &&
      REGION.test(region ?? 'us-east-1') &&
      ACCOUNT.test(account ?? '000000000000') &&
      more === undefined
    if (!fits) throw new Error(`"${item.trim()}" must be vpc-ID, REGION/vpc-ID, ACCOUNT/REGION/vpc-ID, or auto alone`)
    return { vpc, ...(region !== undefined && { region }), ...(account !== undefined && { account }) }
  })
}

function roles(value: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const item of value.split(',').flatMap(part => part.trim() || [])) {
    const [account = '', role = ''] = item.split('=')
    if (!ACCOUNT.test(account) || !/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(role))
      throw new Error(`"${item}" must be ACCOUNT=ROLE-ARN, such as 111122223333=arn:aws:iam::111122223333:role/weir`)
    found.set(account, role)
  }
  return found
}
