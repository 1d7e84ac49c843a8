import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect } from '../../../../server/directory/kubernetes/connection.ts'
import { reviewTokens } from '../../../../server/directory/kubernetes/review-token.ts'
import type { Fault } from '../../../kubernetes-api/faults.ts'
import { kubeconfigText } from '../../../kubernetes-api/kubeconfig.ts'
import { KubernetesApi } from '../../../kubernetes-api/server.ts'
import type { TokenRequest } from '../../../kubernetes-api/tokens.ts'

const agent: TokenRequest = {
  serviceAccount: 'weir/weir-agent',
  audience: 'weir',
  pod: { name: 'weir-agent-x', uid: 'pod-uid' },
  node: { name: 'node-a', uid: 'node-uid' },
}

async function reviewer(t: TestContext) {
  const api = new KubernetesApi()
  await api.listen()
  const folder = await mkdtemp(join(tmpdir(), 'weir-review-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText({ server: api.url, token: 'ours' }))
  const connection = connect({ kubeconfig })
  t.after(async () => {
    connection.close()
    await api.close()
    await rm(folder, { recursive: true })
  })
  return { api, review: reviewTokens(connection) }
}

test('a good token is vouched for, with its pod and node', async t => {
  const { api, review } = await reviewer(t)
  const { authenticated, username, audiences, groups, extra, error } = await review(api.tokens.issue(agent), 'weir')
  assert.deepEqual(
    { authenticated, username, audiences, error },
    { authenticated: true, username: 'system:serviceaccount:weir:weir-agent', audiences: ['weir'], error: undefined },
  )
  assert.ok(groups.includes('system:serviceaccounts:weir'))
  assert.deepEqual(extra['authentication.kubernetes.io/node-name'], ['node-a'])
  assert.deepEqual(extra['authentication.kubernetes.io/pod-uid'], ['pod-uid'])
  assert.equal(api.seen[0]?.authorization, 'Bearer ours')
})

const refused: [why: string, token: (api: KubernetesApi) => string, error: RegExp][] = [
  [
    'a token of another audience',
    ({ tokens }) => tokens.issue({ ...agent, audience: 'vault' }),
    /audiences \["vault"\]/,
  ],
  ['a token that has expired', ({ tokens }) => tokens.issue({ ...agent, expiresInSeconds: -1 }), /expired/],
  ['a token that nobody issued', () => 'garbage', /lookup failed/],
  [
    'a token whose pod is gone',
    ({ tokens }) => {
      const token = tokens.issue(agent)
      tokens.revoke(token)
      return token
    },
    /lookup failed/,
  ],
  ['a token with one letter changed', ({ tokens }) => changed(tokens.issue(agent)), /lookup failed/],
]
for (const [why, token, error] of refused)
  test(`${why} is not vouched for, and it is said why`, async t => {
    const { api, review } = await reviewer(t)
    const status = await review(token(api), 'weir')
    assert.equal(status.authenticated, false)
    assert.match(status.error ?? '', error)
  })

const failures: [why: string, fault: Fault][] = [
  ['that may not be asked', { kind: 'status', code: 403 }],
  ['that fails', { kind: 'status', code: 500 }],
  ['that throttles', { kind: 'status', code: 429, retryAfterSeconds: 1 }],
  ['that resets the connection', { kind: 'reset' }],
  ['whose place a proxy has taken', { kind: 'html' }],
]
for (const [why, fault] of failures)
  test(`an API server ${why} gives no answer: that is no refusal, and the token is not in the words`, async t => {
    const { api, review } = await reviewer(t)
    api.faults.add({ verb: 'review' }, fault)
    const token = api.tokens.issue(agent)
    await assert.rejects(review(token, 'weir'), error => {
      assert.ok(!String(error).includes(token))
      return true
    })
    assert.equal((await review(token, 'weir')).authenticated, true, 'asked again, it answers')
  })

/** With another letter in the middle of the claims. */
function changed(token: string): string {
  const at = token.indexOf('.') + 20
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}
