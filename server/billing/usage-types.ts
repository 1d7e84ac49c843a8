import type { NamedRegion } from '../pricing/regions.ts'

/**
 * What a row of the bill is, by its usage type and operation. Traffic across zones is "inter-zone" and "peering"; public
 * IP and load balancing are regional transfer, too, but of other bytes; what is free across zones costs nothing.
 * Operations: AWS Well-Architected Labs' queries of the cost and usage report, read 2026-11.
 */
export const families = [
  'inter-zone in',
  'inter-zone out',
  'peering in',
  'peering out',
  'public IP',
  'load balancing',
  'free across zones',
  'other',
] as const
export type Family = (typeof families)[number]

/** Case is not certain: AWS's blog writes VPCPeering, the price list VpcPeering. */
const REGIONAL = /^datatransfer-regional-bytes$/i
const PEERING = /^vpcpeering-(in|out)-bytes$/i
const FREE = /^datatransfer-xaz-(in|out)-bytes$/i

/** What its name says without the region's prefix. */
const bare = (usageType: string): string => usageType.replace(/^[A-Z0-9]{2,8}-(?=DataTransfer|VpcPeering)/i, '')

export function familyOf(usageType: string, operation: string): Family {
  const name = bare(usageType)
  const [, way] = PEERING.exec(name) ?? /^vpcpeering-(in|out)$/i.exec(operation) ?? []
  if (way !== undefined) return way.toLowerCase() === 'in' ? 'peering in' : 'peering out'
  if (FREE.test(name)) return 'free across zones'
  if (!REGIONAL.test(name)) return 'other'
  switch (operation) {
    case 'InterZone-In':
      return 'inter-zone in'
    case 'InterZone-Out':
      return 'inter-zone out'
    case 'PublicIP-In':
    case 'PublicIP-Out':
      return 'public IP'
    case 'LoadBalancing':
    case 'LoadBalancing-PublicIP-In':
    case 'LoadBalancing-PublicIP-Out':
      return 'load balancing'
    default:
      return 'other'
  }
}

/** All names that are asked for contain it; Cost Explorer's search is by part of the name. */
export const SEARCH = 'Bytes'

/** Of the usage types that Cost Explorer has, those of traffic across the regions' zones. Filters are exact and by case. */
export function usageTypesAmong(values: readonly string[], regions: readonly NamedRegion[]): readonly string[] {
  const prefixes = regions.flatMap(region => region.prefixes)
  return values.filter(value => {
    const name = bare(value)
    const prefix = value.slice(0, value.length - name.length).replace(/-$/, '')
    return prefixes.includes(prefix) && [REGIONAL, PEERING, FREE].some(form => form.test(name))
  })
}

/** The names as they have been seen, for as long as Cost Explorer has not told its own. One it does not know is ignored. */
export function expectedUsageTypes(regions: readonly NamedRegion[]): readonly string[] {
  const names = [
    'DataTransfer-Regional-Bytes',
    ...['VpcPeering', 'VPCPeering', 'DataTransfer-xAZ'].flatMap(name => [`${name}-In-Bytes`, `${name}-Out-Bytes`]),
  ]
  const prefixes = regions.flatMap(region => region.prefixes)
  return prefixes.flatMap(prefix => names.map(name => (prefix === '' ? name : `${prefix}-${name}`)))
}
