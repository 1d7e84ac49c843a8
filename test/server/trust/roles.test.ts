import { equal, match } from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { createLocalJWKSet } from 'jose'
import type { Errand } from '../../../server/trust/gate.ts'
import { offlineTokens } from '../../../server/trust/offline-tokens.ts'
import { tokenReview } from '../../../server/trust/token-review.ts'
import { gateOf } from './gates.ts'
import { ACCOUNT, AUDIENCE, bearer, ISSUER, issuerWith, NOW } from './tokens.ts'

const issuer = await issuerWith('k1')
const READER = 'weir/flow-logs'
const subjectOf = (account: string) => `system:serviceaccount:${account.replace('/', ':')}`

/** What the gate says to a token of that account, by both ways to check it. */
async function said(account: string, errand: Errand, agents: string, readers: string | undefined) {
  const rule = {
    ...{ audience: AUDIENCE, serviceAccount: agents, cluster: 'lab', now: () => NOW, nodeOfPod: () => 'a1' },
    ...(readers !== undefined && { readerAccount: readers }),
  }
  const vouched = {
    ...{ authenticated: true, username: subjectOf(account), groups: [], audiences: [AUDIENCE] },
    extra: { 'authentication.kubernetes.io/node-name': ['a1'] },
  }
  const ways = [
    tokenReview({ ...rule, review: async () => vouched, log: () => {} }),
    offlineTokens({ ...rule, issuer: ISSUER, keys: { find: createLocalJWKSet(issuer.jwks) } }),
  ]
  const request = new IncomingMessage(new Socket())
  Object.assign(request.headers, bearer(await issuer.token({ subject: subjectOf(account) })).headers)
  const found = []
  for (const way of ways) {
    const gate = gateOf(way, () => NOW)
    const answer = await gate.admit(request, errand)
    found.push('identity' in answer ? 'in' : answer.reason)
    if ('reason' in answer) {
      equal(gate.denials[answer.reason], 1)
      equal(answer.code, 'unauthorised')
      match(answer.detail, /flow logs|an agent's|service account/)
    }
  }
  equal(found[0], found[1])
  return found[0]
}

const cases: [
  why: string,
  account: string,
  errand: Errand,
  agents: string,
  readers: string | undefined,
  want: string,
][] = [
  ['an agent reports', ACCOUNT, 'batch', ACCOUNT, READER, 'in'],
  ['asks', ACCOUNT, 'question', ACCOUNT, READER, 'in'],
  ['and waits for news', ACCOUNT, 'poll', ACCOUNT, READER, 'in'],
  ['an agent is no reader', ACCOUNT, 'flow logs', ACCOUNT, READER, 'other service account'],
  ['a reader brings flow logs', READER, 'flow logs', ACCOUNT, READER, 'in'],
  ['a reader does not report for its node', READER, 'batch', ACCOUNT, READER, 'other service account'],
  ['nor ask who is where', READER, 'question', ACCOUNT, READER, 'other service account'],
  ['nor wait for it', READER, 'poll', ACCOUNT, READER, 'other service account'],
  ['one of several readers', 'west/logs', 'flow logs', ACCOUNT, `${READER},west/logs`, 'in'],
  ['no reader is named: agents’ accounts do both', ACCOUNT, 'flow logs', ACCOUNT, undefined, 'in'],
  ['both were named as agents', READER, 'flow logs', `${ACCOUNT},${READER}`, '', 'in'],
  ['one account for both reports', ACCOUNT, 'batch', ACCOUNT, ACCOUNT, 'in'],
  ['and brings flow logs', ACCOUNT, 'flow logs', ACCOUNT, ACCOUNT, 'in'],
  ['a stranger does neither', 'shop/web', 'flow logs', ACCOUNT, READER, 'other service account'],
]
for (const [why, account, errand, agents, readers, want] of cases)
  test(`what a service account may come for: ${why}`, async () =>
    equal(await said(account, errand, agents, readers), want))
