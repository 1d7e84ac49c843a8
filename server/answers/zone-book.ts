import { parseZoneKey, withId, type Zone, type ZoneMap, zoneKey, zoneMapKey } from '@weir/contract/zones.ts'

/**
 * Every zone that was met, and which names and IDs belong together, learnt from those that carry both. Crossings are
 * resolved with it at read time, so that history does not split when a pair becomes known later.
 */
export class ZoneBook {
  readonly #zones = new Map<string, Zone>()
  readonly #ids = new Map<string, string>()
  /** A name that was seen with two IDs (accounts that are not told apart) maps to neither. */
  readonly #ambiguous = new Set<string>()
  #labels: ReadonlyMap<string, string> = new Map()
  #labelsVersion = 0
  /** Rises with every change. */
  version = 0

  get map(): ZoneMap {
    return this.#ids
  }

  learn(zone: Zone): void {
    const text = zoneKey(zone)
    if (this.#zones.has(text)) return
    this.#zones.set(text, zone)
    this.version++
    if (zone.id === undefined || zone.name === undefined) return
    const key = zoneMapKey(zone.account ?? '', zone.region, zone.name)
    const known = this.#ids.get(key)
    if (known === undefined && !this.#ambiguous.has(key)) this.#ids.set(key, zone.id)
    else if (known !== zone.id) {
      this.#ids.delete(key)
      this.#ambiguous.add(key)
    }
  }

  /**
   * What people read: the zone's name if it has exactly one, else its ID. Where two zones would go by one label (another
   * account's us-east-1a), the first keeps it (one with an ID before one without) and the others say their ID or account.
   */
  label(zone: Zone): string {
    return this.#current(zone).get(this.#identity(zone)) ?? ''
  }

  /** Every name and ID the zone may be asked for by: not what another zone goes by. */
  namesOf(zone: Zone): readonly string[] {
    const labels = this.#current(zone)
    const identity = this.#identity(zone)
    const others = new Set([...labels].flatMap(([other, label]) => (other === identity ? [] : [label])))
    return this.#texts(identity).filter(text => !others.has(text))
  }

  #current(zone: Zone): ReadonlyMap<string, string> {
    this.learn(zone)
    if (this.#labelsVersion !== this.version) {
      this.#labels = this.#nameAll()
      this.#labelsVersion = this.version
    }
    return this.#labels
  }

  #texts(identity: string): string[] {
    const forms = [...this.#zones.values()].filter(one => this.#identity(one) === identity)
    return [...new Set(forms.flatMap(form => [form.name, withId(form, this.#ids).id]))].filter(
      text => text !== undefined,
    )
  }

  /** One building, however it was named: an ID is the same in all accounts, a name only within one. */
  #identity(zone: Zone): string {
    const { region, id, account, name } = withId(zone, this.#ids)
    return id === undefined ? `by name|${region}|${account ?? ''}|${name}` : `by ID|${region}|${id}`
  }

  /** Labels by identity; the same for the same zones, in whatever order they were met. */
  #nameAll(): ReadonlyMap<string, string> {
    const byIdentity = new Map<string, Zone>()
    for (const zone of this.#zones.values()) byIdentity.set(this.#identity(zone), withId(zone, this.#ids))
    const labels = new Map<string, string>()
    const taken = new Set<string>()
    for (const [identity, zone] of [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const names = this.#texts(identity).filter(text => text !== zone.id)
      const label = (names.length === 1 ? names[0] : zone.id) ?? zone.region
      const unique = taken.has(label) ? `${label} (${zone.id ?? zone.account ?? 'no account'})` : label
      taken.add(unique)
      labels.set(identity, unique)
    }
    return labels
  }
}

/** The zone behind a stored key; '' is no zone. */
export const zoneOf = (key: string): Zone | undefined => (key === '' ? undefined : parseZoneKey(key))
