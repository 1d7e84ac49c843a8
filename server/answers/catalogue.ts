import { type PairGroup, pairGroups } from '@weir/contract/queries.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { SeriesId, SeriesKey } from '../store/series.ts'
import { IntColumn, Interner } from './columns.ts'
import { endName, endText, pairEnds, serviceEnd } from './ends.ts'
import { crossingOf, crossings, gaps, hopPlaces, type Place, placeLabel, placeNames, placeOf } from './places.ts'
import { ZoneBook } from './zone-book.ts'

/** Where the catalogue reads series from: the store. */
export interface SeriesSource {
  series(id: SeriesId): SeriesKey
  seriesCount(): number
}

/** One table of groups: `of` maps a series to its group; `example` maps a group to one of its series. */
export interface Groups {
  readonly of: IntColumn
  readonly keys: Interner
  readonly example: IntColumn
}

const groups = (): Groups => ({ of: new IntColumn(), keys: new Interner(), example: new IntColumn() })

/**
 * Everything the folds ask of a series, as numbers by series id, so that grouping 200,000 series touches no text.
 * Grows with the store; what depends on zones is worked out anew when the zone book has learnt something.
 */
export class SeriesCatalogue {
  readonly book = new ZoneBook()
  readonly texts = new Interner()
  readonly cluster = new IntColumn()
  readonly initiatorNamespace = new IntColumn()
  readonly responderNamespace = new IntColumn()
  readonly initiator = new IntColumn()
  readonly responder = new IntColumn()
  readonly via = new IntColumn()
  /** Text of the reason why an end is unplaced (the initiator's first), or -1. */
  readonly unplaced = new IntColumn()
  /** Numbers of places: of the hop's two machines, and of the pair's two ends. */
  readonly near = new IntColumn()
  readonly far = new IntColumn()
  readonly initiatorPlace = new IntColumn()
  readonly responderPlace = new IntColumn()
  /** Index into `crossings`, and into `gaps` (or -1). */
  readonly crossing = new IntColumn()
  readonly gap = new IntColumn()
  readonly groups: { readonly [group in PairGroup]: Groups } = {
    service: groups(),
    workload: groups(),
    namespace: groups(),
    zone: groups(),
  }
  places: readonly Place[] = []
  /** By place number, as shown. */
  placeLabels: readonly string[] = []
  /** By place number, every text a filter may name it by. */
  placeNames: readonly (readonly string[])[] = []

  readonly #source: SeriesSource
  readonly #placeNumbers = new Interner()
  #bookVersion = 0
  #zonesDone = 0

  constructor(source: SeriesSource) {
    this.#source = source
  }

  get length(): number {
    return this.cluster.length
  }

  key(id: SeriesId): SeriesKey {
    return this.#source.series(id)
  }

  learnZones(zones: Iterable<Zone | undefined>): void {
    for (const zone of zones) if (zone !== undefined) this.book.learn(zone)
  }

  /** Takes up the series and zones that are new. To be called before every fold. */
  sync(): void {
    for (let id = this.length; id < this.#source.seriesCount(); id++) this.#add(this.#source.series(id))
    if (this.#bookVersion !== this.book.version) {
      this.#bookVersion = this.book.version
      this.#zonesDone = 0
      const { zone } = this.groups
      zone.of.clear()
      this.crossing.clear()
      this.gap.clear()
      this.#labelPlaces()
    }
    for (; this.#zonesDone < this.length; this.#zonesDone++) this.#resolveZones(this.#zonesDone)
  }

  #add(key: SeriesKey): void {
    const text = (value: string) => this.texts.number(value)
    const responder = serviceEnd(key)
    this.cluster.push(text(key.cluster))
    this.initiatorNamespace.push(text(key.initiator.namespace))
    this.responderNamespace.push(text(responder.namespace))
    this.initiator.push(text(endName(key.initiator)))
    this.responder.push(text(responder.name))
    this.via.push(text(key.via))
    const unplaced = [key.initiator, key.responder].find(end => end.kind === 'unplaced')
    this.unplaced.push(unplaced === undefined ? -1 : text(unplaced.name))
    const hop = hopPlaces(key)
    this.near.push(this.#place(hop.near))
    this.far.push(this.#place(hop.far))
    this.initiatorPlace.push(this.#place(placeOf(key.initiator.kind, key.initiator.zone)))
    this.responderPlace.push(this.#place(placeOf(key.responder.kind, key.responder.zone)))
    for (const group of pairGroups) if (group !== 'zone') this.#join(group, this.length - 1, key, '', '')
  }

  #place(place: Place): number {
    return this.#placeNumbers.number(JSON.stringify(place), () => {
      this.places = [...this.places, place]
      if (place.kind === 'zone') this.book.learn(place.zone)
      this.#labelPlaces()
    })
  }

  #labelPlaces(): void {
    this.placeLabels = this.places.map(place => placeLabel(place, this.book))
    this.placeNames = this.places.map(place => placeNames(place, this.book))
  }

  #resolveZones(id: SeriesId): void {
    const near = this.near.values[id] ?? 0
    const far = this.far.values[id] ?? 0
    const [a, b] = [this.places[near], this.places[far]]
    if (a === undefined || b === undefined) throw new RangeError(`series ${id} has no places`)
    const { crossing, why } = crossingOf(a, b, this.book)
    this.crossing.push(crossings.indexOf(crossing))
    this.gap.push(why === undefined ? -1 : gaps.indexOf(why))
    this.#join('zone', id, this.key(id), this.placeLabels[near] ?? '', this.placeLabels[far] ?? '')
  }

  #join(group: PairGroup, id: SeriesId, key: SeriesKey, nearZone: string, farZone: string): void {
    const table = this.groups[group]
    const [initiator, responder] = pairEnds(group, key, nearZone, farZone)
    const text = [key.cluster, endText(initiator), endText(responder)].join('|')
    table.of.push(table.keys.number(text, () => table.example.push(id)))
  }
}
