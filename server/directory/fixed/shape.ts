import { canonicalAddress, formatAddress, parseCidr } from '@weir/contract/addresses.ts'
import { awsThings } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { anything, list, located, optional, type Read, record, required, scalar } from './reading.ts'

/** Kubernetes' names: at most 253 of these (RFC 1123 subdomains); cluster and zone names are held to the same. */
const name = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/, 'a name of letters, digits, . _ - (in quotes if all digits)')
const account = text(/^\d{12}$/, 'a 12-digit account number in quotes')
const id = text(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,252}$/, 'an id of letters, digits, . _ : / -')
const kind = text(/^[A-Za-z][A-Za-z0-9]{0,62}$/, 'a kind such as Deployment')
const port = wholeNumber(1, 65_535)
const yesNo = scalar(value => (typeof value === 'boolean' ? value : undefined), 'true or false')
const address = located(scalar(readAddress, 'an IP address such as 10.0.0.1 or "fd00::1"'))
const cidr = located(scalar(readCidr, 'a CIDR such as 10.0.1.0/24, without bits past the prefix'))
const since = located(scalar(readMoment, 'a moment in UTC such as 2026-01-31T12:00:00Z'))
const addresses = list(address)

/** IANA's protocol numbers of what a port can be declared for. */
const protocols = { tcp: 6, udp: 17, sctp: 132 }
const protocol = scalar(
  value => (typeof value === 'string' ? new Map(Object.entries(protocols)).get(value.toLowerCase()) : undefined),
  'tcp, udp or sctp',
)

export const protocolName = (number: number): string =>
  Object.entries(protocols).find(([, known]) => known === number)?.[0] ?? String(number)

const thing = scalar(value => awsThings.find(known => known === value), `one of ${awsThings.join(', ')}`)

const workload = record({ kind: required(kind), name: required(name) })

const zone = record({
  name: required(located(name)),
  id: optional(located(id), undefined),
  region: required(name),
  account: optional(account, undefined),
})
const node = record({
  name: required(located(name)),
  zone: required(located(name)),
  addresses: required(addresses),
  since: optional(since, undefined),
})
const subnet = record({ id: required(located(id)), cidr: required(cidr), zone: required(located(name)) })
const pod = record({
  namespace: required(name),
  name: required(located(name)),
  workload: required(workload),
  node: required(located(name)),
  addresses: optional(addresses, []),
  ports: optional(list(record({ port: required(port), protocol: optional(protocol, protocols.tcp) })), []),
  hostNetwork: optional(yesNo, false),
  since: optional(since, undefined),
})
const service = record({
  namespace: required(name),
  name: required(located(name)),
  addresses: optional(addresses, []),
  ports: required(
    list(
      record({
        port: required(port),
        protocol: optional(protocol, protocols.tcp),
        targetPort: optional(port, undefined),
        nodePort: optional(located(port), undefined),
      }),
    ),
  ),
  workloads: optional(list(workload), []),
  routing: optional(anything, 'null'),
  since: optional(since, undefined),
})
const awsInterface = record({
  id: required(located(id)),
  thing: required(thing),
  name: optional(name, undefined),
  addresses: required(addresses),
  zone: optional(located(name), undefined),
  since: optional(since, undefined),
})

/** The whole file. */
export const fixedFile = record({
  cluster: required(located(name)),
  zones: required(list(zone)),
  nodes: required(list(node)),
  subnets: optional(list(subnet), []),
  pods: optional(list(pod), []),
  services: optional(list(service), []),
  aws: optional(list(awsInterface), []),
})

type Result<R> = R extends Read<infer T> ? T : never
export type FixedFile = Result<typeof fixedFile>

function text(pattern: RegExp, want: string): Read<string> {
  return scalar(value => (typeof value === 'string' && pattern.test(value) ? value : undefined), want)
}

function wholeNumber(least: number, most: number): Read<number> {
  return scalar(
    value => (Number.isInteger(value) && Number(value) >= least && Number(value) <= most ? Number(value) : undefined),
    `a whole number from ${least} to ${most}`,
  )
}

function readAddress(value: unknown): string | undefined {
  return typeof value === 'string' ? canonicalAddress(value) : undefined
}

/** Canonical text. Bits past the prefix are a slip of the pen more often than not: they are refused. */
function readCidr(value: unknown): string | undefined {
  const parsed = typeof value === 'string' && value.includes('/') ? parseCidr(value) : undefined
  if (parsed === undefined) return undefined
  const { bytes, prefix } = parsed
  const stray = bytes.some((byte, i) => (byte & (0xff >> Math.min(Math.max(prefix - 8 * i, 0), 8))) !== 0)
  return stray ? undefined : `${formatAddress(bytes)}/${prefix}`
}

function readMoment(value: unknown): EpochMs | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(value)) return undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? undefined : epochMs(ms)
}
