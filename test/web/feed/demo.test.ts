import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { LiveFrame } from '@weir/contract/live-wire.ts'
import { type FlowFilter, type PairGroup, pairGroups } from '@weir/contract/queries.ts'
import { DemoFeed } from '../../../web/feed/demo.ts'

/** One frame of a scene, at a fixed moment. */
function frameOf(
  scene: string,
  view: 'pairs' | 'zones',
  filter: FlowFilter = {},
  group: PairGroup = 'service',
): Promise<LiveFrame> {
  const feed = new DemoFeed(scene, () => Date.UTC(2026, 10, 20, 14, 3, 24))
  return new Promise(resolve => {
    const close = feed.open({
      onFrame: frame => {
        close()
        resolve(frame)
      },
      onLink: () => undefined,
      onRefused: () => undefined,
      onViewer: () => undefined,
      onDenied: () => undefined,
    })
    feed.subscribe({ view, span: 60, filter, group, limit: 500 })
  })
}

const bytesOf = (rows: readonly { readonly bytes: number }[] = []): number =>
  rows.reduce((sum, row) => sum + row.bytes, 0)

for (const group of pairGroups)
  test(`the demo’s rows by ${group} add up to its total, as a server’s must`, async () => {
    const frame = await frameOf('', 'pairs', {}, group)
    equal(bytesOf(frame.pairs), frame.total.bytes)
    equal(bytesOf(Object.values(frame.total.byCrossing)), frame.total.bytes)
  })

test('cells of the map add up to the total of the pairs', async () => {
  const [zones, pairs] = [await frameOf('', 'zones'), await frameOf('', 'pairs')]
  equal(bytesOf(zones.cells), pairs.total.bytes)
})

test('what a filter keeps and what it leaves out are the whole', async () => {
  const [all, kept, left] = await Promise.all([
    frameOf('', 'pairs'),
    frameOf('', 'pairs', { zone: ['us-east-1a~us-east-1b'] }),
    frameOf('', 'pairs', { zone: ['!us-east-1a~us-east-1b'] }),
  ])
  ok(kept.total.bytes > 0)
  equal(kept.total.bytes + left.total.bytes, all.total.bytes)
})

test('the same moment makes the same frame', async () =>
  deepEqual(await frameOf('', 'pairs'), await frameOf('', 'pairs')))

test('nothing crosses in the quiet scene, though there is traffic', async () => {
  const { total } = await frameOf('quiet', 'zones')
  ok(total.bytes > 0)
  equal(total.byCrossing['cross-zone'].bytes, 0)
})

test('a viewer of two namespaces gets their traffic and is told so', async () => {
  const [all, own] = [await frameOf('', 'pairs'), await frameOf('scoped', 'pairs')]
  deepEqual(own.scope, ['payments', 'shop'])
  ok(own.total.bytes > 0 && own.total.bytes < all.total.bytes)
  for (const { initiator, responder } of own.pairs ?? [])
    ok([initiator, responder].some(end => end.namespace === 'shop' || end.namespace === 'payments'))
})

test('a scene there is not names those there are', () => {
  throws(() => new DemoFeed('mars', () => 0), /no demo scene “mars”; there are empty, quiet/)
})
