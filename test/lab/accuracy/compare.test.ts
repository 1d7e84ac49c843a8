import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { shop } from '../shop.ts'
import type { Truth } from '../truth.ts'
import { compare, figure } from './compare.ts'
import { addressOf, path, paths } from './paths.ts'
import { complaints } from './report.ts'

const layout = shop(1500)
const amounts = (up: number, down: number) => ({
  bytesToResponder: up,
  bytesToInitiator: down,
  wireToResponder: up,
  wireToInitiator: down,
  connections: 1,
})

test('an estimate within half a per cent is within the bar, one beyond it is not', () => {
  equal(figure('a', { up: 1000, down: 9000 }, [amounts(1000, 9050)]).within, true)
  equal(figure('a', { up: 1000, down: 9000 }, [amounts(1000, 9051)]).within, false)
})

test('a path that Weir has not seen misses the bar', () => {
  const missed = figure('a', { up: 1000, down: 9000 }, [])
  equal(missed.off, -1)
  match(complaints({ name: '', figures: [missed], unequal: [], oversizeFrames: 0, from: 0, to: 0 })[0] ?? '', /-100/)
})

test('a path that the wire has not seen misses the bar', () => {
  equal(figure('a', { up: 0, down: 0 }, []).within, false)
})

test('the wire bytes of a path with two hops are those of both hops, of its own addresses only', () => {
  const twoHops = path(
    '',
    'outside',
    '',
    [
      { near: 'outside', far: ['b2'] },
      { near: 'b2', far: ['web-1'] },
    ],
    [],
  )
  const at = (name: string) => addressOf(layout, name, 'v4')
  const count = (from: string, to: string, bytes: number) => ({
    source: at(from),
    destination: at(to),
    protocol: 'tcp',
    bytes,
    frames: 1,
  })
  const truth: Truth = {
    counts: [
      count('outside', 'b2', 1),
      count('b2', 'outside', 10),
      count('b2', 'web-1', 100),
      count('web-1', 'b2', 1000),
      count('outside', 'web-1', 1e6),
    ],
    oversizeFrames: 0,
  }
  const { wireUp, wireDown } = compare(layout, twoHops, truth, [])
  deepEqual([wireUp, wireDown], [101, 1010])
})

test('no two paths share a pair of names or of addresses, so that they can run at once', () => {
  const names = paths.flatMap(p => p.pairs.map(([from, to]) => `${from} ${to}`))
  equal(new Set(names).size, names.length)
  const hops = paths.flatMap(p =>
    p.hops.flatMap(({ near, far }) =>
      far.map(name => [addressOf(layout, near, p.family), addressOf(layout, name, p.family)].sort().join(' ')),
    ),
  )
  equal(new Set(hops).size, hops.length)
})
