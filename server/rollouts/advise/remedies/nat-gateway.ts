import { type Candidate, candidate, gone } from '../candidate.ts'
import type { ClusterView } from '../cluster-view.ts'
import { gigabytes, listed } from '../in-words.ts'
import { listPrices, perMonth } from '../list-prices.ts'
import { total } from '../stream.ts'
import { type FarWay, farWays } from './far-ways.ts'
import { natPatch } from './nat-patch.ts'
import { wayOut } from './way-out.ts'

/** The way to the internet of subnets that leads through a NAT gateway in another zone. */
export const natGateway = (view: ClusterView): Candidate[] =>
  view.vpcs.flatMap(vpc => farWays(vpc).flatMap(way => forWay(view, way)))

function forWay(view: ClusterView, way: FarWay): Candidate[] {
  const { gateways, gatewayZone, own, subnets, zone } = way
  const { hops: streams, isMeasured } = wayOut(view, way)
  const patch = natPatch(way)
  if (streams.length === 0 || patch === undefined) return []
  const bytes = total(streams, ({ wireBytes }) => wireBytes)
  const isLogged = isMeasured && streams.some(({ key }) => key.basis === 'flow log')
  const told = isLogged
    ? 'as flow logs of its interface have it'
    : 'by the route tables: no flow log of its interface tells it'
  return [
    candidate(
      {
        remedy: 'NAT gateway per zone',
        subject: listed(subnets.map(({ id }) => id)),
        namespace: '',
        problem: `Machines in ${zone} reach the internet through ${listed(gateways)} in ${gatewayZone}: ${gigabytes(bytes)} cross zones on the way, ${told}.`,
        moved: streams.map(gone),
        risk: 'Connections that are open break when the route changes. Whoever allows the old gateway’s public address must allow the new one.',
        precondition:
          own === undefined
            ? 'An Elastic IP address is left in the account, and the subnet of the new gateway has a route to an internet gateway. Other routes of a shared table are copied first.'
            : `${own} is there and working. Other routes of a shared table are copied first.`,
        patches: [patch],
      },
      {
        variant: zone,
        ownMicroUsdPerMonth:
          own === undefined ? perMonth(listPrices.natGatewayHour) + perMonth(listPrices.publicAddressHour) : 0,
      },
    ),
  ]
}
