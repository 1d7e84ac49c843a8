import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { LineCounter, parseDocument } from 'yaml'
import type { Listing } from '../whole-listing.ts'
import { checkWhole } from './checks.ts'
import { type Located, type Problem, Report } from './reading.ts'
import { type FixedFile, fixedFile } from './shape.ts'

export type FileResult =
  | { readonly ok: true; readonly listing: Listing }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads a fixed directory from YAML (or JSON, which is YAML). All problems at once, in the order of their lines. */
export function readFixedFile(text: string, now: EpochMs): FileResult {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const report = new Report(document, lines)
  for (const { pos, message } of document.errors) {
    const { line, col } = lines.linePos(pos[0])
    report.add({ line, column: col, key: '' }, `not YAML: ${message}`)
  }
  // What follows a broken line is read as something else: its problems would only mislead.
  if (report.problems.length > 0) return { ok: false, problems: report.problems }
  const file = fixedFile(document.contents, '', report)
  if (file !== undefined) checkWhole(file, now, report)
  if (file !== undefined && report.problems.length === 0) return { ok: true, listing: listingOf(file) }
  const problems = report.problems.sort((a, b) => a.line - b.line || a.column - b.column)
  return { ok: false, problems }
}

const MOST_SHOWN = 20

/** One line a problem: file:line:column: key: what is wrong. */
export function problemText(file: string, problems: readonly Problem[]): string {
  const lines = problems
    .slice(0, MOST_SHOWN)
    .map(({ line, column, key, detail }) => `${file}:${line}:${column}: ${key === '' ? '' : `${key}: `}${detail}`)
  if (problems.length > MOST_SHOWN) lines.push(`and ${problems.length - MOST_SHOWN} more`)
  return lines.join('\n')
}

const values = <T>(located: readonly Located<T>[]): T[] => located.map(({ value }) => value)

function listingOf(file: FixedFile): Listing {
  const zones = new Map(file.zones.map(zone => [zone.name.value, zoneOf(zone)]))
  const zoneNamed = (name: Located<string>): Zone => zones.get(name.value) ?? { region: '', name: name.value }
  return {
    cluster: file.cluster.value,
    nodes: file.nodes.map(({ name, zone, addresses, since }) => ({
      name: name.value,
      zone: zoneNamed(zone),
      addresses: values(addresses),
      ...(since !== undefined && { since: since.value }),
    })),
    subnets: file.subnets.map(({ id, cidr, zone }) => ({ id: id.value, cidr: cidr.value, zone: zoneNamed(zone) })),
    pods: file.pods.map(({ namespace, name, workload, node, addresses, ports, hostNetwork, since }) => ({
      namespace,
      name: name.value,
      workload: { kind: workload.kind, name: workload.name },
      node: node.value,
      addresses: values(addresses),
      ports: ports.map(({ port, protocol }) => ({ port, protocol })),
      hostNetwork,
      ...(since !== undefined && { since: since.value }),
    })),
    services: file.services.map(({ namespace, name, addresses, ports, workloads, routing, since }) => ({
      namespace,
      name: name.value,
      addresses: values(addresses),
      ports: ports.map(({ port, protocol, targetPort, nodePort }) => ({
        port,
        protocol,
        ...(targetPort !== undefined && { targetPort }),
        ...(nodePort !== undefined && { nodePort: nodePort.value }),
      })),
      workloads: workloads.map(({ kind, name: workload }) => ({ kind, name: workload })),
      routing,
      ...(since !== undefined && { since: since.value }),
    })),
    interfaces: file.aws.map(({ id, thing, name, addresses, zone, since }) => ({
      id: id.value,
      thing,
      addresses: values(addresses),
      ...(name !== undefined && { name }),
      ...(zone !== undefined && { zone: zoneNamed(zone) }),
      ...(since !== undefined && { since: since.value }),
    })),
  }
}

function zoneOf({ name, id, region, account }: FixedFile['zones'][number]): Zone {
  return {
    name: name.value,
    region,
    ...(id !== undefined && { id: id.value }),
    ...(account !== undefined && { account }),
  }
}
