import { type MicroUsd, microUsd } from '@weir/contract/units.ts'

/** AWS counts a month as 730 hours: 8,760 ÷ 12. */
export const HOURS_PER_MONTH = 730

export interface ListPrice {
  readonly microUsd: MicroUsd
  readonly per: 'hour' | 'GB' | 'capacity unit hour' | 'million requests'
  readonly what: string
  readonly page: string
}

/** List prices of US East (N. Virginia), as the pages had them in that month. */
export const LIST_REGION = 'us-east-1'
export const LIST_READ = '2026-11'

const price = (usd: number, per: ListPrice['per'], what: string, page: string): ListPrice => ({
  microUsd: microUsd(Math.round(usd * 1e6)),
  per,
  what,
  page,
})

const EC2 = 'aws.amazon.com/ec2/pricing/on-demand'
const ELB = 'aws.amazon.com/elasticloadbalancing/pricing'
const VPC = 'aws.amazon.com/vpc/pricing'
const LATTICE = 'aws.amazon.com/vpc/lattice/pricing'

export const listPrices = {
  crossZoneGb: price(0.01, 'GB', 'data across zones, at each end', EC2),
  albHour: price(0.0225, 'hour', 'an application load balancer', ELB),
  /** A unit holds 1 GB an hour; 25 new connections a second, 3,000 active ones or 1,000 rules a second are its other sides. */
  albUnit: price(0.008, 'capacity unit hour', 'its capacity unit', ELB),
  nlbHour: price(0.0225, 'hour', 'a network load balancer', ELB),
  /** 1 GB an hour, 800 new TCP connections a second or 100,000 active ones. */
  nlbUnit: price(0.006, 'capacity unit hour', 'its capacity unit', ELB),
  latticeServiceHour: price(0.025, 'hour', 'a service of VPC Lattice', LATTICE),
  latticeGb: price(0.025, 'GB', 'data it processes; zones are not charged apart', LATTICE),
  latticeRequests: price(0.1, 'million requests', 'requests beyond 300,000 an hour', LATTICE),
  natGatewayHour: price(0.045, 'hour', 'a NAT gateway', VPC),
  natGatewayGb: price(0.045, 'GB', 'data it processes', VPC),
  publicAddressHour: price(0.005, 'hour', 'a public IPv4 address', VPC),
} as const satisfies { readonly [name: string]: ListPrice }

/** Requests of a service of VPC Lattice that are free, each hour. */
export const LATTICE_FREE_REQUESTS_PER_HOUR = 300_000

export const perMonth = ({ microUsd: each }: ListPrice): number => each * HOURS_PER_MONTH
