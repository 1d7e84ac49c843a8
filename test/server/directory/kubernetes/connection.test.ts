import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect } from '../../../../server/directory/kubernetes/connection.ts'
import { type KubeconfigFields, kubeconfigText } from '../../../kubernetes-api/kubeconfig.ts'
import { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { Certificates, withoutOpenssl } from '../../trust/certificates.ts'

const skip = withoutOpenssl

/** An API server over TLS that asks for certificates, and a connection with these credentials. */
async function connected(t: TestContext, credentials: (files: Certificates) => Partial<KubeconfigFields>) {
  const files = new Certificates()
  const authority = files.authority('cluster')
  const { key, cert } = files.signed(authority, 'api', 'IP:127.0.0.1')
  const api = new KubernetesApi({ tls: { key, cert, ca: authority.cert } })
  await api.listen()
  const kubeconfig = join(files.folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText({ server: api.url, ca: authority.cert, ...credentials(files) }))
  const connection = connect({ kubeconfig })
  t.after(async () => {
    connection.close()
    await api.close()
    files[Symbol.dispose]()
  })
  const ask = async (): Promise<number> => {
    const signal = AbortSignal.timeout(10_000)
    const answer = await connection.ask({ method: 'GET', path: '/api/v1/pods', accept: 'application/json', signal })
    for await (const chunk of answer.body) void chunk
    return answer.status
  }
  return { api, files, authority, ask }
}

test('the API server is known by the authority in the kubeconfig', { skip }, async t => {
  const { ask } = await connected(t, () => ({}))
  assert.equal(await ask(), 200)
})

test('another authority’s API server is not talked to', { skip }, async t => {
  const { api, ask } = await connected(t, files => ({ ca: files.authority('other').cert, token: 'secret' }))
  await assert.rejects(ask(), /certificate/)
  assert.equal(api.seen.length, 0)
})

test('a certificate that is renewed in its file is shown from the next request on', { skip }, async t => {
  const { api, files, authority, ask } = await connected(t, ({ folder }) => ({
    certificate: { cert: join(folder, 'weir.crt'), key: join(folder, 'weir.key') },
  }))
  for (const name of ['first', 'second']) {
    files.install(files.signed(authority, name), 'weir')
    await ask()
  }
  assert.deepEqual(
    api.seen.map(({ certificate }) => certificate),
    ['first', 'second'],
  )
})

test('a program’s credential is asked for anew when it has expired', { skip }, async t => {
  const { api, files, ask } = await connected(t, ({ folder }) => ({ exec: ['cat', join(folder, 'credential')] }))
  for (const token of ['first', 'second']) {
    const status = { token, expirationTimestamp: '2020-01-01T00:00:00Z' }
    await writeFile(join(files.folder, 'credential'), JSON.stringify({ kind: 'ExecCredential', status }))
    await ask()
  }
  assert.deepEqual(
    api.seen.map(({ authorization }) => authorization),
    ['Bearer first', 'Bearer second'],
  )
})

test('a program that fails is no answer, and the next request tries it again', { skip }, async t => {
  const { files, ask } = await connected(t, ({ folder }) => ({ exec: ['cat', join(folder, 'credential')] }))
  await assert.rejects(ask(), /No such file/)
  await writeFile(join(files.folder, 'credential'), JSON.stringify({ status: { token: 'late' } }))
  assert.equal(await ask(), 200)
})
