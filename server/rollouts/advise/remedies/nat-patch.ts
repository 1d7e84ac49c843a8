import type { Patch } from '@weir/contract/advice-queries.ts'
import type { MappedSubnet } from '../../../directory/vpc-map.ts'
import { shellWords } from '../patches.ts'
import { type FarWay, tableOf } from './far-ways.ts'

const DEFAULT_ROUTE = ['--destination-cidr-block', '0.0.0.0/0']

/**
 * A script for a shell: makes a gateway in the zone where there is none, and leads the subnets there. A route table that
 * other zones use as well stays as it is, and the zone gets one of its own. undefined: there is no subnet for a gateway.
 */
export function natPatch(way: FarWay): Patch | undefined {
  const { own, open, subnets, vpc } = way
  const region = ['--region', vpc.region]
  const ec2 = (command: string, ...words: readonly string[]) => shellWords(['aws', 'ec2', command, ...region, ...words])
  if (own === undefined && open === undefined) return undefined
  const gateway = own === undefined ? '"$GATEWAY"' : own
  const made =
    own === undefined
      ? [
          `ALLOCATION=$(${ec2('allocate-address', '--domain', 'vpc', '--query', 'AllocationId', '--output', 'text')})`,
          `GATEWAY=$(${ec2('create-nat-gateway', '--subnet-id', open ?? '')} --allocation-id "$ALLOCATION" --query NatGateway.NatGatewayId --output text)`,
          `${ec2('wait', 'nat-gateway-available')} --nat-gateway-ids "$GATEWAY"`,
        ]
      : []
  const byTable = Map.groupBy(subnets, ({ id }) => tableOf(vpc, id)?.id ?? '')
  const alone = [...byTable].filter(([id]) => isOfZoneAlone(way, id))
  const shared = [...byTable].filter(([id]) => !isOfZoneAlone(way, id)).flatMap(([, of]) => of)
  const replaced = alone.map(
    ([id]) => `${ec2('replace-route', '--route-table-id', id, ...DEFAULT_ROUTE)} --nat-gateway-id ${gateway}`,
  )
  const lines = [...made, ...replaced, ...(shared.length === 0 ? [] : ownTable(way, shared, gateway, ec2))]
  return { kind: 'aws cli', text: lines.join('\n') }
}

function ownTable(
  { vpc }: FarWay,
  subnets: readonly MappedSubnet[],
  gateway: string,
  ec2: (command: string, ...words: readonly string[]) => string,
): string[] {
  return [
    `TABLE=$(${ec2('create-route-table', '--vpc-id', vpc.vpc, '--query', 'RouteTable.RouteTableId', '--output', 'text')})`,
    `${ec2('create-route', ...DEFAULT_ROUTE)} --route-table-id "$TABLE" --nat-gateway-id ${gateway}`,
    ...subnets.map(({ id }) => {
      const isNamed = vpc.routeTables.some(table => table.subnets.includes(id))
      if (!isNamed) return `${ec2('associate-route-table', '--subnet-id', id)} --route-table-id "$TABLE"`
      const query = `RouteTables[0].Associations[?SubnetId=='${id}'].RouteTableAssociationId`
      const ask = ec2(
        'describe-route-tables',
        '--filters',
        `Name=association.subnet-id,Values=${id}`,
        '--query',
        query,
        '--output',
        'text',
      )
      return `${ec2('replace-route-table-association')} --association-id "$(${ask})" --route-table-id "$TABLE"`
    }),
  ]
}

/** All subnets that use the table are among those that are led elsewhere, or in the same zone. */
function isOfZoneAlone({ subnets, vpc, zone }: FarWay, table: string): boolean {
  const used = vpc.subnets.filter(({ id }) => tableOf(vpc, id)?.id === table)
  return used.every(one => subnets.includes(one) || one.zone?.name === zone)
}
