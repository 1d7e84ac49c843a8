import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type ReviewToken, type TokenReview, tokenReview } from '../../../server/trust/token-review.ts'
import { ACCOUNT, AUDIENCE, bearer, boundTo, ISSUER, issuerWith, NOW, type TokenWishes } from './tokens.ts'

const issuer = await issuerWith('one')
const good: TokenReview = {
  authenticated: true,
  username: 'system:serviceaccount:weir:agent',
  groups: ['system:serviceaccounts'],
  audiences: [AUDIENCE],
  extra: {
    'authentication.kubernetes.io/pod-name': ['agent-x7'],
    'authentication.kubernetes.io/pod-uid': ['uid-of-agent-x7'],
    'authentication.kubernetes.io/node-name': ['a1'],
  },
}
const { 'authentication.kubernetes.io/node-name': _, ...withoutNode } = good.extra

function wall(review: ReviewToken, serviceAccount = ACCOUNT) {
  const stage = { now: NOW, logged: '', calls: 0, listed: new Map([['uid-of-agent-x7', 'a1']]) }
  const authenticate = tokenReview({
    audience: AUDIENCE,
    serviceAccount,
    cluster: 'lab',
    review: (token, audience) => {
      stage.calls++
      return review(token, audience)
    },
    nodeOfPod: (_, { uid = '' }) => stage.listed.get(uid),
    now: () => stage.now,
    log: line => {
      stage.logged += line
    },
  })
  return Object.assign(stage, { authenticate })
}

test('a token that the API server vouches for proves its node', async () => {
  const at = wall(async () => good)
  deepEqual(await at.authenticate(bearer(await issuer.token())), { identity: 'proven', cluster: 'lab', node: 'a1' })
})

test('where the token names only its pod, the directory says the node (before Kubernetes 1.32)', async () => {
  const at = wall(async () => ({ ...good, extra: withoutNode }))
  deepEqual(await at.authenticate(bearer(await issuer.token())), { identity: 'proven', cluster: 'lab', node: 'a1' })
})

test('of several service accounts each is let in, and its pod is looked for in its own namespace', async () => {
  const reader = { ...good, username: 'system:serviceaccount:logs:reader', extra: withoutNode }
  const at = wall(async () => reader, `${ACCOUNT},logs/reader`)
  const token = await issuer.token({ subject: reader.username })
  deepEqual(await at.authenticate(bearer(token)), { identity: 'proven', cluster: 'lab', node: 'a1' })
})

const cheap: [why: string, token: string | TokenWishes | undefined, reason: string][] = [
  ['no token', undefined, 'no credential'],
  ['garbage', 'abc', 'malformed token'],
  ['garbage in three parts', 'a.b.c', 'malformed token'],
  ['a token of 20 KB', 'x'.repeat(20_000), 'no credential'],
  ['a token for the API server', { audience: 'https://kubernetes.default.svc' }, 'other audience'],
  ['a token that has expired', { expiresAt: NOW - 1_000 }, 'expired'],
  ['a token of another service account', { subject: 'system:serviceaccount:weir:server' }, 'other service account'],
  ['a token of its namesake elsewhere', { subject: 'system:serviceaccount:shop:agent' }, 'other service account'],
  ['a token of a person', { subject: 'admin' }, 'other service account'],
]
for (const [why, given, reason] of cheap)
  test(`refused without asking the API server: ${why}`, async () => {
    const at = wall(async () => good)
    const token = typeof given === 'object' ? await issuer.token(given) : given
    const denial = await at.authenticate(token === undefined ? { headers: {} } : bearer(token))
    deepEqual('reason' in denial && [denial.code, denial.reason], ['unauthorised', reason])
    equal(at.calls, 0)
  })

const told: [why: string, status: Partial<TokenReview>, code: string, reason: string][] = [
  [
    'the pod is gone (revoked)',
    { authenticated: false, username: '', error: 'pod has been deleted' },
    'unauthorised',
    'not authenticated',
  ],
  ['the API server knows no audiences', { audiences: [] }, 'unauthorised', 'other audience'],
  ['it is good for another audience', { audiences: ['vault'] }, 'unauthorised', 'other audience'],
  [
    'the claims lied about the account',
    { username: 'system:serviceaccount:shop:web' },
    'unauthorised',
    'other service account',
  ],
  ['it is bound to nothing', { extra: {} }, 'unauthorised', 'no node'],
  [
    'its pod is not listed yet',
    { extra: { 'authentication.kubernetes.io/pod-uid': ['uid-of-agent-new'] } },
    'unverified',
    'no node',
  ],
]
for (const [why, status, code, reason] of told)
  test(`refused after asking: ${why}`, async () => {
    const at = wall(async () => ({ ...good, ...status }))
    const denial = await at.authenticate(bearer(await issuer.token()))
    deepEqual('reason' in denial && [denial.code, denial.reason], [code, reason])
  })

test('an agent that was quicker than the watch is let in as soon as its pod is listed', async () => {
  const at = wall(async () => ({ ...good, extra: withoutNode }))
  at.listed.clear()
  const token = await issuer.token()
  ok('reason' in (await at.authenticate(bearer(token))))
  at.listed.set('uid-of-agent-x7', 'a1')
  ok('identity' in (await at.authenticate(bearer(token))))
})

test('an API server that is down closes the door for now: 503, and it is asked again', async () => {
  let isDown = true
  const token = await issuer.token()
  const at = wall(async given => {
    if (isDown) throw new Error(`connect ECONNREFUSED, token ${given}`)
    return good
  })
  const denial = await at.authenticate(bearer(token))
  deepEqual('reason' in denial && [denial.code, denial.retryAfterS], ['unverified', 5])
  ok(at.logged.includes('ECONNREFUSED'))
  ok(!at.logged.includes(token), 'the token is in no log')
  isDown = false
  ok('identity' in (await at.authenticate(bearer(token))))
})

test('an answer is believed for a minute, then the API server is asked again', async () => {
  let isThere = true
  const at = wall(async () => (isThere ? good : { ...good, authenticated: false }))
  const token = await issuer.token()
  for (let i = 0; i < 3; i++) ok('identity' in (await at.authenticate(bearer(token))))
  equal(at.calls, 1)
  isThere = false
  at.now += 59_999
  ok('identity' in (await at.authenticate(bearer(token))))
  at.now += 1
  ok('reason' in (await at.authenticate(bearer(token))), 'the pod was deleted a minute ago')
  ok('reason' in (await at.authenticate(bearer(token))))
  equal(at.calls, 2)
  // A refusal is kept for ten seconds.
  at.now += 10_000
  await at.authenticate(bearer(token))
  equal(at.calls, 3)
})

test('no answer outlives its token', async () => {
  const at = wall(async () => good)
  const token = await issuer.token({ expiresAt: NOW + 5_000 })
  ok('identity' in (await at.authenticate(bearer(token))))
  at.now += 5_000
  const denial = await at.authenticate(bearer(token))
  equal('reason' in denial && denial.reason, 'expired')
})

test('requests that come together with one token share one call', async () => {
  const gate = Promise.withResolvers<TokenReview>()
  const at = wall(() => gate.promise)
  const token = await issuer.token()
  const all = Array.from({ length: 50 }, () => at.authenticate(bearer(token)))
  gate.resolve(good)
  ok((await Promise.all(all)).every(found => 'identity' in found))
  equal(at.calls, 1)
})

test('5,000 agents that come at once are asked for 32 at a time, and all are let in', async () => {
  let [open, most] = [0, 0]
  const at = wall(async () => {
    most = Math.max(most, ++open)
    await new Promise(setImmediate)
    open--
    return good
  })
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: ISSUER, aud: AUDIENCE, exp: NOW / 1000 + 60, sub: 'system:serviceaccount:weir:agent' }
  const tokens = Array.from({ length: 5_000 }, (_, i) => `${part({ alg: 'ES256' })}.${part(claims)}.${part({ i })}`)
  const found = await Promise.all(tokens.map(token => at.authenticate(bearer(token))))
  ok(found.every(one => 'identity' in one))
  deepEqual([at.calls, most], [5_000, 32])
})

test('a flood of bad tokens does not push out the good ones', async () => {
  const mine = await issuer.token()
  const at = wall(async token => (token === mine ? good : { ...good, authenticated: false }))
  await at.authenticate(bearer(mine))
  const [head = '', claims = ''] = mine.split('.')
  for (let i = 0; i < 25_000; i++) await at.authenticate(bearer(`${head}.${claims}.${i}`))
  const before = at.calls
  ok('identity' in (await at.authenticate(bearer(mine))))
  equal(at.calls, before)
})

test('the token names the node in its claims too, but only the API server is believed', async () => {
  const at = wall(async () => good)
  const token = await issuer.token({ bound: boundTo('b2') })
  deepEqual(await at.authenticate(bearer(token)), { identity: 'proven', cluster: 'lab', node: 'a1' })
})
