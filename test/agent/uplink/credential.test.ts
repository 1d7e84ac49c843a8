import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { epochMs } from '@weir/contract/units.ts'
import { lineLog } from '../../../agent/log.ts'
import { secretCredential, secretFileCredential } from '../../../agent/uplink/credential.ts'
import { ServerClient } from '../../../agent/uplink/http.ts'
import { Sender, type SendResult } from '../../../agent/uplink/send.ts'
import { Certificates, withoutOpenssl } from '../../server/trust/certificates.ts'
import { fakeServer, receipt, type Say } from './fake-server.ts'
import { changes, content, stage } from './spool-stage.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'weir-credential-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

test('a token that is rotated between two requests is used with the next one', async t => {
  const file = join(folder(t), 'token')
  const credential = secretFileCredential(file)
  writeFileSync(file, 'first\n')
  deepEqual(await credential.headers(), { authorization: 'Bearer first' })
  writeFileSync(file, 'second\n')
  deepEqual(await credential.headers(), { authorization: 'Bearer second' })
})

const bad: [why: string, text: string | undefined, told: RegExp][] = [
  ['not there', undefined, /token cannot be read \(ENOENT\): it is tried again/],
  ['empty, as while it is being written', '', /token is empty: it is tried again/],
  ['one with a line break inside', 'abc\r\nx: y', /token holds blanks or control characters/],
]
for (const [why, text, told] of bad)
  test(`a token file that is ${why} is a sentence without the token`, async t => {
    const file = join(folder(t), 'token')
    if (text !== undefined) writeFileSync(file, text)
    const error = await secretFileCredential(file)
      .headers()
      .then(() => '', String)
    match(error, told)
    ok(!error.includes('abc'))
  })

/** What a server may say of a token, whatever the reason; then it takes it. */
const says: readonly Say[] = [
  { status: 401, body: { code: 'unauthorised', detail: 'the token has expired' } },
  { status: 403, body: { code: 'foreign', detail: 'the credential is of lab/x' } },
  { status: 503, headers: { 'retry-after': '0' }, body: { code: 'unverified', detail: 'no answer' } },
  { status: 429, headers: { 'retry-after': '0' } },
  { status: 431 },
  { status: 200, body: receipt },
]

test('through every refusal windows stay in the spool; the token goes nowhere but into its header', async t => {
  await using on = stage()
  const spool = await on.open()
  const file = join(folder(t), 'token')
  const lines: string[] = []
  const log = lineLog(line => lines.push(line), Date.now)
  await using server = await fakeServer((_, n) => says[Math.min(n, says.length - 1)])
  const client = new ServerClient(server.url, secretFileCredential(file))
  const results: SendResult[] = []
  await spool.append(content(0), changes(''))
  // One process after the other, so that the test does not wait out the minutes between two tries.
  for (const [n, expected] of [
    'unreachable',
    'unauthorised',
    'unauthorised',
    'later',
    'later',
    'later',
    'taken',
  ].entries()) {
    if (n > 0) writeFileSync(file, `hush-hush-${n}`)
    const tried = Promise.withResolvers<SendResult>()
    const options = { client, cluster: 'lab', node: 'node-a', spool, onReceipt() {}, onResult: tried.resolve, log }
    const sender = new Sender({ ...options, now: () => epochMs(0), random: () => 0.5, graceMs: 0 })
    await sender.start()
    results.push(await tried.promise)
    await sender.stop()
    equal(results.at(-1), expected)
    equal(spool.windows, expected === 'taken' ? 0 : 1)
  }
  client.close()
  deepEqual(on.losses.snapshot(), {})
  deepEqual(
    server.heard.map(({ headers }) => headers.authorization),
    [1, 2, 3, 4, 5, 6].map(n => `Bearer hush-hush-${n}`),
  )
  match(lines.join('\n'), /token cannot be read/)
  ok(!lines.join('\n').includes('hush-hush'), 'no log has the token')
})

test('TLS: the CA file is believed, nothing else is; new files are used with the next request', {
  skip: withoutOpenssl,
}, async () => {
  using made = new Certificates()
  const [ca, stranger] = [made.authority('ca'), made.authority('stranger')]
  const own = made.signed(ca, 'weir', 'IP:127.0.0.1')
  const server = createServer(
    { ...own, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate() // https has no other sockets
      response.end(String(subject?.CN))
    },
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP listener has no other kind of address
  const caFile = made.install(stranger, 'trusted').cert
  const client = made.install(made.signed(ca, 'node:a1'), 'client')
  const at = new ServerClient(`https://127.0.0.1:${port}`, secretCredential(''), { ca: caFile, ...client })
  const get = async () => {
    const signal = new AbortController().signal
    return (await at.request({ method: 'GET', path: '/', timeoutMs: 5_000, signal })).body.toString()
  }
  try {
    await rejects(get, /signature|self-signed|verify/i)
    made.install(ca, 'trusted')
    equal(await get(), 'node:a1')
    made.install(made.signed(ca, 'node:a2'), 'client')
    equal(await get(), 'node:a2', 'a rotated certificate')
    rmSync(client.cert)
    await rejects(get, /client\.crt cannot be read \(ENOENT\)/)
  } finally {
    at.close()
    server.close()
  }
})
