import { deepEqual, equal, match } from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import {
  type Authenticate,
  anyOf,
  type Denial,
  type Identity,
  unauthorised,
  unverified,
} from '../../../server/trust/authenticate.ts'
import { Gate } from '../../../server/trust/gate.ts'
import { RateLimit } from '../../../server/trust/rate-limit.ts'
import { gateOf } from './gates.ts'

const request = () => new IncomingMessage(new Socket())
const no =
  (reason: Denial['reason']): Authenticate =>
  async () =>
    unauthorised(reason, reason)
const yes: Authenticate = async () => ({ identity: 'proven', cluster: 'lab', node: 'a1' })
const away: Authenticate = async () => unverified('the API server does not answer', 3)

const ways: [why: string, ways: Authenticate[], reason: string][] = [
  ['the first way in that opens is taken', [no('wrong secret'), yes], 'in'],
  ['a way that cannot be checked does not close the others', [away, yes], 'in'],
  ['the credential that got furthest says what is wrong', [no('expired'), no('wrong secret')], 'expired'],
  ['what could not be checked is asked again, whatever the others say', [no('expired'), away], 'cannot be checked'],
]
for (const [why, tried, expected] of ways)
  test(`several ways in: ${why}`, async () => {
    const found = await anyOf(tried)({ headers: {} })
    equal('identity' in found ? 'in' : found.reason, expected)
  })

const speaks: [why: string, identity: Identity, cluster: string, node: string, reason: string | undefined][] = [
  ['a proven node speaks for itself', { identity: 'proven', cluster: 'lab', node: 'a1' }, 'lab', 'a1', undefined],
  ['but not for another', { identity: 'proven', cluster: 'lab', node: 'a1' }, 'lab', 'a2', 'other node'],
  [
    'nor for its name in another cluster',
    { identity: 'proven', cluster: 'lab', node: 'a1' },
    'x',
    'a1',
    'other cluster',
  ],
  ['an asserted agent is whoever it says', { identity: 'asserted' }, 'lab', 'a2', undefined],
]
for (const [why, identity, cluster, node, reason] of speaks)
  test(why, () => {
    const gate = gateOf()
    const denial = gate.foreign(identity, cluster, node)
    equal(denial?.reason, reason)
    equal(denial?.code, reason && 'foreign')
    if (reason === 'other node') equal(gate.denials['other node'], 1)
  })

test('a proven node that comes too often is told when to come again, and another one is not held up', async () => {
  let now = 0
  let node = 'a1'
  const gate = gateOf(
    async () => ({ identity: 'proven', cluster: 'lab', node }),
    () => now,
  )
  for (let i = 0; i < 60; i++) equal('reason' in (await gate.admit(request(), 'question')), false)
  const denial = await gate.admit(request(), 'question')
  deepEqual('code' in denial && [denial.code, denial.reason, denial.retryAfterS], ['busy', 'too many requests', 1])
  node = 'a2'
  equal('reason' in (await gate.admit(request(), 'question')), false)
  node = 'a1'
  now = 1_000
  for (let i = 0; i < 5; i++) equal('reason' in (await gate.admit(request(), 'question')), false)
  equal('reason' in (await gate.admit(request(), 'question')), true)
  equal(gate.denials['too many requests'], 2)
})

test('an adapter that fails keeps the door shut: 503, logged, counted', async () => {
  const logged: string[] = []
  const authenticate: Authenticate = async () => {
    throw new Error('a bug')
  }
  const gate = new Gate({ authenticate, now: () => 0, log: line => logged.push(line) })
  const denial = await gate.admit(request(), 'batch')
  equal('code' in denial && denial.code, 'unverified')
  match(logged.join(), /a bug/)
  equal(gate.denials['cannot be checked'], 1)
})

test('buckets are bounded: the one used least lately is forgotten', () => {
  const limit = new RateLimit({ burst: 1, perSecond: 0.1 }, () => 0, 2)
  const waits = ['a', 'b', 'a', 'c', 'a', 'b'].map(key => limit.take(key))
  deepEqual(waits, [0, 0, 10, 0, 10, 0])
})
