import type { Peer } from '@weir/contract/peers.ts'
import type { PairGroup } from '@weir/contract/queries.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { type SidesBook, sidesOf } from '../pricing/billed-sides.ts'
import { crossZonePathOf, hopEnds } from '../pricing/path-of.ts'
import type { SeriesId, SeriesKey } from '../store/series.ts'
import { hasService, severalOf } from '../store/several-services.ts'
import { IntColumn, Interner } from './columns.ts'
import { type EndIdentity, endText, namespaceEnd, pairEnds, workloadEnd, zoneEnd } from './ends.ts'
import { Groups } from './groups.ts'
import { crossingOf, crossings, gaps, type Place, placeLabel, placeNames, placeOf } from './places.ts'
import { ZoneBook } from './zone-book.ts'

const CROSS_ZONE = crossings.indexOf('cross-zone')

/** Where the catalogue reads series from: the store. */
export interface SeriesSource {
  series(id: SeriesId): SeriesKey
  seriesCount(): number
}

/** Numbers of an end under every grouping, and of the texts that filters look at. */
interface EndNumbers {
  readonly end: number
  readonly namespaceEnd: number
  readonly nameText: number
  readonly namespaceText: number
}

/**
 * Everything the folds ask of a series, as numbers by series id, so that grouping 200,000 series touches no text.
 * Grows with the store; what depends on zones is worked out anew when the zone book has learnt something.
 */
export class SeriesCatalogue {
  readonly book = new ZoneBook()
  readonly texts = new Interner()
  readonly cluster = new IntColumn()
  readonly responderCluster = new IntColumn()
  readonly initiatorNamespace = new IntColumn()
  readonly responderNamespace = new IntColumn()
  readonly initiator = new IntColumn()
  readonly responder = new IntColumn()
  /** Text of the reason why an end is unplaced (the initiator's first), or -1. */
  readonly unplaced = new IntColumn()
  /** Series whose responder several Services claim. */
  readonly claimedBySeveral = new Set<SeriesId>()
  /** Numbers of places: of the hop's two machines, and of the pair's two ends. */
  readonly near = new IntColumn()
  readonly far = new IntColumn()
  readonly initiatorPlace = new IntColumn()
  readonly responderPlace = new IntColumn()
  /** Index into `crossings`, and into `gaps` (or -1). */
  readonly crossing = new IntColumn()
  readonly gap = new IntColumn()
  /** Sides that AWS bills on the path of the hop: 0 to 2. */
  readonly sides = new IntColumn()
  readonly groups: { readonly [group in PairGroup]: Groups } = {
    service: new Groups(),
    workload: new Groups(),
    namespace: new Groups(),
    zone: new Groups(),
  }
  readonly places: Place[] = []
  /** By place number, as shown. */
  placeLabels: readonly string[] = []
  /** By place number, every text a filter may name it by. */
  placeNames: readonly (readonly string[])[] = []

  readonly #source: SeriesSource
  readonly #billedSides: SidesBook
  /** Sides billed if the hop crosses zones, which may become known later. */
  readonly #sidesAcross = new IntColumn()
  readonly #ends = new Interner()
  readonly #endNumbers = new Map<string, EndNumbers>()
  /** Numbers of zones' places by zone key, and of the others by what they are. */
  readonly #placeNumbers = new Map<string, number>()
  /** By pair of places, while zones are being resolved: crossing, gap and the ends' numbers. */
  readonly #crossings = new Map<number, readonly [crossing: number, gap: number, near: number, far: number]>()
  #bookVersion = 0
  #zonesDone = 0

  constructor(source: SeriesSource, billedSides: SidesBook = new Map()) {
    this.#source = source
    this.#billedSides = billedSides
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
    for (let id = this.length; id < this.#source.seriesCount(); id++) {
      const key = this.#source.series(id)
      if (severalOf(key).length > 0) this.claimedBySeveral.add(id)
      this.#add(key)
    }
    if (this.#bookVersion !== this.book.version) {
      this.#bookVersion = this.book.version
      this.#zonesDone = 0
      this.groups.zone.clear()
      this.crossing.clear()
      this.gap.clear()
      this.sides.clear()
      this.#labelPlaces()
    }
    this.#crossings.clear()
    for (; this.#zonesDone < this.length; this.#zonesDone++) this.#resolveZones(this.#zonesDone)
  }

  /** Who is at both ends of a group. */
  ends(group: PairGroup, number: number): readonly [EndIdentity, EndIdentity] {
    const series = this.groups[group].example.values[number] ?? 0
    const label = (place: number | undefined) => this.placeLabels[place ?? 0] ?? ''
    if (group === 'zone') return [zoneEnd(label(this.near.values[series])), zoneEnd(label(this.far.values[series]))]
    return pairEnds(group, this.key(series))
  }

  /** The cluster a group is in. */
  clusterOf(group: PairGroup, number: number): string {
    return this.key(this.groups[group].example.values[number] ?? 0).cluster
  }

  #add(key: SeriesKey): void {
    const { initiator, responder, leg, viaZone, serviceName, responderCluster: elsewhere } = key
    const cluster = this.texts.number(key.cluster)
    const from = this.#numbers(initiator.kind, initiator.namespace, initiator.workloadKind, initiator.name)
    const to = this.#numbers(responder.kind, responder.namespace, responder.workloadKind, responder.name, elsewhere)
    const service = !hasService(key) ? to : this.#numbers('service', key.serviceNamespace, '', serviceName, elsewhere)
    this.cluster.push(cluster)
    this.responderCluster.push(elsewhere === undefined ? cluster : this.texts.number(elsewhere))
    this.initiatorNamespace.push(from.namespaceText)
    this.responderNamespace.push(service.namespaceText)
    this.initiator.push(from.nameText)
    this.responder.push(service.nameText)
    this.unplaced.push(initiator.kind === 'unplaced' ? from.nameText : responder.kind === 'unplaced' ? to.nameText : -1)
    const initiatorPlace = this.#place(initiator.kind, initiator.zone)
    const responderPlace = this.#place(responder.kind, responder.zone)
    const viaPlace = leg === 'direct' ? -1 : this.#place('node', viaZone)
    this.initiatorPlace.push(initiatorPlace)
    this.responderPlace.push(responderPlace)
    this.near.push(leg === 'second' ? viaPlace : initiatorPlace)
    this.far.push(leg === 'first' ? viaPlace : responderPlace)
    const { near, far } = hopEnds(key)
    this.#sidesAcross.push(sidesOf(crossZonePathOf(near, far), this.#billedSides))
    this.groups.service.push(cluster, from.end, service.end)
    this.groups.workload.push(cluster, from.end, to.end)
    this.groups.namespace.push(cluster, from.namespaceEnd, service.namespaceEnd)
  }

  /** An end's numbers: ends come by the thousand in series by the hundred thousand. */
  #numbers(kind: Peer['kind'], namespace: string, workloadKind: string, name: string, cluster?: string): EndNumbers {
    const text = `${cluster ?? ''}:${kind}/${namespace}/${workloadKind}/${name}`
    const known = this.#endNumbers.get(text)
    if (known !== undefined) return known
    const end = workloadEnd({ kind, namespace, workloadKind, name }, cluster)
    const numbers = {
      end: this.#ends.number(endText(end)),
      namespaceEnd: this.#ends.number(endText(namespaceEnd(end))),
      nameText: this.texts.number(end.name),
      namespaceText: this.texts.number(namespace),
    }
    this.#endNumbers.set(text, numbers)
    return numbers
  }

  #place(kind: Peer['kind'], zoneKey: string): number {
    const text = zoneKey === '' || kind === 'internet' ? kind : zoneKey
    const known = this.#placeNumbers.get(text)
    if (known !== undefined) return known
    const place = placeOf(kind, zoneKey)
    const number = this.places.push(place) - 1
    this.#placeNumbers.set(text, number)
    if (place.kind === 'zone') this.book.learn(place.zone)
    this.#labelPlaces()
    return number
  }

  #labelPlaces(): void {
    this.placeLabels = this.places.map(place => placeLabel(place, this.book))
    this.placeNames = this.places.map(place => placeNames(place, this.book))
  }

  #resolveZones(id: SeriesId): void {
    const near = this.near.values[id] ?? 0
    const far = this.far.values[id] ?? 0
    const pair = near * this.places.length + far
    let found = this.#crossings.get(pair)
    if (found === undefined) {
      const [a, b] = [this.places[near], this.places[far]]
      if (a === undefined || b === undefined) throw new RangeError(`series ${id} has no places`)
      const { crossing, why } = crossingOf(a, b, this.book)
      const ends = [near, far].map(place => this.#ends.number(`zone ${this.placeLabels[place]}`))
      found = [crossings.indexOf(crossing), why === undefined ? -1 : gaps.indexOf(why), ends[0] ?? 0, ends[1] ?? 0]
      this.#crossings.set(pair, found)
    }
    const [crossing, gap, nearEnd, farEnd] = found
    this.crossing.push(crossing)
    this.gap.push(gap)
    this.sides.push(crossing === CROSS_ZONE ? (this.#sidesAcross.values[id] ?? 0) : 0)
    this.groups.zone.push(this.cluster.values[id] ?? 0, nearEnd, farEnd)
  }
}
