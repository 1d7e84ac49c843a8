import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Peer } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Directory } from '../../server/directory/directory.ts'
import type { Listing } from '../../server/directory/whole-listing.ts'
import { cart, cartService, minutes, pod, shop, web, zoneA, zoneB } from '../server/directory/shop.ts'

/** A directory behind which a test can change the world. */
export interface ShownDirectory {
  readonly directory: Directory
  /** The adapter's source looks like this at `at`; resolves when the directory has taken it in. */
  show(listing: Listing, at: EpochMs): Promise<void>
  /** Stops, and starts anew on the same data at `at`, with the source as it was shown last. */
  restart(at: EpochMs): Promise<void>
  close(): Promise<void>
}

/** What every adapter of the Directory port must hold. */
export function directoryContract(name: string, open: (first: Listing, at: EpochMs) => Promise<ShownDirectory>): void {
  const moved = { ...shop, pods: [cart, pod('cart-1', 'node-b', '10.244.1.10')] }
  const generationOf = (directory: Directory) =>
    directory.servicesBehind('lab', '10.244.2.20', 8080, 6, minutes(39))[0]?.generations.at(-1)?.generation

  suite(`directory contract: ${name}`, () => {
    let shown: ShownDirectory
    const placed = (address: string, port: number, at: EpochMs) => shown.directory.place('lab', address, port, at)
    before(async () => {
      shown = await open(shop, minutes(10))
    })
    after(() => shown.close())

    test('ends are placed as who was listed there, in their node’s zone', () => {
      const cases: [address: string, port: number, who: string, zone: string | undefined, node: string | undefined][] =
        [
          ['10.244.1.10', 8080, 'pod web-0', 'lab-1a', 'node-a'],
          ['10.244.1.10', 0, 'pod web-0', 'lab-1a', 'node-a'],
          ['10.20.1.1', 0, 'node node-a', 'lab-1a', 'node-a'],
          ['10.20.1.1', 443, 'pod ingress-0', 'lab-1a', 'node-a'],
          ['FD20:1:0::1', 443, 'pod ingress-0', 'lab-1a', 'node-a'],
          ['10.96.0.10', 80, 'service cart', undefined, undefined],
          ['10.20.1.200', 0, 'aws eni-1', 'lab-1a', undefined],
          ['10.20.2.9', 0, 'subnet subnet-b', 'lab-1b', undefined],
          ['10.20.2.200', 0, 'subnet subnet-b-half', 'lab-1a', undefined],
          ['198.51.100.7', 0, 'subnet subnet-public', 'lab-1b', undefined],
          ['192.0.2.1', 0, 'internet', undefined, undefined],
          ['10.99.0.1', 0, 'unplaced: never listed', undefined, undefined],
          ['web-0', 0, 'unplaced: not an address', undefined, undefined],
        ]
      for (const [address, port, who, zone, node] of cases) {
        const found = placed(address, port, minutes(10))
        assert.deepEqual([whoIs(found.peer), found.zone?.name, found.node], [who, zone, node], `${address}:${port}`)
      }
    })

    test('a cluster that was never read has no directory', () => {
      assert.equal(whoIs(shown.directory.place('other', '10.244.1.10', 0, minutes(10)).peer), 'unplaced: no directory')
    })

    test('after the watermark a private address may still be listed', () => {
      const { directory } = shown
      assert.ok(directory.watermark('lab') >= minutes(10))
      assert.equal(whoIs(placed('10.99.0.1', 0, minutes(600)).peer), 'unplaced: not yet listed')
    })

    test('an address that moves ends the old label and opens the new one at the same moment', async () => {
      const old = placed('10.244.1.10', 0, minutes(10)).label
      await shown.show(moved, minutes(20))
      const next = placed('10.244.1.10', 0, minutes(20)).label
      assert.equal(whoIs(placed('10.244.1.10', 0, (minutes(20) - 1) as EpochMs).peer), 'pod web-0')
      assert.equal(next?.peer.kind === 'pod' && next.peer.name, 'cart-1')
      assert.equal(next?.from, minutes(20))
      assert.notEqual(next?.id, old?.id)
      assert.equal(shown.directory.label(old?.id ?? 0)?.to, minutes(20))
    })

    test('a pod that disappears is gone from the read on, and was there before', async () => {
      await shown.show({ ...moved, pods: [cart] }, minutes(30))
      assert.equal(whoIs(placed('10.244.1.10', 0, minutes(29)).peer), 'pod cart-1')
      assert.equal(whoIs(placed('10.244.1.10', 0, minutes(30)).peer), 'unplaced: gone')
    })

    test('the generation of a Service rises with its routing, and with nothing else', async () => {
      const first = generationOf(shown.directory)
      const later = { ...shop, pods: [cart], services: [{ ...cartService, addresses: ['10.96.0.11'] }] }
      await shown.show(later, minutes(33))
      assert.equal(generationOf(shown.directory), first)
      const routed = { ...later, services: [{ ...cartService, routing: '{"trafficDistribution":"PreferClose"}' }] }
      await shown.show(routed, minutes(36))
      assert.equal(generationOf(shown.directory), (first ?? 0) + 1)
    })

    test('a restart keeps ids, intervals and generations', async () => {
      const before = [placed('10.244.2.20', 0, minutes(39)).label, generationOf(shown.directory)]
      await shown.restart(minutes(40))
      assert.deepEqual([placed('10.244.2.20', 0, minutes(39)).label, generationOf(shown.directory)], before)
      assert.equal(whoIs(placed('10.244.1.10', 0, minutes(15)).peer), 'pod web-0')
    })

    test('an agent gets everything once, then what changed for it', async () => {
      const { directory } = shown
      const first = directory.updateFor('lab', 'node-a', undefined)
      assert.equal(first?.reset, true)
      assert.deepEqual([...(first?.nodeAddresses ?? [])].sort(), ['10.20.1.1', 'fd20:1::1'])
      assert.equal(directory.updateFor('lab', 'node-a', first?.cursor), undefined)
      await shown.show({ ...shop, pods: [cart, web], services: [] }, minutes(50))
      const second = directory.updateFor('lab', 'node-a', first?.cursor)
      assert.equal(second?.reset, false)
      assert.deepEqual(
        second?.labels.map(label => whoIs(label.peer)),
        ['pod web-0'],
      )
      assert.deepEqual(
        second?.services.map(({ name, to }) => [name, to]),
        [['cart', minutes(50)]],
      )
    })

    test('who asked for an address is told when who is there changes; others are not', async () => {
      const { directory } = shown
      const answer = directory.ask('lab', 'node-a', ['10.244.2.20', '10.99.0.1', '192.0.2.1'], minutes(51))
      assert.deepEqual(
        answer.labels.map(label => whoIs(label.peer)),
        ['pod cart-0'],
      )
      assert.deepEqual(answer.unknown, ['10.99.0.1', '192.0.2.1'])
      const cursors = ['node-a', 'node-c'].map(node => directory.updateFor('lab', node, undefined)?.cursor)
      await shown.show({ ...shop, pods: [web, pod('cart-9', 'node-b', '10.99.0.1')], services: [] }, minutes(60))
      const told = directory.updateFor('lab', 'node-a', cursors[0])
      assert.deepEqual(told?.labels.map(label => [whoIs(label.peer), label.to]).sort(), [
        ['pod cart-0', minutes(60)],
        ['pod cart-9', null],
      ])
      assert.equal(directory.updateFor('lab', 'node-c', cursors[1]), undefined)
    })

    test('nodes are those that were there, with their zones', async () => {
      await shown.show({ ...shop, nodes: shop.nodes.slice(0, 1), pods: [web] }, minutes(70))
      assert.deepEqual(
        [...shown.directory.nodes('lab', minutes(69))],
        [
          ['node-a', zoneA],
          ['node-b', zoneB],
        ],
      )
      assert.deepEqual([...shown.directory.nodes('lab', minutes(70))], [['node-a', zoneA]])
    })
  })
}

/** A peer in words. */
export function whoIs(peer: Peer): string {
  switch (peer.kind) {
    case 'pod':
    case 'node':
    case 'service':
      return `${peer.kind} ${peer.name}`
    case 'aws':
    case 'subnet':
      return `${peer.kind} ${peer.id}`
    case 'internet':
      return 'internet'
    case 'unplaced':
      return `unplaced: ${peer.reason}`
  }
}
