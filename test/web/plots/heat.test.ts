import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { ZoneCell } from '@weir/contract/queries.ts'
import { bytes, microUsd } from '@weir/contract/units.ts'
import { cellAfter, heatGrid, SHADES, shadeOf } from '../../../web/plots/heat.ts'

const cell = (source: string, destination: string, crossing: ZoneCell['crossing'], count: number): ZoneCell => ({
  source,
  destination,
  crossing,
  bytes: bytes(count),
  wireBytes: bytes(count),
  costMicroUsd: microUsd(count),
})

test('the grid has the zones in the answer’s order, then other places', () =>
  deepEqual(heatGrid(['b', 'a'], [cell('a', 'internet', 'internet', 1)]).names, ['b', 'a', 'internet']))

test('a silent zone has its row', () => deepEqual(heatGrid(['a'], []).cells, [[undefined]]))

test('cells that share a square are added: no byte is hidden', () => {
  const grid = heatGrid(['a', 'b'], [cell('a', 'b', 'unknown', 3), cell('a', 'b', 'cross-zone', 40)])
  equal(grid.cells[0]?.[1]?.bytes, 43)
  equal(grid.cells[0]?.[1]?.crossing, 'cross-zone')
})

test('only what crosses zones sets the scale', () =>
  equal(heatGrid(['a', 'b'], [cell('a', 'a', 'same-zone', 900), cell('a', 'b', 'cross-zone', 4)]).largest, 4))

const shades: readonly [why: string, value: number, want: number][] = [
  ['nothing has no shade', 0, 0],
  ['a little has the palest', 1, 1],
  ['a quarter of the bytes is half as dark', 250, SHADES / 2],
  ['the most is the deepest', 1000, SHADES],
]
for (const [why, value, want] of shades) test(why, () => equal(shadeOf(value, 1000), want))

test('arrow keys lead to the neighbour, not over the edge, and other keys nowhere', () => {
  deepEqual(cellAfter('ArrowRight', 0, 0, 2), [0, 1])
  deepEqual(cellAfter('ArrowDown', 0, 1, 2), [1, 1])
  equal(cellAfter('ArrowUp', 0, 0, 2), undefined)
  equal(cellAfter('Enter', 0, 0, 2), undefined)
})
