import type { PrefixListRecord, VpcRecords } from '../../../directory/vpc-map.ts'
import { type Candidate, candidate, type Moved } from '../candidate.ts'
import type { ClusterView } from '../cluster-view.ts'
import { gigabytes, listed } from '../in-words.ts'
import { listPrices } from '../list-prices.ts'
import { awsCli } from '../patches.ts'
import { billedBytes, crossBytes, type Stream, total } from '../stream.ts'
import { farWays, tableOf } from './far-ways.ts'
import { outOf, wayOut } from './way-out.ts'

/** S3 and DynamoDB through a NAT gateway, which costs by the GB and may be in another zone: a gateway endpoint costs nothing. */
export const awsEndpoint = (view: ClusterView): Candidate[] =>
  view.vpcs.flatMap(vpc => (vpc.prefixLists ?? []).flatMap(list => forService(view, vpc, list) ?? []))

function forService(view: ClusterView, vpc: VpcRecords, list: PrefixListRecord): Candidate | undefined {
  const inhabited = new Set(vpc.interfaces.filter(({ owner }) => owner.kind !== 'thing').map(({ subnet }) => subnet))
  const used = vpc.subnets
    .filter(({ id }) => inhabited.has(id))
    .map(({ id, zone }) => ({ table: tableOf(vpc, id), zone: zone?.name ?? '' }))
  const tables = used.filter(
    ({ table }) => table?.natGateway !== undefined && table.prefixLists?.includes(list.id) !== true,
  )
  const ids = [...new Set(tables.flatMap(({ table }) => table?.id ?? []))].sort()
  // Only of zones where all machines go that way: whose the others' bytes are nobody can tell.
  const zones = [...new Set(tables.map(({ zone }) => zone))].filter(zone =>
    used.every(one => one.zone !== zone || (one.table !== undefined && ids.includes(one.table.id))),
  )
  const streams = zones.flatMap(zone => toService(view, vpc, zone, list))
  const bytes = total(streams, ({ wireBytes }) => wireBytes)
  if (bytes === 0) return undefined
  const names = [...new Set(streams.map(({ key }) => `${key.initiator.namespace}/${key.initiator.name}`))].sort()
  return candidate(
    {
      remedy: 'endpoint for AWS services',
      subject: list.name,
      namespace: '',
      problem: `${listed(names)} reach ${list.name} through NAT gateways of ${vpc.vpc}: ${gigabytes(bytes)}, each GB of which a gateway charges for.`,
      moved: farWays(vpc).flatMap(way =>
        zones.includes(way.zone) ? lessOnTheWay(view, way, toService(view, vpc, way.zone, list)) : [],
      ),
      risk: 'Open connections to the service break once, when the route comes. Policies that ask for the gateway’s public address (aws:SourceIp) no longer match: they need aws:SourceVpce.',
      precondition:
        'Buckets and tables of the same region: others still go through the gateway. Security groups and network ACLs let the service’s addresses through.',
      patches: [
        awsCli([
          [
            'aws',
            'ec2',
            'create-vpc-endpoint',
            '--region',
            vpc.region,
            '--vpc-id',
            vpc.vpc,
            '--vpc-endpoint-type',
            'Gateway',
            '--service-name',
            list.name,
            '--route-table-ids',
            ...ids,
          ],
        ]),
      ],
    },
    { variant: vpc.vpc, spared: [{ bytes, microUsdPerGb: listPrices.natGatewayGb.microUsd }] },
  )
}

const toService = (view: ClusterView, vpc: VpcRecords, zone: string, { service }: PrefixListRecord): Stream[] =>
  outOf(view, { vpc, zone, routed: [] }).filter(({ key }) => key.responder.name === service)

/** Hops to a far gateway carry so much less. Flow logs do not tell them by service: all of them a little. */
function lessOnTheWay(view: ClusterView, way: ReturnType<typeof farWays>[number], streams: readonly Stream[]): Moved[] {
  const { hops, isMeasured } = wayOut(view, way)
  const own = new Set(streams.map(({ key }) => key))
  const part = Math.min(
    1,
    total(streams, ({ wireBytes }) => wireBytes) /
      Math.max(
        1,
        total(hops, ({ wireBytes }) => wireBytes),
      ),
  )
  return hops
    .filter(({ key }) => isMeasured || own.has(key))
    .map(stream => {
      const left = isMeasured ? 1 - part : 0
      return { stream, crossAfter: crossBytes(stream) * left, billedAfter: billedBytes(stream) * left }
    })
}
