import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { createDirectory } from '../../../server/directory/label-directory.ts'
import type { ServiceOfWorkloads } from '../../../server/directory/whole-listing.ts'
import { createIngest } from '../../../server/ingest/ingest.ts'
import { severalOf } from '../../../server/store/several-services.ts'
import { cartService, service, shop } from '../directory/shop.ts'
import { gateOf } from '../trust/gates.ts'
import { batchOf, type TestRow } from './batches.ts'
import { MemoryStore } from './memory-store.ts'
import { T0 } from './stage.ts'

const WEB = '10.244.1.10'
const CART = '10.244.2.20'
const NODE_B = '10.20.2.1'
const ofCart = { workloads: [{ kind: 'Deployment', name: 'cart' }] }
const admin = service('admin', '10.96.0.11', { ...ofCart, ports: [{ port: 9090, protocol: 6 }] })
const canary = service('canary', '10.96.0.12', ofCart)
const many = 'abcdef'.split('').map((name, i) => service(name, `10.96.1.${i}`, ofCart))
const nodePort = (name: string, address: string) =>
  service(name, address, { ports: [{ port: 80, protocol: 6, targetPort: 8080, nodePort: 30_080 }] })

/** Offers one row of node-a's agent and gives the series under which it counts. `dialled`: the address of a Service. */
async function counted(services: ServiceOfWorkloads[], row: Partial<TestRow>, dialled?: string) {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply({ ...shop, services }, epochMs(T0 - MINUTE_MS))
  directory.advance('lab', epochMs(T0 + 60 * MINUTE_MS))
  const [known] = dialled === undefined ? [] : directory.servicesBehind('lab', dialled, 80, 6, epochMs(T0))
  const store = new MemoryStore()
  const recovered = await store.start()
  const ingest = createIngest({
    store,
    recovered: () => recovered,
    directory,
    gate: gateOf(),
    now: () => T0 + 20_000,
    log: line => {
      throw new Error(line)
    },
    sealAfterMs: 15 * MINUTE_MS,
    sealEveryMs: 2 ** 31 - 1,
  })
  await ingest.part.start()
  const asked = known === undefined ? {} : { service: known.id, dialled: 'cluster-ip' as const }
  const rows = [{ initiator: WEB, responder: CART, port: 8080, bytes: [70, 30] as const, ...asked, ...row }]
  const answer = await ingest.take({
    body: encodeBatch(batchOf({ node: 'node-a', sequence: 1, from: T0 + 10_000, to: T0 + 20_000, rows })),
    encoding: 'identity',
    identity: { identity: 'asserted' },
    receivedAt: epochMs(T0 + 20_000),
    sentAt: undefined,
    oldestSequence: undefined,
  })
  await ingest.part.stop()
  ok(answer.ok)
  const [fact] = store.facts
  ok(fact !== undefined)
  equal(fact.bytesToResponder + fact.bytesToInitiator, 100)
  return fact.series
}

const cases: [why: string, services: ServiceOfWorkloads[], row: Partial<TestRow>, dialled: string, want: string[]][] = [
  ['no Service answers', [], {}, '', []],
  ['one does', [cartService], {}, '', ['shop/cart']],
  ['two on one pod are told apart by their ports', [cartService, admin], {}, '', ['shop/cart']],
  ['each by its own', [cartService, admin], { port: 9090 }, '', ['shop/admin']],
  ['two at one port are both named', [cartService, canary], {}, '', ['shop/canary', 'shop/cart']],
  ['the one that was dialled by its address is it', [cartService, canary], {}, '10.96.0.12', ['shop/canary']],
  ['so is the other', [cartService, canary], {}, '10.96.0.10', ['shop/cart']],
  ['a port that is not known may be either’s', [cartService, admin], { port: 0 }, '', ['shop/admin', 'shop/cart']],
  ['of many, four are named', many, {}, '', ['shop/a', 'shop/b', 'shop/c', 'shop/d', '2 more']],
  [
    'two that say they have a node’s port',
    [nodePort('cart', '10.96.0.10'), nodePort('other', '10.96.0.13')],
    { responder: NODE_B, port: 30_080 },
    '',
    ['shop/cart', 'shop/other'],
  ],
]
for (const [why, services, row, dialled, want] of cases)
  test(`the Service of a row: ${why}`, async () => {
    const key = await counted(services, row, dialled === '' ? undefined : dialled)
    const one = key.serviceName === '' ? [] : [`${key.serviceNamespace}/${key.serviceName}`]
    const several = severalOf(key)
    deepEqual(several.length > 0 ? several : one, want)
    if (row.responder === undefined) equal(key.responder.name, 'cart')
  })
