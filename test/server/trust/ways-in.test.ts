import { equal, throws } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readServerSettings } from '../../../server/config.ts'
import { type TokensOf, type WaysInOptions, waysIn } from '../../../server/trust/ways-in.ts'
import { AUDIENCE, bearer, ISSUER, issuerWith, NOW } from './tokens.ts'

function options(argv: readonly string[], more: Partial<WaysInOptions> = {}): WaysInOptions {
  const read = readServerSettings([...argv, '--directory-file', 'd', '--dashboard-auth', 'none'], {})
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return {
    settings: read.settings,
    secrets: ['s3cret'],
    review: async () => {
      throw new Error('no API server')
    },
    nodeOfPod: () => undefined,
    further: [],
    now: () => NOW,
    log: () => {},
    ...more,
  }
}
const secret = ['--secret-file', 's', '--agent-service-account', 'weir/agent']
const keysOf = (cluster: string, issuer: string, jwks: string): TokensOf => ({
  ...{ by: 'keys', cluster, issuer, jwks },
  ...{ audience: AUDIENCE, nodeOfPod: () => undefined },
})

test('agents of several clusters come in by their own issuers, each as a node of its own cluster only', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-ways-'))
  t.after(() => rm(folder, { recursive: true }))
  const [east, west] = [await issuerWith('east'), await issuerWith('west')]
  const [eastFile, westFile] = [join(folder, 'east.json'), join(folder, 'west.json')]
  await writeFile(eastFile, JSON.stringify(east.jwks))
  await writeFile(westFile, JSON.stringify(west.jwks))
  const WEST = 'https://issuer.example/id/west'
  const further = [keysOf('east', ISSUER, eastFile), keysOf('west', WEST, westFile)]
  const authenticate = waysIn(options(secret, { further }))
  const rows: [why: string, token: string, outcome: string][] = [
    ['a token of east', await east.token(), 'proven east/a1'],
    ['a token of west', await west.token({ issuer: WEST }), 'proven west/a1'],
    ['west signs in the name of east', await west.token({ issuer: ISSUER, kid: 'east' }), 'not authenticated'],
    ['an issuer that nobody knows', await west.token({ issuer: 'https://elsewhere.example' }), 'other issuer'],
    ['the shared secret of the first cluster', 's3cret', 'asserted undefined/undefined'],
    ['another secret', 'guessed', 'wrong secret'],
  ]
  for (const [why, token, outcome] of rows) {
    const found = await authenticate(bearer(token))
    equal('identity' in found ? `${found.identity} ${found.cluster}/${found.node}` : found.reason, outcome, why)
  }
})

test('what could never let anybody in, or too many, ends the start', () => {
  const plain = keysOf('east', ISSUER, 'http://issuer.example/keys')
  throws(() => waysIn(options(['--secret-file', 's'], { further: [plain] })), /--agent-service-account/)
  throws(() => waysIn(options(secret, { further: [plain] })), /https/)
})
