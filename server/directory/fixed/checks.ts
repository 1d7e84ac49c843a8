import { nearest } from '@weir/contract/settings.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Located, Report, Spot } from './reading.ts'
import { type FixedFile, protocolName } from './shape.ts'

/** What only the whole file can tell: names and addresses given twice, references to what is not there. */
export function checkWhole(file: FixedFile, now: EpochMs, report: Report): void {
  checkNames(file, report)
  checkAddresses(file, report)
  checkReferences(file, report)
  checkNodePorts(file, report)
  for (const { since } of [...file.nodes, ...file.pods, ...file.services, ...file.aws])
    if (since !== undefined && since.value > now)
      report.add(since.at, `${new Date(since.value).toISOString()} is in the future`)
}

/** Reports every value that was there before, with the line of the first. */
class Once {
  readonly #first = new Map<string, Spot>()
  readonly #report: Report
  readonly #what: string

  constructor(what: string, report: Report) {
    this.#what = what
    this.#report = report
  }

  take(text: string, at: Spot): void {
    const first = this.#first.get(text)
    if (first === undefined) this.#first.set(text, at)
    else this.#report.add(at, `${this.#what} ${text} was given before, on line ${first.line} (${first.key})`)
  }
}

function checkNames(file: FixedFile, report: Report): void {
  const all = (what: string, names: readonly Located<string>[]): void => {
    const once = new Once(what, report)
    for (const { value, at } of names) once.take(value, at)
  }
  const qualified = ({ namespace, name }: { namespace: string; name: Located<string> }): Located<string> => ({
    value: `${namespace}/${name.value}`,
    at: name.at,
  })
  const zoneId = ({ id, region }: FixedFile['zones'][number]): Located<string>[] =>
    id === undefined ? [] : [{ value: `${id.value} of region ${region}`, at: id.at }]
  all(
    'zone',
    file.zones.map(zone => zone.name),
  )
  all('zone id', file.zones.flatMap(zoneId))
  all(
    'node',
    file.nodes.map(node => node.name),
  )
  all(
    'subnet',
    file.subnets.map(subnet => subnet.id),
  )
  all(
    'CIDR',
    file.subnets.map(subnet => subnet.cidr),
  )
  all('pod', file.pods.map(qualified))
  all('service', file.services.map(qualified))
  all(
    'interface',
    file.aws.map(each => each.id),
  )
}

function checkAddresses(file: FixedFile, report: Report): void {
  const once = new Once('address', report)
  const own = [...file.nodes, ...file.pods.filter(pod => !pod.hostNetwork), ...file.services, ...file.aws]
  for (const { addresses } of own) for (const { value, at } of addresses) once.take(value, at)
  for (const { addresses, at } of [...file.nodes, ...file.pods.filter(pod => !pod.hostNetwork), ...file.aws])
    if (addresses.length === 0 && !report.touches(at.key)) report.add(at, 'expected at least one address')
  const nodeAddresses = new Map(file.nodes.map(node => [node.name.value, node.addresses.map(({ value }) => value)]))
  for (const pod of file.pods) {
    const allowed = pod.hostNetwork ? nodeAddresses.get(pod.node.value) : undefined
    for (const { value, at } of pod.addresses)
      if (allowed !== undefined && !allowed.includes(value))
        report.add(at, `a hostNetwork pod has its node's addresses: expected one of ${allowed.join(', ')}`)
  }
}

function checkReferences(file: FixedFile, report: Report): void {
  // A zone or node that could not be read is missing here for that reason, which was reported.
  const zoned = [...file.nodes, ...file.subnets, ...file.aws].map(each => each.zone)
  const zones = file.zones.map(zone => zone.name.value)
  if (!report.touches('zones')) refer('zone', zones, zoned, report)
  const hosts = file.pods.map(pod => pod.node)
  const nodes = file.nodes.map(node => node.name.value)
  if (!report.touches('nodes')) refer('node', nodes, hosts, report)
}

function refer(
  what: string,
  known: readonly string[],
  references: readonly (Located<string> | undefined)[],
  report: Report,
): void {
  const names = new Set(known)
  for (const reference of references) {
    if (reference === undefined || names.has(reference.value)) continue
    const hint = known.length === 0 ? `no ${what} is listed` : `did you mean "${nearest(reference.value, known)}"?`
    report.add(reference.at, `unknown ${what} "${reference.value}": ${hint}`)
  }
}

function checkNodePorts(file: FixedFile, report: Report): void {
  const once = new Once('nodePort', report)
  for (const { ports } of file.services)
    for (const { nodePort, protocol } of ports)
      if (nodePort !== undefined) once.take(`${nodePort.value}/${protocolName(protocol)}`, nodePort.at)
}
