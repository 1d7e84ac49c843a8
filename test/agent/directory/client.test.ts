import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DirectoryClient } from '../../../agent/directory/client.ts'
import { AgentDirectory } from '../../../agent/directory/directory.ts'
import { loadDirectory, saveDirectory } from '../../../agent/directory/state-file.ts'
import { type Credential, secretCredential, secretFileCredential } from '../../../agent/uplink/credential.ts'
import { ServerClient } from '../../../agent/uplink/http.ts'
import { fakeServer, type Heard, type Say } from '../uplink/fake-server.ts'
import { silent } from '../uplink/spool-stage.ts'
import { at, podLabel, update } from './labels.ts'

/** A client of a server that speaks by the script, from start to the end of `work`. */
async function polling(
  script: (heard: Heard, n: number) => Say | undefined,
  work: (given: {
    directory: AgentDirectory
    client: DirectoryClient
    heard: readonly Heard[]
    heardAtLeast: (n: number) => Promise<void>
  }) => Promise<void>,
  credential: Credential = secretCredential(''),
): Promise<void> {
  await using server = await fakeServer(script)
  const http = new ServerClient(server.url, credential)
  const directory = new AgentDirectory('node-a', () => {})
  directory.restore(undefined, at(0))
  const options = { client: http, directory, cluster: 'lab', node: 'node-a', log: silent }
  const client = new DirectoryClient({ ...options, now: () => at(0), random: () => 0, firstAnswerMs: 0 })
  await client.start()
  try {
    await work({ directory, client, heard: server.heard, heardAtLeast: n => server.heardAtLeast(n) })
  } finally {
    await client.stop()
    http.close()
  }
}
const news = (cursor: string, ...addresses: string[]): Say => ({
  status: 200,
  body: update({ cursor, labels: addresses.map((address, i) => podLabel(i + 1, address)) }),
})

test('news is applied, and the next question goes on from its cursor', async () => {
  await polling(
    (_, n) => (n === 0 ? news('a b', '10.1.1.10') : undefined),
    async ({ directory, heard, heardAtLeast, client }) => {
      await heardAtLeast(2)
      deepEqual(
        heard.map(({ path }) => path),
        ['/agent/v1/directory?cluster=lab&node=node-a', '/agent/v1/directory?cluster=lab&node=node-a&since=a%20b'],
      )
      equal(directory.hasLabel('10.1.1.10'), true)
      equal(client.connected, true)
      equal(client.bytesMoved, JSON.stringify(news('a b', '10.1.1.10').body).length)
    },
  )
})

test('204 is no news: the same question again', async () => {
  await polling(
    (_, n) => (n === 0 ? { status: 204 } : undefined),
    async ({ heard, heardAtLeast }) => {
      await heardAtLeast(2)
      equal(heard[0]?.path, heard[1]?.path)
    },
  )
})

for (const [why, say] of [
  ['a server that is busy', { status: 503 }],
  ['a server that asks for patience', { status: 429, headers: { 'retry-after': '0' } }],
  ['a proxy’s page', { status: 200, body: '<html>' }],
  ['an update without its lists', { status: 200, body: { cursor: 'x' } }],
  ['a label that is none', { status: 200, body: { ...update(), labels: [{ id: 'seven' }] } }],
] as const)
  test(`${why} is survived, and asked again`, async () => {
    await polling(
      (_, n) => (n === 0 ? say : n === 1 ? news('c', '10.1.1.10') : undefined),
      async ({ directory, heardAtLeast }) => {
        await heardAtLeast(3)
        equal(directory.hasLabel('10.1.1.10'), true)
      },
    )
  })

test('addresses are asked for in one question; those of the internet are not, nor those asked in vain a moment ago', async () => {
  await polling(
    ({ path }) =>
      path.startsWith('/agent/v1/labels')
        ? { status: 200, body: { watermark: 0, labels: [podLabel(9, '10.1.2.20')], unknown: ['10.7.7.7'] } }
        : undefined,
    async ({ directory, client, heard }) => {
      equal(await client.ask(new Set(['10.1.2.20', '10.7.7.7', '192.0.2.7'])), true)
      const asked = heard.filter(({ method }) => method === 'POST')
      deepEqual(JSON.parse(String(asked[0]?.body)), { node: 'node-a', addresses: ['10.1.2.20', '10.7.7.7'] })
      equal(directory.hasLabel('10.1.2.20'), true)
      equal(await client.ask(new Set(['10.7.7.7'])), false)
      equal(heard.filter(({ method }) => method === 'POST').length, 1)
    },
  )
})

test('a server without an answer about labels does not hold up the windows', async () => {
  await polling(
    ({ method }) => (method === 'POST' ? { status: 500 } : undefined),
    async ({ client, heard }) => {
      equal(await client.ask(new Set(['10.1.2.20'])), false)
      equal(await client.ask(new Set(['10.1.2.21'])), false)
      equal(heard.filter(({ method }) => method === 'POST').length, 1)
    },
  )
})

test('a compressed answer is read, and counted as it crossed the network', async () => {
  const labels = Array.from({ length: 50 }, (_, i) => podLabel(i + 1, `10.1.1.${i}`))
  const packed = gzipSync(JSON.stringify(update({ labels })))
  await polling(
    (_, n) => (n === 0 ? { status: 200, headers: { 'content-encoding': 'gzip' }, body: packed } : undefined),
    async ({ directory, client, heardAtLeast }) => {
      await heardAtLeast(2)
      equal(directory.labelCount, 50)
      equal(client.bytesMoved, packed.length)
    },
  )
})

test('a secret in a file is read anew: a rotated one is used at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-secret-'))
  const file = join(folder, 'secret')
  writeFileSync(file, 'first\n')
  const credential = secretFileCredential(file)
  try {
    equal((await credential.headers()).authorization, 'Bearer first')
    writeFileSync(file, 'second\n')
    equal((await credential.headers()).authorization, 'Bearer second')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what was saved is loaded; what cannot be read is as though there were nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-directory-'))
  try {
    equal(await loadDirectory(folder), undefined)
    const directory = new AgentDirectory('node-a', () => {})
    directory.restore(undefined, at(0))
    directory.apply(update({ cursor: 'c', labels: [podLabel(1, '10.1.1.10')] }), at(1))
    await saveDirectory(folder, directory.state())
    deepEqual((await loadDirectory(folder))?.labels, [podLabel(1, '10.1.1.10')])
    for (const text of ['', '{"cursor"', '{}', '{"labels":[1]}']) {
      writeFileSync(join(folder, 'directory.json'), text)
      equal(await loadDirectory(folder), undefined)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
