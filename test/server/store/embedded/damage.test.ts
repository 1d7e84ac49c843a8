import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { appendFile, mkdtemp, open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { EmbeddedStore } from '../../../../server/store/embedded/embedded-store.ts'
import { collect } from '../../../contracts/store-under-test.ts'
import { StoreChild } from './child.ts'
import { numbersIn } from './numbered-changes.ts'
import { openEmbedded } from './open-embedded.ts'

test('a second process is told who has the data', async () => {
  await using data = await openEmbedded()
  await using child = new StoreChild('open', data.directory)
  const line = await child.next()
  equal(line?.code, 'held by another process')
  match(line?.message ?? '', new RegExp(`process ${process.pid} has the data open`))
})

test('a second store of the same process is refused: the engine would not notice', async () => {
  await using data = await openEmbedded()
  const second = new EmbeddedStore({ directory: data.directory, onBroken: raise })
  await rejects(second.start(), { code: 'held by another process', message: /open in this process already/ })
})

test('a lock file that a killed process left behind holds nobody up', async t => {
  const directory = await killed(t)
  const { store } = await reopened(directory)
  await store.stop()
})

/** Before the first checkpoint of the child's. */
const COMMITS = 25

/** What was done to the log of a killed store, what becomes of it, and how many commits are there still (undefined: not all). */
const logs: [why: string, harm: (log: string) => Promise<void>, aside: string | undefined, kept: number | undefined][] =
  [
    [
      'cut short is replayed as far as it is whole',
      async log => truncate(log, (await stat(log)).size - 7),
      undefined,
      COMMITS - 1, // the last one is what was cut
    ],
    [
      'with garbage behind it is replayed',
      log => appendFile(log, Buffer.from('f00dfeedf00dfeedf00d', 'hex')),
      undefined,
      COMMITS,
    ],
    [
      'with zeroes behind it is replayed at the next start',
      log => appendFile(log, Buffer.alloc(100_000)),
      'zeroes',
      COMMITS,
    ],
    [
      'with a changed byte is set aside',
      async log => change(log, Math.floor((await stat(log)).size / 2)),
      'corrupt',
      undefined,
    ],
  ]
for (const [why, harm, aside, kept] of logs)
  test(`a log ${why}`, async t => {
    const directory = await killed(t)
    await harm(join(directory, 'weir.duckdb.wal'))
    if (aside !== undefined) {
      // In a process of its own: after such a failure the engine is not to be trusted with the same file.
      await using child = new StoreChild('open', directory)
      const line = await child.next()
      equal(line?.code, 'broken')
      match(line?.message ?? '', new RegExp(`weir\\.duckdb\\.wal\\.${aside}-.*restart to go on`))
    }
    const { store, damage, numbers } = await reopened(directory)
    await store.stop()
    ok(kept === undefined ? numbers.size < COMMITS : numbers.size >= kept, `${numbers.size} changes are there`)
    const found = (await readdir(directory)).filter(name => name.includes('.wal.'))
    equal(found.length, aside === undefined ? 0 : 1)
    deepEqual(
      damage.map(line => line.split(' ')[0]),
      found,
    )
  })

test('a journal and a body with a changed byte are told, and the rest is there', async t => {
  const directory = await killed(t)
  const records = join(directory, 'records')
  const files = await readdir(records)
  const journal = files.find(name => name.startsWith('journal_')) ?? ''
  const bodies = files.find(name => name.startsWith('pending_')) ?? ''
  await change(join(records, bodies), 2)
  await truncate(join(records, journal), 10)
  const store = new EmbeddedStore({ directory, onBroken: raise })
  const { damage } = await store.start()
  ok(
    damage.some(line => line.startsWith(`${journal}: `) && line.includes('facts are missing')),
    damage.join('; '),
  )
  ok(
    damage.some(line => line.startsWith(`${bodies}: `) && line.includes('witnesses are missing')),
    damage.join('; '),
  )
  equal((await collect(store)).length, (await store.health()).pendingBatches - 1)
  await store.stop()
})

test('data that a newer program wrote is refused', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'weir-damage-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const { Database } = await import('../../../../server/store/embedded/database.ts')
  const { migrate } = await import('../../../../server/store/embedded/migrate.ts')
  const { migrations } = await import('../../../../server/store/embedded/schema.ts')
  const database = await Database.open({ directory, memoryLimit: '64MB' })
  const connection = await database.connect()
  await migrate(connection, [...migrations, ['CREATE TABLE from_the_future (t INTEGER)']])
  connection.closeSync()
  database.close()
  const store = new EmbeddedStore({ directory, onBroken: raise })
  const version = migrations.length
  await rejects(store.start(), {
    message: `the data has schema version ${version + 1}, this program knows versions up to ${version}: run the newer one`,
  })
})

/** The folder of a store that was killed while it wrote, with something in its log. */
async function killed(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-damage-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await using child = new StoreChild('write', directory, '0')
  for (let line = await child.next(); line !== undefined; line = await child.next())
    if (line.committed !== undefined && line.committed >= COMMITS) break
  child.kill()
  await child.ended
  return directory
}

async function reopened(directory: string) {
  const store = new EmbeddedStore({ directory, onBroken: raise })
  const recovered = await store.start()
  return { store, damage: recovered.damage, numbers: await numbersIn(store, recovered) }
}

async function change(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, at)
  byte[0] = (byte[0] ?? 0) ^ 0xff
  await handle.write(byte, 0, 1, at)
  await handle.close()
}

function raise(error: Error): never {
  throw error
}
