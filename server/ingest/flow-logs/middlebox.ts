import type { AwsThing } from '@weir/contract/peers.ts'

/** What passes traffic on without ending it: a hop to or from it is not one that conntrack knows as such. */
const middleboxes: readonly AwsThing[] = [
  'NAT gateway',
  'network load balancer',
  'gateway load balancer',
  'transit gateway',
]
/** Those of them whose own address clients talk to: conntrack may have counted the hop to it. */
const dialled: readonly AwsThing[] = ['network load balancer', 'gateway load balancer']

export const isMiddlebox = (thing: AwsThing): boolean => middleboxes.includes(thing)
export const isDialled = (thing: AwsThing): boolean => dialled.includes(thing)

/** interface-type of a record (version 11), in the words of billing; undefined for all that end their traffic. */
export function middleboxOfType(type: string | undefined): AwsThing | undefined {
  switch (type) {
    case 'nat_gateway':
    case 'regional_nat_gateway':
      return 'NAT gateway'
    case 'network_load_balancer':
      return 'network load balancer'
    case 'gateway_load_balancer':
      return 'gateway load balancer'
    case 'transit_gateway':
      return 'transit gateway'
    default:
      return undefined
  }
}
