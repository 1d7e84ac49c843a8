import { equal, match, ok } from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import type { Part } from '@weir/contract/parts.ts'
import type { AgentsAnswer } from '@weir/contract/queries.ts'
import { readServerSettings } from '../../../server/config.ts'
import { createServerParts } from '../../../server/parts.ts'
import { kubeconfigText } from '../../kubernetes-api/kubeconfig.ts'
import { nodeObject, podObject } from '../../kubernetes-api/objects.ts'
import { KubernetesApi } from '../../kubernetes-api/server.ts'
import { batchOf } from '../ingest/batches.ts'
import { Certificates, withoutOpenssl } from './certificates.ts'

/** The whole server, as `weir server` wires it, in this process. */
async function serve(argv: readonly string[]) {
  const read = readServerSettings(argv, {})
  if (!read.ok) throw new Error(read.problems.join('\n'))
  mkdirSync(read.settings.dataDir, { recursive: true })
  const ports: { [part: string]: number } = {}
  let told = ''
  const log = (_level: string, part: string, message: string, fields: { readonly port?: unknown } = {}) => {
    told += `${part}: ${message} ${JSON.stringify(fields)}\n`
    if (message === 'listening') ports[part] = Number(fields.port)
  }
  const parts = await createServerParts(read.settings, log, error => {
    throw error
  })
  const started: Part[] = []
  for (const part of parts) {
    await part.start()
    started.unshift(part)
  }
  return {
    ports,
    told: () => told,
    async [Symbol.asyncDispose]() {
      for (const part of started) await part.stop()
    },
  }
}

test('weir server over TLS with token-review and mtls: a proven node reports for itself, and nobody else', {
  skip: withoutOpenssl,
}, async t => {
  using made = new Certificates()
  const ca = made.authority('ca')
  const own = made.install(made.signed(ca, 'weir', 'IP:127.0.0.1'), 'server')
  const api = new KubernetesApi()
  await api.listen()
  t.after(() => api.close())
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1a'))
  const pod = api.put(
    'pods',
    podObject({ name: 'agent-x7', namespace: 'weir', node: 'node-a', addresses: ['10.20.1.1'] }),
  )
  const kubeconfig = join(made.folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText({ server: api.url }))
  const listen = ['dashboard', 'agents', 'metrics'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  await using server = await serve([
    ...listen,
    ...['--data-dir', join(made.folder, 'data'), '--dashboard-auth', 'none'],
    ...['--directory', 'kubernetes', '--kubeconfig', kubeconfig, '--cluster', 'lab'],
    ...['--agent-auth', 'mtls,token-review', '--agent-service-account', 'weir/agent'],
    ...['--agents-tls-cert', own.cert, '--agents-tls-key', own.key, '--agents-client-ca', ca.certFile],
  ])
  const to = Math.floor(Date.now() / 10_000) * 10_000
  const post = (
    node: string,
    sequence: number,
    credential: { readonly token?: string; readonly cert?: string; readonly key?: string },
  ) =>
    new Promise<string>((resolve, reject) => {
      const { token, ...certificate } = credential
      const sent = request(
        {
          ...certificate,
          ...{ host: '127.0.0.1', port: server.ports.agents, ca: ca.cert, agent: false },
          ...{ method: 'POST', path: '/agent/v1/batches' },
          headers: {
            'weir-sent-at': String(Date.now()),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
        },
        response => {
          let body = ''
          response.on('data', chunk => {
            body += chunk
          })
          response.on('end', () =>
            resolve(`${response.statusCode} ${response.statusCode === 200 ? '' : JSON.parse(body).code}`),
          )
        },
      )
      sent.on('error', reject)
      sent.end(encodeBatch(batchOf({ cluster: 'lab', node, sequence, from: to - 10_000, to, rows: [] })))
    })
  const token = api.tokens.issue({ serviceAccount: 'weir/agent', audience: 'weir', node: { name: 'node-a', uid: 'n' } })
  // As before Kubernetes 1.32: the token names its pod only, and the watch knows where that is.
  const ofPod = api.tokens.issue({
    serviceAccount: 'weir/agent',
    audience: 'weir',
    pod: { name: 'agent-x7', uid: String(pod.metadata.uid) },
  })
  equal(await post('node-a', 1, {}), '401 unauthorised')
  equal(await post('node-a', 1, { token }), '200 ')
  equal(await post('node-b', 1, { token }), '403 foreign')
  let first = await post('node-a', 2, { token: ofPod })
  // The watch may still be listing: then it is 503, and the agent comes again.
  while (first === '503 unverified') first = await post('node-a', 2, { token: ofPod })
  equal(first, '200 ')
  const { cert, key } = made.signed(ca, 'node:node-a')
  equal(await post('node-a', 3, { cert, key }), '200 ')
  equal(await post('node-b', 3, { cert, key }), '403 foreign')
  const metrics = await (await fetch(`http://127.0.0.1:${server.ports.metrics}/metrics`)).text()
  match(metrics, /^weir_agents_refused_total\{reason="other node"\} 2$/m)
  match(metrics, /^weir_agents_refused_total\{reason="no credential"\} 1$/m)
  const asked = await fetch(`http://127.0.0.1:${server.ports.dashboard}/api/v1/agents`)
  const agents = (await asked.json()) as AgentsAnswer // the schema is checked in openapi.test.ts
  equal(agents.agents[0]?.identity, 'proven')
  ok(!server.told().includes(token))
})
