import { parseZoneKey, withId, type Zone, type ZoneMap, zoneMapKey } from '@weir/contract/zones.ts'

/**
 * What is known of zones' names and IDs, learnt from every zone that carries both. Crossings are resolved with it at
 * read time, so that history does not split when a pair becomes known later. `version` rises with every change.
 */
export class ZoneBook {
  #ids = new Map<string, string>()
  /** A name that was seen with two IDs (accounts that are not told apart) maps to neither. */
  readonly #ambiguous = new Set<string>()
  /** Names by identity. */
  readonly #names = new Map<string, Set<string>>()
  /** Which zone a label stands for: two zones never share one. */
  #claimed = new Map<string, string>()
  version = 0

  get map(): ZoneMap {
    return this.#ids
  }

  learn(zone: Zone): void {
    if (zone.id === undefined || zone.name === undefined) return
    const key = zoneMapKey(zone.account ?? '', zone.region, zone.name)
    const known = this.#ids.get(key)
    if (known === zone.id || this.#ambiguous.has(key)) return
    if (known === undefined) this.#ids.set(key, zone.id)
    else {
      this.#ids.delete(key)
      this.#ambiguous.add(key)
    }
    const identity = `${zone.region}|${zone.id}`
    this.#names.set(identity, (this.#names.get(identity) ?? new Set()).add(zone.name))
    this.#claimed = new Map()
    this.version++
  }

  /**
   * What people read: the name if the zone is known by exactly one, else the ID. Where another zone already goes by that
   * label (another account's us-east-1a), its ID or account is added.
   */
  label(zone: Zone): string {
    const known = withId(zone, this.#ids)
    const identity = identityOf(known)
    const names = this.#names.get(identity)
    const [only] = names?.size === 1 ? names : [names === undefined ? known.name : undefined]
    const label = only ?? known.id ?? known.region
    const holder = this.#claimed.get(label)
    if (holder !== undefined && holder !== identity) return `${label} (${known.id ?? known.account ?? 'no account'})`
    this.#claimed.set(label, identity)
    return label
  }

  /** Every name and ID the zone is known by. */
  namesOf(zone: Zone): readonly string[] {
    const known = withId(zone, this.#ids)
    const texts = [known.name, known.id, ...(this.#names.get(identityOf(known)) ?? [])]
    return texts.filter(text => text !== undefined)
  }
}

/** One building, however it was named: the ID is the same in all accounts, a name only within one. */
const identityOf = (zone: Zone): string =>
  zone.id === undefined ? `${zone.account ?? ''}|${zone.region}|${zone.name}` : `${zone.region}|${zone.id}`

/** The zone behind a stored key; '' is no zone. */
export const zoneOf = (key: string): Zone | undefined => (key === '' ? undefined : parseZoneKey(key))
