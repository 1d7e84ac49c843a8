import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { NONE } from '@weir/contract/agent-wire.ts'
import type { RowKey } from '../../../agent/flows/label.ts'
import { type Sums, Tally } from '../../../agent/flows/tally.ts'
import { random } from '../../random.ts'

const key = (change: Partial<RowKey> = {}): RowKey => ({
  initiator: 11,
  responder: 22,
  via: undefined,
  leg: 'direct',
  role: 'primary',
  dialled: 'direct',
  service: undefined,
  protocol: 6,
  port: 8080,
  generation: 0,
  ...change,
})
const sums = (bytesToResponder: number): Sums => ({
  bytesToResponder,
  bytesToInitiator: 2 * bytesToResponder,
  wireToResponder: bytesToResponder,
  wireToInitiator: 2 * bytesToResponder,
  connections: 1,
})
const wireOf = (rows: readonly (readonly [RowKey, Sums])[]) => {
  const tally = new Tally()
  for (const [of, add] of rows) tally.add(of, add)
  return tally.toWire()
}

test('rows of one key are one row with all their bytes', () => {
  const { rows } = wireOf([
    [key(), sums(10)],
    [key(), sums(5)],
  ])
  equal(rows.count, 1)
  deepEqual([rows.bytesToResponder[0], rows.bytesToInitiator[0], rows.connections[0]], [15, 30, 2])
})

for (const [why, change] of [
  ['another end', { responder: 23 }],
  ['another leg', { leg: 'second', via: 5 }],
  ['another role', { role: 'witness' }],
  ['another way of dialling', { dialled: 'node-port' }],
  ['a Service', { service: 0 }],
  ['another protocol', { protocol: 17 }],
  ['another port', { port: 0 }],
  ['another generation', { generation: 1 }],
] as const satisfies readonly [string, Partial<RowKey>][])
  test(`${why} is a row of its own`, () => {
    const tally = new Tally()
    tally.add(key(), sums(1))
    tally.add(key(change), sums(1))
    equal(tally.size, 2)
  })

test('equal windows are equal bytes, in whatever order their rows came', () => {
  const next = random(7)
  const rows = Array.from(
    { length: 200 },
    (_, i) =>
      [
        key({
          initiator: i % 3 === 0 ? i : `10.0.0.${i}`,
          responder: (i * 7) % 50,
          service: i % 4 === 0 ? i % 9 : undefined,
          ...(i % 5 === 0 && { leg: 'first', via: `10.9.0.${i}` }),
        }),
        sums(i),
      ] as const,
  )
  const shuffled = [...rows].sort(() => next() - 0.5)
  deepEqual(wireOf(rows), wireOf(shuffled))
})

test('ends and services are tables without repetition: ids by number, then addresses', () => {
  const { ends, services, rows } = wireOf([
    [key({ responder: '10.0.0.9', service: 8 }), sums(1)],
    [key({ initiator: 100, responder: 9, via: 11, leg: 'second', service: 3 }), sums(2)],
  ])
  deepEqual(ends, [9, 11, 100, '10.0.0.9'])
  deepEqual(services, [3, 8])
  const first = rows.via.indexOf(NONE)
  const second = 1 - first
  deepEqual([ends[rows.initiator[first] ?? NONE], ends[rows.responder[first] ?? NONE]], [11, '10.0.0.9'])
  deepEqual([ends[rows.via[second] ?? NONE], services[rows.service[second] ?? NONE]], [11, 3])
})

test('rows taken from the wire add up with others, and come back the same', () => {
  const rows = [
    [key(), sums(10)],
    [key({ via: '10.0.0.1', leg: 'first', service: 4, dialled: 'cluster-ip' }), sums(7)],
  ] as const
  const again = new Tally()
  again.addWire(wireOf(rows))
  deepEqual(again.toWire(), wireOf(rows))
  again.addWire(wireOf(rows))
  ok(
    again
      .toWire()
      .rows.bytesToResponder.every((bytes, i) => bytes === 2 * (wireOf(rows).rows.bytesToResponder[i] ?? 0)),
  )
})
