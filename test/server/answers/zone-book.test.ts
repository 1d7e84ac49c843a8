import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Zone } from '@weir/contract/zones.ts'
import { ZoneBook } from '../../../server/answers/zone-book.ts'

const named: Zone = { region: 'r', account: '1', name: 'r-1a' }
const both: Zone = { region: 'r', account: '1', name: 'r-1a', id: 'r1-az1' }
const byId: Zone = { region: 'r', id: 'r1-az1' }
const otherAccount: Zone = { region: 'r', account: '2', name: 'r-1a' }

/** All orders of some zones. */
const orders = <T>(items: readonly T[]): T[][] =>
  items.length < 2 ? [[...items]] : items.flatMap((one, i) => orders(items.toSpliced(i, 1)).map(rest => [one, ...rest]))

test('a name, an ID and both are one zone under one label, in whatever order they are met', () => {
  for (const order of orders([named, both, byId])) {
    const book = new ZoneBook()
    for (const zone of order) book.learn(zone)
    deepEqual(
      [named, both, byId].map(zone => book.label(zone)),
      ['r-1a', 'r-1a', 'r-1a'],
    )
    deepEqual([...book.namesOf(byId)].sort(), ['r-1a', 'r1-az1'])
  }
})

test("another account's zone of the same name has a label of its own, in whatever order they are met", () => {
  for (const order of orders([both, otherAccount])) {
    const book = new ZoneBook()
    for (const zone of order) book.learn(zone)
    deepEqual([book.label(both), book.label(otherAccount)], ['r-1a', 'r-1a (2)'])
  }
})

test('one building that two accounts name differently is called by its ID', () => {
  const book = new ZoneBook()
  book.learn(both)
  book.learn({ region: 'r', account: '2', name: 'r-1c', id: 'r1-az1' })
  equal(book.label(byId), 'r1-az1')
  equal(book.label(both), 'r1-az1')
})

test('a name that was seen with two IDs maps to neither: accounts are not told apart there', () => {
  const book = new ZoneBook()
  for (const id of ['r1-az1', 'r1-az2', 'r1-az1']) book.learn({ region: 'r', name: 'r-1a', id })
  equal(book.map.size, 0)
})

test('the version rises with what is new only', () => {
  const book = new ZoneBook()
  book.learn(both)
  const { version } = book
  ok(version > 0)
  book.learn({ ...both })
  equal(book.version, version)
})
