import type { Peer } from '@weir/contract/peers.ts'
import { type Crossing, type CrossingGap, compareZones, type Zone } from '@weir/contract/zones.ts'
import { type ZoneBook, zoneOf } from './zone-book.ts'

/** Order of the codes in the catalogue's columns and of the sums by crossing. */
export const crossings = [
  'same-zone',
  'cross-zone',
  'cross-region',
  'internet',
  'unknown',
] as const satisfies readonly Crossing[]
export const gaps = ['no zone map', 'zone not known', 'end unplaced'] as const satisfies readonly CrossingGap[]

/** Where one machine of a hop stands: a zone, the internet, or nowhere known. */
export type Place =
  | { readonly kind: 'zone'; readonly zone: Zone }
  | { readonly kind: 'internet' }
  | { readonly kind: 'nowhere'; readonly why: CrossingGap }

/** zoneKey: as stored, '' when the zone is not known. */
export function placeOf(kind: Peer['kind'], zoneKey: string): Place {
  if (kind === 'internet') return { kind: 'internet' }
  const zone = zoneOf(zoneKey)
  if (zone !== undefined) return { kind: 'zone', zone }
  return { kind: 'nowhere', why: kind === 'unplaced' ? 'end unplaced' : 'zone not known' }
}

/** A hop with one machine on the internet leaves the cloud wherever the other one stands; else both must be known. */
export function crossingOf(
  a: Place,
  b: Place,
  book: ZoneBook,
): { readonly crossing: Crossing; readonly why?: CrossingGap } {
  if (a.kind === 'internet' || b.kind === 'internet') return { crossing: 'internet' }
  if (a.kind === 'nowhere' || b.kind === 'nowhere') {
    const unplaced = [a, b].some(place => place.kind === 'nowhere' && place.why === 'end unplaced')
    return { crossing: 'unknown', why: unplaced ? 'end unplaced' : 'zone not known' }
  }
  return compareZones(a.zone, b.zone, book.map)
}

/** As matrix, rows and filters call it. */
export function placeLabel(place: Place, book: ZoneBook): string {
  switch (place.kind) {
    case 'zone':
      return book.label(place.zone)
    case 'internet':
      return 'internet'
    case 'nowhere':
      return `unknown: ${place.why}`
  }
}

/** Every text a zone filter may name the place by: label, name and ID. */
export function placeNames(place: Place, book: ZoneBook): readonly string[] {
  const label = placeLabel(place, book)
  return place.kind === 'zone' ? [label, ...book.namesOf(place.zone)] : [label]
}
