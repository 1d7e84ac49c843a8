import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createFixedDirectory } from '../../../../server/directory/fixed/fixed.ts'
import { whoIs } from '../../../contracts/directory.ts'
import { cart, minutes, shop, web } from '../shop.ts'
import { fileText } from './file-text.ts'

const onlyCart = { ...shop, pods: [cart] }

/** A started directory on a file in a folder of its own; `logged` resolves with the next line that fits. */
async function started(t: TestContext, pollMs: number, prepare?: (file: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'weir-fixed-'))
  const file = join(folder, 'files', 'directory.yaml')
  await mkdir(dirname(file))
  if (prepare === undefined) await writeFile(file, fileText(shop))
  else await prepare(file)
  const waiting: { fits: RegExp; resolve: (line: string) => void }[] = []
  const log = (line: string): void => {
    for (const { fits, resolve } of waiting) if (fits.test(line)) resolve(line)
  }
  const fixed = createFixedDirectory({ file, dataDir: join(folder, 'data'), now: () => minutes(10), log, pollMs })
  t.after(async () => {
    await fixed.stop()
    await rm(folder, { recursive: true })
  })
  await fixed.start()
  const logged = (fits: RegExp) => new Promise<string>(resolve => waiting.push({ fits, resolve }))
  const who = () => whoIs(fixed.directory.place('lab', '10.244.1.10', 0, minutes(10)).peer)
  return { fixed, file, folder, logged, who }
}

/** Longer than any test: only the kernel's word can tell of the change. */
const NEVER_MS = 3_600_000
const quick = 20

test('a bad file refuses to start and says why', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-fixed-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'directory.yaml')
  await writeFile(file, 'cluster: lab\nzones: []\nnodes: 3\n')
  const fixed = createFixedDirectory({ file, dataDir: folder, now: () => minutes(0), log: () => {} })
  await assert.rejects(fixed.start(), /directory\.yaml:3:8: nodes: expected a list, found the number 3/)
})

test('a file that is not there refuses to start and names it', async () => {
  const file = '/nowhere/directory.yaml'
  const fixed = createFixedDirectory({ file, dataDir: tmpdir(), now: () => minutes(0), log: () => {} })
  await assert.rejects(fixed.start(), /ENOENT.*\/nowhere\/directory\.yaml/)
})

for (const [how, pollMs] of [
  ['told by the kernel', NEVER_MS],
  ['found by the poll', quick],
] as const) {
  test(`a file replaced by a rename is read again, ${how}`, async t => {
    const { file, logged, who } = await started(t, pollMs)
    const read = logged(/read again/)
    await writeFile(`${file}.new`, fileText(onlyCart))
    await rename(`${file}.new`, file)
    await read
    assert.equal(who(), 'unplaced: gone')
  })

  test(`a file written in place is read again, ${how}`, async t => {
    const { file, logged, who } = await started(t, pollMs)
    const read = logged(/read again/)
    await writeFile(file, fileText(onlyCart))
    await read
    assert.equal(who(), 'unplaced: gone')
  })

  test(`a file of a ConfigMap is read again when its folder is exchanged, ${how}`, async t => {
    const { file, logged, who } = await started(t, pollMs, async path => {
      const folder = dirname(path)
      await mkdir(join(folder, 'first'))
      await writeFile(join(folder, 'first', 'directory.yaml'), fileText(shop))
      await symlink('first', join(folder, '..data'))
      await symlink('..data/directory.yaml', path)
    })
    const read = logged(/read again/)
    const folder = dirname(file)
    await mkdir(join(folder, 'second'))
    await writeFile(join(folder, 'second', 'directory.yaml'), fileText(onlyCart))
    await symlink('second', join(folder, '..next'))
    await rename(join(folder, '..next'), join(folder, '..data'))
    await read
    assert.equal(who(), 'unplaced: gone')
  })
}

test('a bad change keeps the last good state, is told and counted once, and the watermark stands', async t => {
  const { fixed, file, logged, who } = await started(t, quick)
  const refused = logged(/last good state/)
  await writeFile(file, 'cluster: lab\nzones: 3\n')
  assert.match(await refused, /directory\.yaml:2:8: zones: expected a list/)
  assert.equal(who(), 'pod web-0')
  const read = logged(/read again/)
  await writeFile(file, fileText(onlyCart))
  await read
  assert.equal(who(), 'unplaced: gone')
  assert.equal(fixed.fileStats().fileRefusedTotal, 1)
})

test('a file that was removed keeps the last good state until it is back', async t => {
  const { file, logged, who } = await started(t, quick)
  const refused = logged(/last good state/)
  await unlink(file)
  assert.match(await refused, /ENOENT/)
  assert.equal(who(), 'pod web-0')
  const read = logged(/read again/)
  await writeFile(file, fileText({ ...shop, pods: [web] }))
  await read
  assert.equal(who(), 'pod web-0')
})

test('another cluster in the same file is refused: its labels would mix', async t => {
  const { file, logged, who } = await started(t, quick)
  const refused = logged(/last good state/)
  await writeFile(file, fileText({ ...onlyCart, cluster: 'other' }))
  assert.match(await refused, /expected "lab" as at start, found "other"/)
  assert.equal(who(), 'pod web-0')
})
