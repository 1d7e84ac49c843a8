import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, type RequestOptions, request } from 'node:https'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { epochMs } from '@weir/contract/units.ts'
import { createTlsListener } from '../../../server/http.ts'
import { AgentsTls } from '../../../server/trust/agents-tls.ts'
import { clientCertificate } from '../../../server/trust/client-certificate.ts'
import { Certificates, type Pair, withoutOpenssl } from './certificates.ts'
import { gateOf } from './gates.ts'

const skip = withoutOpenssl

/** The agents' listener over TLS, which answers with who it takes its client for. */
async function listen(made: Certificates, server: Pair, clientCa: Pair) {
  const logged: string[] = []
  const files = { ...made.install(server, 'tls'), clientCa: made.install(clientCa, 'ca').cert }
  const tls = await AgentsTls.read(files, line => logged.push(line))
  const gate = gateOf(clientCertificate({ cluster: 'lab', now: Date.now }))
  const listener = createTlsListener(
    'agents',
    { host: '127.0.0.1', port: 0 },
    async (incoming, response) => {
      const found = await gate.admit(incoming, 'poll')
      response.end('identity' in found ? `${found.identity} ${found.cluster}/${found.node}` : found.reason)
    },
    tls.options,
    () => {},
  )
  tls.attach(listener.server)
  await listener.start()
  const get = (options: RequestOptions): Promise<{ body: string; serial: string }> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: listener.port(), agent: false, ...options }, async response => {
        const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate() // https has no other sockets
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        resolve({ body: Buffer.concat(chunks).toString(), serial: serialNumber })
      })
      sent.on('error', reject).end()
    })
  return { tls, files, logged, listener, get, gate, [Symbol.asyncDispose]: () => listener.stop() }
}

test('a client certificate names its node; every other one is refused with a reason', { skip }, async () => {
  using made = new Certificates()
  const [ca, stranger] = [made.authority('ca'), made.authority('stranger')]
  await using at = await listen(made, made.signed(ca, 'weir', 'IP:127.0.0.1'), ca)
  const rows: [why: string, client: Pair | undefined, outcome: string][] = [
    ['the common name', made.signed(ca, 'node:a1'), 'proven lab/a1'],
    ['a URI', made.signed(ca, 'agent', 'URI:node:ip-10-0-1-7.ec2.internal'), 'proven lab/ip-10-0-1-7.ec2.internal'],
    ['both, and they agree', made.signed(ca, 'node:a1', 'URI:node:a1'), 'proven lab/a1'],
    ['two nodes', made.signed(ca, 'node:a1', 'URI:node:a2'), 'no node'],
    ['no node', made.signed(ca, 'weir-server'), 'no node'],
    ['a DNS name that only looks like it', made.signed(ca, 'x', 'DNS:node:a1'), 'no node'],
    ['another CA', made.signed(stranger, 'node:a1'), 'untrusted certificate'],
    ['none at all', undefined, 'no credential'],
  ]
  for (const [why, client, outcome] of rows)
    equal((await at.get({ ca: ca.cert, ...(client && { cert: client.cert, key: client.key }) })).body, outcome, why)
  equal(at.gate.denials['untrusted certificate'], 1)
})

test('a certificate that has expired on a connection that is kept opens nothing more', async () => {
  const authenticate = clientCertificate({ cluster: undefined, now: () => 1_000 })
  const shown = { fault: undefined, commonName: 'node:a1', alternativeNames: [] }
  const at = (validUntil: number) =>
    authenticate({ headers: {}, peerCertificate: { ...shown, validUntil: epochMs(validUntil) } })
  deepEqual(await at(1_001), { identity: 'proven', node: 'a1' })
  const denial = await at(1_000)
  equal('reason' in denial && denial.reason, 'expired')
})

test('new certificates are taken up without a restart, half of them are not', { skip }, async () => {
  using made = new Certificates()
  const ca = made.authority('ca')
  await using at = await listen(made, made.signed(ca, 'weir', 'IP:127.0.0.1'), ca)
  const before = await at.get({ ca: ca.cert })
  const next = made.signed(ca, 'weir-2', 'IP:127.0.0.1')

  writeFileSync(at.files.cert, next.cert)
  await at.tls.lookAgain()
  equal((await at.get({ ca: ca.cert })).serial, before.serial, 'the new certificate with the old key')
  equal(at.tls.failures, 1)

  writeFileSync(at.files.key, next.key)
  await at.tls.lookAgain()
  const after = await at.get({ ca: ca.cert })
  ok(after.serial !== before.serial)
  match(at.logged.join('\n'), /stay as they were[\s\S]*new certificates are in force/)
  ok(!at.logged.join().includes('PRIVATE KEY'))
})

test('whom only the old CA knew must come again when the CA changes', { skip }, async () => {
  using made = new Certificates()
  const [ca, other] = [made.authority('ca'), made.authority('other')]
  await using at = await listen(made, made.signed(ca, 'weir', 'IP:127.0.0.1'), ca)
  const agent = new Agent({ keepAlive: true })
  const { cert, key } = made.signed(ca, 'node:a1')
  const mine = { ca: ca.cert, cert, key, agent }
  const [socket] = await Promise.all([once(at.listener.server, 'secureConnection'), at.get(mine)])
  const closed = once(socket[0], 'close')
  writeFileSync(at.files.clientCa, other.cert)
  await at.tls.lookAgain()
  await closed
  equal((await at.get({ ...mine, agent: false })).body, 'untrusted certificate')
  agent.destroy()
})

test('files that are no certificates end the start with their names', { skip }, async () => {
  using made = new Certificates()
  const ca = made.authority('ca')
  const files = { ...made.install(ca, 'tls'), clientCa: '' }
  await rejects(
    AgentsTls.read({ ...files, cert: '/nowhere' }, () => {}),
    /\/nowhere/,
  )
  await rejects(
    AgentsTls.read({ ...files, key: files.cert }, () => {}),
    /tls\.crt/,
  )
  await rejects(
    AgentsTls.read({ ...files, clientCa: files.key }, () => {}),
    /tls\.key: expected certificates/,
  )
})
