import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Peer } from '@weir/contract/peers.ts'
import { parseZoneKey } from '@weir/contract/zones.ts'
import { crossingOf, placeLabel, placeOf } from '../../../server/answers/places.ts'
import { ZoneBook } from '../../../server/answers/zone-book.ts'
import { zoneA, zoneAByName, zoneB, zoneBById, zoneFar, zoneOther } from './world.ts'

type End = readonly [kind: Peer['kind'], zone: string]

const cases: [why: string, a: End, b: End, crossing: string, gap?: string][] = [
  ['one building', ['pod', zoneA], ['pod', zoneA], 'same-zone'],
  ['two buildings of a region', ['pod', zoneA], ['node', zoneB], 'cross-zone'],
  ['a name and an ID of one building, once the map is known', ['pod', zoneB], ['pod', zoneBById], 'same-zone'],
  ['a name here and an ID there', ['pod', zoneAByName], ['pod', zoneBById], 'cross-zone'],
  ['two regions', ['pod', zoneA], ['pod', zoneFar], 'cross-region'],
  ['the internet, from a zone', ['pod', zoneA], ['internet', ''], 'internet'],
  ['the internet, from nowhere known', ['unplaced', ''], ['internet', ''], 'internet'],
  ['an end that cannot be placed', ['unplaced', ''], ['pod', zoneA], 'unknown', 'end unplaced'],
  ['an interface without a zone', ['aws', ''], ['pod', zoneA], 'unknown', 'zone not known'],
  ['unplaced and without a zone', ['aws', ''], ['unplaced', ''], 'unknown', 'end unplaced'],
  ["another account's name", ['pod', zoneOther], ['pod', zoneB], 'unknown', 'no zone map'],
]
for (const [why, a, b, crossing, gap] of cases)
  test(`${why}: ${crossing}${gap === undefined ? '' : `, ${gap}`}`, () => {
    const book = new ZoneBook()
    for (const zone of [zoneA, zoneB, zoneFar]) book.learn(parseZoneKey(zone))
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const)
      deepEqual(crossingOf(placeOf(...x), placeOf(...y), book), {
        crossing,
        ...(gap !== undefined && { why: gap }),
      })
  })

test('a place is called by its zone, or by what is not known', () => {
  const book = new ZoneBook()
  equal(placeLabel(placeOf('pod', zoneA), book), 'us-east-1a')
  equal(placeLabel(placeOf('internet', ''), book), 'internet')
  equal(placeLabel(placeOf('unplaced', ''), book), 'unknown: end unplaced')
  equal(placeLabel(placeOf('node', ''), book), 'unknown: zone not known')
})
