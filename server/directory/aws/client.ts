import {
  DescribeAvailabilityZonesCommand,
  DescribeFlowLogsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type EC2ClientConfig,
} from '@aws-sdk/client-ec2'
// What the SDK's own default chain takes for roles in profiles: client-sts would be the same code once more.
import { AssumeRoleCommand, STSClient } from '@aws-sdk/nested-clients/sts'
import { type Ec2, Ec2Failure, type FailureKind } from './ec2.ts'

export interface Ec2Options {
  /** Empty: as the SDK finds it. */
  readonly region: string
  /** URL in place of AWS's own, for EC2 and STS alike; empty: AWS's, or what AWS_ENDPOINT_URL says. */
  readonly endpoint: string
  /** Role of another account to read it with; absent: the credentials of this process as they are. */
  readonly role?: string
  /** Ends whatever is under way. */
  readonly signal: AbortSignal
}

/** EC2 says that 5 to 1,000 may be asked for; without a number some calls answer everything at once, or fail. */
const PAGE_ITEMS = 1_000
const REQUEST_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 5_000
/** The shortest that STS gives, renewed by the SDK as it ends. */
const ROLE_SECONDS = 3_600

/** Opens no connection yet. Credentials: the SDK's default chain (environment, IRSA, pod identity, profile, instance). */
export function openEc2({ region, endpoint, role, signal }: Ec2Options): Ec2 {
  const shared = {
    ...(region !== '' && { region }),
    // Tries again are counted and paced by whoever reads (read.ts).
    maxAttempts: 1,
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: CONNECT_TIMEOUT_MS },
    ...(endpoint !== '' && { endpoint }),
  }
  const own = new EC2Client(shared)
  const sts = role === undefined ? undefined : new STSClient({ ...shared, credentials: own.config.credentials })
  const client =
    sts === undefined || role === undefined ? own : new EC2Client({ ...shared, credentials: () => assume(sts, role) })
  const told = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (error) {
      throw failureOf(error)
    }
  }
  const abort = { abortSignal: signal }
  const inVpc = (vpc: string) => [{ Name: 'vpc-id', Values: [vpc] }]
  return {
    async zones() {
      const answer = await told(
        client.send(new DescribeAvailabilityZonesCommand({ AllAvailabilityZones: true }), abort),
      )
      return { items: answer.AvailabilityZones ?? [] } // the one call without pages
    },
    async subnets(vpc, NextToken) {
      const input = { Filters: inVpc(vpc), MaxResults: PAGE_ITEMS, NextToken }
      const answer = await told(client.send(new DescribeSubnetsCommand(input), abort))
      return page(answer.Subnets, answer.NextToken)
    },
    async interfaces(vpc, NextToken) {
      const input = { Filters: inVpc(vpc), MaxResults: PAGE_ITEMS, NextToken, IncludeManagedResources: true }
      const answer = await told(client.send(new DescribeNetworkInterfacesCommand(input), abort))
      return page(answer.NetworkInterfaces, answer.NextToken)
    },
    async interfacesAt(addresses, NextToken) {
      const Filters = [{ Name: 'addresses.private-ip-address', Values: [...addresses] }]
      const input = { Filters, MaxResults: PAGE_ITEMS, NextToken, IncludeManagedResources: true }
      const answer = await told(client.send(new DescribeNetworkInterfacesCommand(input), abort))
      return page(answer.NetworkInterfaces, answer.NextToken)
    },
    async routeTables(vpc, NextToken) {
      const input = { Filters: inVpc(vpc), MaxResults: 100, NextToken } // its own bound
      const answer = await told(client.send(new DescribeRouteTablesCommand(input), abort))
      return page(answer.RouteTables, answer.NextToken)
    },
    async natGateways(vpc, NextToken) {
      const input = { Filter: inVpc(vpc), MaxResults: PAGE_ITEMS, NextToken }
      const answer = await told(client.send(new DescribeNatGatewaysCommand(input), abort))
      return page(answer.NatGateways, answer.NextToken)
    },
    async prefixLists(NextToken) {
      const input = { MaxResults: PAGE_ITEMS, NextToken }
      const answer = await told(client.send(new DescribePrefixListsCommand(input), abort))
      return page(answer.PrefixLists, answer.NextToken)
    },
    async flowLogs(NextToken) {
      const answer = await told(client.send(new DescribeFlowLogsCommand({ MaxResults: PAGE_ITEMS, NextToken }), abort))
      return page(answer.FlowLogs, answer.NextToken)
    },
    async region() {
      return await client.config.region().catch(() => {
        throw new Ec2Failure('refused', 'no region: set AWS_REGION, or name the VPCs as REGION/vpc-ID')
      })
    },
    async account() {
      if (role !== undefined) return /^arn:[^:]+:iam::(\d{12}):/.exec(role)?.[1]
      const { accountId } = await told(client.config.credentials())
      return accountId
    },
    close() {
      client.destroy()
      sts?.destroy()
    },
  }
}

type Credentials = Awaited<ReturnType<Extract<EC2ClientConfig['credentials'], (...args: never[]) => unknown>>>

async function assume(sts: STSClient, role: string): Promise<Credentials> {
  const input = { RoleArn: role, RoleSessionName: 'weir', DurationSeconds: ROLE_SECONDS }
  const { Credentials: given } = await sts.send(new AssumeRoleCommand(input))
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken, Expiration } = given ?? {}
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Ec2Failure('credentials', `STS gave no credentials for ${role}`)
  return {
    accessKeyId,
    secretAccessKey,
    ...(SessionToken !== undefined && { sessionToken: SessionToken }),
    ...(Expiration !== undefined && { expiration: Expiration }),
  }
}

const page = <T>(items: readonly T[] | undefined, next: string | undefined) => ({
  items: items ?? [],
  ...(next !== undefined && next !== '' && { next }),
})

/** docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; the SDK has the code as the error's name. */
const kindsByCode: ReadonlyMap<string, FailureKind> = new Map([
  ['RequestLimitExceeded', 'throttled'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['UnauthorizedOperation', 'denied'],
  ['AccessDenied', 'denied'],
  ['AuthFailure', 'credentials'],
  ['ExpiredToken', 'credentials'],
  ['ExpiredTokenException', 'credentials'],
  ['RequestExpired', 'credentials'],
  ['InvalidClientTokenId', 'credentials'],
  ['UnrecognizedClientException', 'credentials'],
  ['SignatureDoesNotMatch', 'credentials'],
  ['MissingAuthenticationToken', 'credentials'],
  ['InvalidIdentityToken', 'credentials'],
  ['CredentialsProviderError', 'credentials'],
])

function failureOf(error: unknown): Ec2Failure {
  if (error instanceof Ec2Failure) return error
  if (!(error instanceof Error)) return new Ec2Failure('unreachable', String(error))
  const kind = kindsByCode.get(error.name) ?? (statusOf(error) < 500 ? 'refused' : 'unreachable')
  return new Ec2Failure(kind, `${error.name}: ${error.message}`, error)
}

/** Infinity where no answer came at all. */
function statusOf(error: Error): number {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined
  return typeof status === 'number' && status >= 400 ? status : Number.POSITIVE_INFINITY
}
