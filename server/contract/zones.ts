/**
 * An availability zone. The name (us-east-1a) means different buildings in different accounts; the ID (use1-az1) does
 * not. Either may be unknown, never both. AWS: docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
 */
export interface Zone {
  readonly name?: string
  readonly id?: string
  readonly region: string
  readonly account?: string
}

export type Crossing = 'same-zone' | 'cross-zone' | 'cross-region' | 'internet' | 'unknown'

/** Why a crossing is unknown: a closed list, shown as it stands. */
export type CrossingGap = 'no zone map' | 'zone not known' | 'end unplaced'

export type ZoneComparison = { readonly crossing: Crossing; readonly why?: CrossingGap }

/** Text form for storage and keys: region|account|name|id with blanks for what is unknown. */
export function zoneKey(zone: Zone): string {
  return [zone.region, zone.account ?? '', zone.name ?? '', zone.id ?? ''].join('|')
}

/** @throws RangeError on text that `zoneKey` did not make. */
export function parseZoneKey(key: string): Zone {
  const [region, account, name, id, more] = key.split('|')
  if (!region || account === undefined || name === undefined || id === undefined || more !== undefined || !(name || id))
    throw new RangeError(`not a zone key: ${JSON.stringify(key)}`)
  return { region, ...(account && { account }), ...(name && { name }), ...(id && { id }) }
}

/** What people read: the name, else the ID. */
export const zoneLabel = (zone: Zone): string => zone.name ?? zone.id ?? zone.region

/**
 * Name ↔ ID for one account and region. Resolved at read time, so that history does not split when the map arrives.
 * Keys: account|region|name → id.
 */
export type ZoneMap = ReadonlyMap<string, string>

export const zoneMapKey = (account: string, region: string, name: string): string => `${account}|${region}|${name}`

/** Gives a zone known by name its ID where the map has it. */
export function withId(zone: Zone, map: ZoneMap): Zone {
  if (zone.id !== undefined || zone.name === undefined) return zone
  const id = map.get(zoneMapKey(zone.account ?? '', zone.region, zone.name))
  return id === undefined ? zone : { ...zone, id }
}

/** Two zones are compared only in the same form: by ID, or by name within one account and region. */
export function compareZones(a: Zone | undefined, b: Zone | undefined, map: ZoneMap = new Map()): ZoneComparison {
  if (a === undefined || b === undefined) return { crossing: 'unknown', why: 'zone not known' }
  if (a.region !== b.region) return { crossing: 'cross-region' }
  const [x, y] = [withId(a, map), withId(b, map)]
  if (x.id !== undefined && y.id !== undefined) return { crossing: x.id === y.id ? 'same-zone' : 'cross-zone' }
  if (x.name !== undefined && y.name !== undefined && x.account === y.account)
    return { crossing: x.name === y.name ? 'same-zone' : 'cross-zone' }
  return { crossing: 'unknown', why: 'no zone map' }
}
