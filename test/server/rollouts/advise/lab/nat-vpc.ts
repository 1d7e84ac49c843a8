import type { VpcRecords } from '../../../../../server/directory/vpc-map.ts'
import { mappedInterface, mappedSubnet, vpcRecords } from '../../../directory/vpc-records.ts'
import { idOf, zones } from './cluster.ts'
import { account } from './tally.ts'

const subnet = (id: string, zone: string) =>
  mappedSubnet('vpc-1', id, { region: 'us-east-1', account, name: zone, id: idOf(zone) })
const privates = zones.map(zone => subnet(`subnet-private-${zone.slice(-1)}`, zone))
const publics = zones.map(zone => subnet(`subnet-public-${zone.slice(-1)}`, zone))
const machines = privates.map(at => mappedInterface(at, `eni-${at.id}`, { kind: 'instance', id: `i-${at.id}` }, []))

/** Private subnets of all zones, and one NAT gateway, in the first. */
export const natVpc = (
  tables: 'one for all' | 'one a zone',
  prefixLists: NonNullable<VpcRecords['prefixLists']> = [],
) =>
  vpcRecords('vpc-1', {
    prefixLists,
    subnets: [...privates, ...publics],
    interfaces: machines,
    natGateways: [{ id: 'nat-a', subnet: 'subnet-public-a', addresses: ['10.0.9.9'], zoneIds: [] }],
    routeTables: [
      { id: 'rtb-public', subnets: publics.map(({ id }) => id), isMain: false },
      ...(tables === 'one for all'
        ? [{ id: 'rtb-private', subnets: [], isMain: true, natGateway: 'nat-a' }]
        : privates.map(({ id }) => ({ id: `rtb-${id}`, subnets: [id], isMain: false, natGateway: 'nat-a' }))),
    ],
  })
