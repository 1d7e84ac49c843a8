import { type AwsReply, type AwsRequest, AwsServer, type Fits } from './http-server.ts'

type Value = string | number | boolean | undefined | Fields | readonly Fields[] | readonly string[]
/** Under the wire's names; a list is a set of <item>s. */
export interface Fields {
  readonly [name: string]: Value
}

/** What a fake EC2 holds, as its XML names it (facts of the API: Describe* of 2016-11-15). */
export interface Ec2World {
  zones: Fields[]
  subnets: Fields[]
  interfaces: Fields[]
  routeTables: Fields[]
  natGateways: Fields[]
  prefixLists: Fields[]
  flowLogs: Fields[]
}

/** The set of each call in its answer, and whether it has pages. */
const calls: { readonly [action: string]: readonly [set: string, of: keyof Ec2World] } = {
  DescribeAvailabilityZones: ['availabilityZoneInfo', 'zones'],
  DescribeSubnets: ['subnetSet', 'subnets'],
  DescribeNetworkInterfaces: ['networkInterfaceSet', 'interfaces'],
  DescribeRouteTables: ['routeTableSet', 'routeTables'],
  DescribeNatGateways: ['natGatewaySet', 'natGateways'],
  DescribePrefixLists: ['prefixListSet', 'prefixLists'],
  DescribeFlowLogs: ['flowLogSet', 'flowLogs'],
}

/**
 * Speaks EC2's query protocol and XML, and the one call of STS that a role needs: filters vpc-id and
 * addresses.private-ip-address, pages of `pageItems`, errors in EC2's form. Nothing else is checked.
 */
export class FakeEc2 implements AsyncDisposable {
  readonly world: Ec2World = {
    zones: [],
    subnets: [],
    interfaces: [],
    routeTables: [],
    natGateways: [],
    prefixLists: [],
    flowLogs: [],
  }
  /** At most so many rows a page, whatever the client asks for. */
  pageItems = 1_000
  readonly #server: AwsServer

  private constructor(server: AwsServer) {
    this.#server = server
  }

  static async listen(): Promise<FakeEc2> {
    let fake: FakeEc2 | undefined
    const server = await AwsServer.listen(request => fake?.answer(request) ?? error(500, 'InternalError'))
    fake = new FakeEc2(server)
    return fake
  }

  get server(): AwsServer {
    return this.#server
  }

  get url(): string {
    return this.#server.url
  }

  /** Requests of a call so far, as forms. */
  asked(action: string): URLSearchParams[] {
    return this.#server.seen.map(formOf).filter(form => form.get('Action') === action)
  }

  /** The next `times` requests of a call are refused with this error. */
  refuse(action: string, status: number, code: string, times = 1): void {
    this.#server.fail({ kind: 'reply', reply: error(status, code) }, times, isCall(action))
  }

  answer(request: AwsRequest): AwsReply {
    const form = formOf(request)
    const action = form.get('Action') ?? ''
    if (action === 'AssumeRole') return assumed(form)
    const call = calls[action]
    if (call === undefined) return error(400, 'InvalidAction')
    const [set, of] = call
    const rows = this.world[of].filter(row => fits(row, form))
    const from = Number(form.get('NextToken') ?? 0)
    const to = from + Math.min(this.pageItems, Number(form.get('MaxResults') ?? this.pageItems))
    const next = to < rows.length ? String(to) : undefined
    const body = xml({ requestId: 'r', [set]: rows.slice(from, to), nextToken: next })
    return xmlReply(
      200,
      `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${action}Response>`,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}

export const isCall =
  (action: string): Fits =>
  request =>
    formOf(request).get('Action') === action

const formOf = ({ body }: AwsRequest): URLSearchParams => new URLSearchParams(body.toString())

function fits(row: Fields, form: URLSearchParams): boolean {
  for (let i = 1; form.has(`Filter.${i}.Name`); i++) {
    const wanted = new Set<string>()
    for (let j = 1; form.has(`Filter.${i}.Value.${j}`); j++) wanted.add(form.get(`Filter.${i}.Value.${j}`) ?? '')
    const name = form.get(`Filter.${i}.Name`)
    const has = name === 'vpc-id' ? [row.vpcId] : name === 'addresses.private-ip-address' ? [row.privateIpAddress] : []
    if (!has.some(value => typeof value === 'string' && wanted.has(value))) return false
  }
  return true
}

function assumed(form: URLSearchParams): AwsReply {
  const Credentials = {
    AccessKeyId: `key of ${form.get('RoleArn')}`,
    SecretAccessKey: 'secret',
    SessionToken: 'token',
    Expiration: '2099-01-01T00:00:00Z',
  }
  const body = xml({ AssumeRoleResult: { Credentials } })
  return xmlReply(
    200,
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${body}</AssumeRoleResponse>`,
  )
}

const error = (status: number, code: string): AwsReply =>
  xmlReply(
    status,
    `<Response><Errors><Error><Code>${code}</Code><Message>as told</Message></Error></Errors><RequestID>r</RequestID></Response>`,
  )

const xmlReply = (status: number, body: string): AwsReply => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
})

function xml(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${inner(value)}</${name}>`))
    .join('')
}

function inner(value: Exclude<Value, undefined>): string {
  if (Array.isArray(value)) return value.map(item => `<item>${inner(item)}</item>`).join('')
  if (typeof value === 'object') return xml(value as Fields) // a list was an array
  return String(value).replace(/[&<>]/g, char => `&#${char.charCodeAt(0)};`)
}
