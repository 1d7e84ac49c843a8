import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientToServer, Subscription } from '@weir/contract/live-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import { eventRules, type GatewayOptions } from '../../../server/live/gateway.ts'
import { bearer, guardedDoor, openDoor } from '../access/people.ts'
import { counted, T } from './facts.ts'
import { type Client, live, once, subscribe } from './live-server.ts'

const guarded = () => live({ access: guardedDoor(() => epochMs(T)) })

test('without a credential there is no connection, and nothing is kept of who tried', async () => {
  await using server = await guarded()
  for (const headers of [{}, { authorization: 'Bearer wrong-0123456789abcdef' }, { cookie: 'weir=x.y' }])
    ok(await once(server.connect(headers), 'connect_error'))
  equal(server.gateway.counts().clients, 0)
  equal(server.gateway.counts().refusedTotal, 3)
})

/** Whether the server takes an event; what follows on the same line comes after it. */
async function taken(client: Client, event: keyof ClientToServer): Promise<boolean> {
  const refused = new Promise<boolean>(resolve => client.once('refused', () => resolve(false)))
  if (event === 'unsubscribe') client.emit('unsubscribe', 'totals')
  const framed = subscribe(client, { view: 'totals' }).then(() => true)
  return Promise.race([refused, framed])
}

const events: [event: keyof ClientToServer, rule: string, who: Parameters<typeof bearer>[0], taken: boolean][] = [
  ['subscribe', 'scoped', 'nothing', false],
  ['subscribe', 'scoped', 'shop', true],
  ['subscribe', 'scoped', 'all', true],
  ['unsubscribe', 'viewer', 'shop', true],
  ['unsubscribe', 'viewer', 'all', true],
]
for (const [event, rule, who, allowed] of events)
  test(`${event} is ${allowed ? 'taken' : 'refused'} from somebody who may see ${who}`, async () => {
    equal(eventRules[event], rule)
    await using server = await guarded()
    const client = server.connect(bearer(who))
    await once(client, 'connect')
    equal(await taken(client, event), allowed)
  })

test('the table above has every event there is', () => {
  deepEqual([...new Set(events.map(([event]) => event))].sort(), Object.keys(eventRules).sort())
})

test('the handshake itself is refused, before there is any connection', async () => {
  await using server = await guarded()
  const ask = (headers: { readonly [name: string]: string }) =>
    fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers })
  equal((await ask({})).status, 403)
  equal((await ask({ ...bearer('all'), origin: 'http://evil.example' })).status, 403)
  equal((await ask(bearer('all'))).status, 200)
})

test('an event that has no rule is dead, whoever sends it', async () => {
  await using server = await guarded()
  const client = server.connect(bearer('all'))
  const refused = new Promise<{ detail: string }>(resolve => client.once('refused', resolve))
  const send: (event: string, value: unknown) => unknown = client.emit.bind(client) as never // as no browser of ours would
  send('evaluate', '1')
  match((await refused).detail, /no such event/)
})

test('each viewer gets frames of what they may see, made once for those with the same rights', async () => {
  await using server = await guarded()
  server.window.counted(counted('a', 10, { 0: 5, 1: 70 }))
  const totals = async (who: Parameters<typeof bearer>[0], subscription: Partial<Subscription> = {}) => {
    const { frame } = await subscribe(server.connect(bearer(who)), subscription)
    return [frame.scope, frame.total.bytes, frame.pairs?.length]
  }
  deepEqual(await totals('all'), ['all', 75, 2])
  deepEqual(await totals('shop'), [['shop'], 75, 2])
  deepEqual(await totals('data'), [['data'], 70, 1])
  deepEqual(await totals('data', { filter: { responder: ['cart'] } }), [['data'], 0, 0])
})

test('who may see nothing any more is told why and disconnected', { timeout: 10_000 }, async () => {
  let left = 1
  const door = openDoor()
  const access: GatewayOptions['access'] = {
    ...door,
    whoIs: visit => (left > 0 ? door.whoIs(visit) : { code: 'unauthenticated', detail: 'the session is over' }),
  }
  await using server = await live({ access, checkEveryMs: 1 })
  const client = server.connect()
  await subscribe(client)
  const [ended, gone] = [
    new Promise<{ detail: string }>(resolve => client.once('ended', resolve)),
    once(client, 'disconnect'),
  ]
  left = 0
  equal((await ended).detail, 'the session is over')
  equal(await gone, 'io server disconnect')
  equal(server.gateway.counts().clients, 0)
})

test('one viewer has so many connections and no more', async () => {
  await using server = await live({ maxClientsOfOne: 1 })
  await once(server.connect(), 'connect')
  match(String(await once(server.connect(), 'connect_error')), /too many clients/)
})
