import { deepEqual, equal, ok } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { lineLog } from '../../../agent/log.ts'
import { secretFileCredential } from '../../../agent/uplink/credential.ts'
import { ServerClient } from '../../../agent/uplink/http.ts'
import { Sender, type SendResult } from '../../../agent/uplink/send.ts'
import { connect } from '../../../server/directory/kubernetes/connection.ts'
import { reviewTokens } from '../../../server/directory/kubernetes/review-token.ts'
import { agentsApp, createListener } from '../../../server/http.ts'
import { createIngest } from '../../../server/ingest/ingest.ts'
import { denialReasons } from '../../../server/trust/authenticate.ts'
import { Gate } from '../../../server/trust/gate.ts'
import { tokenReview } from '../../../server/trust/token-review.ts'
import { changes, content, stage } from '../../agent/uplink/spool-stage.ts'
import { kubeconfigText } from '../../kubernetes-api/kubeconfig.ts'
import { KubernetesApi } from '../../kubernetes-api/server.ts'
import type { TokenRequest } from '../../kubernetes-api/tokens.ts'
import { MemoryStore } from '../ingest/memory-store.ts'
import { TestTown } from '../ingest/test-town.ts'

const START = Date.UTC(2026, 10, 21)

/** An API server, a server that asks it, and a node's agent with its spool and its token in a file. */
async function cluster(t: TestContext) {
  const on = stage()
  const api = new KubernetesApi()
  await api.listen()
  const kubeconfig = join(on.folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText({ server: api.url }))
  const connection = connect({ kubeconfig })
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const now = () => START + 600_000
  const gate = new Gate({
    // Tokens are of the real time; the windows are of the test's.
    authenticate: tokenReview({
      audience: 'weir',
      serviceAccount: 'weir/agent',
      cluster: 'lab',
      review: reviewTokens(connection),
      nodeOfPod: () => undefined,
      now: Date.now,
      log,
    }),
    now,
    log,
  })
  const store = new MemoryStore()
  const recovered = await store.start()
  const ingest = createIngest({
    store,
    recovered: () => recovered,
    directory: new TestTown(),
    gate,
    now,
    log,
    sealAfterMs: 900_000,
    sealEveryMs: 3_600_000,
  })
  await ingest.part.start()
  const listener = createListener(
    'agents',
    { host: '127.0.0.1', port: 0 },
    agentsApp([ingest.router], () => {}),
    () => {},
  )
  await listener.start()
  const spool = await on.open({ node: 'a1' })
  const tokenFile = join(on.folder, 'token')
  const client = new ServerClient(`http://127.0.0.1:${listener.port()}`, secretFileCredential(tokenFile))
  t.after(async () => {
    client.close()
    await listener.stop()
    await ingest.part.stop()
    connection.close()
    await api.close()
    await on[Symbol.asyncDispose]()
  })
  const issue = (wishes: Partial<TokenRequest> = {}): string =>
    api.tokens.issue({
      serviceAccount: 'weir/agent',
      audience: 'weir',
      pod: { name: 'agent-x7', uid: 'uid-x7' },
      node: { name: 'a1', uid: 'uid-a1' },
      ...wishes,
    })
  /** One try of a new process, which does not wait out the minutes between two. */
  const tryOnce = async (): Promise<SendResult> => {
    const tried = Promise.withResolvers<SendResult>()
    const sender = new Sender({
      client,
      cluster: 'lab',
      node: 'a1',
      spool,
      onReceipt() {},
      onResult: tried.resolve,
      log: lineLog(log, Date.now),
      now: () => epochMs(now()),
      random: () => 0.5,
      graceMs: 0,
    })
    await sender.start()
    const result = await tried.promise
    await sender.stop()
    return result
  }
  return { api, gate, store, spool, losses: on.losses, lines, issue, tryOnce, tokenFile, given: new Set<string>() }
}
type Cluster = Awaited<ReturnType<typeof cluster>>

const rows: [why: string, token: (at: Cluster) => string, result: SendResult, reason: string][] = [
  ['of another audience', at => at.issue({ audience: 'vault' }), 'unauthorised', 'other audience'],
  ['expired', at => at.issue({ expiresInSeconds: -10 }), 'unauthorised', 'expired'],
  [
    'of another service account',
    at => at.issue({ serviceAccount: 'shop/web' }),
    'unauthorised',
    'other service account',
  ],
  ['of another node', at => at.issue({ node: { name: 'a2', uid: 'uid-a2' } }), 'unauthorised', 'other node'],
  ['garbage', () => 'garbage', 'unauthorised', 'malformed token'],
  ['signed by nobody', at => `${at.issue().slice(0, -20)}AAAAAAAAAAAAAAAAAAAA`, 'unauthorised', 'not authenticated'],
  [
    'of a deleted pod',
    at => {
      const token = at.issue()
      at.api.tokens.revoke(token)
      return token
    },
    'unauthorised',
    'not authenticated',
  ],
  [
    'good, but the API server fails',
    at => {
      at.api.faults.add({ verb: 'review' }, { kind: 'status', code: 500 })
      return at.issue()
    },
    'later',
    'cannot be checked',
  ],
  [
    'good, but the API server resets',
    at => {
      at.api.faults.add({ verb: 'review' }, { kind: 'reset' })
      return at.issue()
    },
    'later',
    'cannot be checked',
  ],
]

test('an agent keeps its windows through every refusal, nothing of it is stored, and then all are delivered once', async t => {
  const at = await cluster(t)
  for (const n of [0, 1]) await at.spool.append(content(n), changes(''))
  const use = (token: string): void => {
    at.given.add(token)
    writeFileSync(at.tokenFile, token)
  }
  equal(await at.tryOnce(), 'unreachable', 'no token file yet')
  for (const [why, token, result, reason] of rows) {
    const before = { ...at.gate.denials }
    use(token(at))
    equal(await at.tryOnce(), result, why)
    const counted = denialReasons.filter(one => at.gate.denials[one] > before[one])
    deepEqual(counted, [reason], why)
    deepEqual([at.spool.windows, at.store.commits], [2, 0], why)
  }
  use(at.issue())
  equal(await at.tryOnce(), 'taken')
  use(at.issue()) // rotated between two batches
  equal(await at.tryOnce(), 'taken')
  equal(at.spool.windows, 0)
  deepEqual(at.losses.snapshot(), {})
  equal(at.store.pending.length, 2)
  for (const token of at.given) if (token !== 'garbage') ok(!at.lines.join('\n').includes(token), 'a token is in a log')
})
