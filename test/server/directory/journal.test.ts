import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { createDirectory, type LabelDirectory } from '../../../server/directory/label-directory.ts'
import { type JournalRecord, recordOf } from '../../../server/directory/records.ts'
import { openJournal } from '../../../server/journal.ts'
import { whoIs } from '../../contracts/directory.ts'
import { numbers } from '../contract/numbers.ts'
import { cart, cartService, minutes, pod, shop, web } from './shop.ts'

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-journal-'))
})
after(() => rmSync(folder, { recursive: true }))

function open(dataDir: string, lines: string[] = []): LabelDirectory {
  const directory = createDirectory({ dataDir, instance: 'test', log: line => lines.push(line) })
  directory.open()
  return directory
}

/** A journal with a history: pods that come, move and go, a routing that changes. Returns the largest id of a label. */
function write(dataDir: string): number {
  const directory = open(dataDir)
  directory.apply(shop, minutes(0))
  directory.apply({ ...shop, pods: [cart, pod('web-1', 'node-b', '10.244.1.10')] }, minutes(10))
  directory.apply({ ...shop, pods: [cart], services: [{ ...cartService, routing: '"Auto"' }] }, minutes(20))
  directory.apply({ ...shop, pods: [cart, web] }, minutes(30))
  const last = directory.place('lab', '10.244.1.10', 0, minutes(30)).label?.id ?? 0
  directory.close()
  return last
}

test('each line is the check sum and the record', () => {
  const dataDir = join(folder, 'format')
  write(dataDir)
  for (const line of readFileSync(join(dataDir, 'directory.journal'), 'utf8').trimEnd().split('\n'))
    assert.equal(line.slice(0, 8), crc32(line.slice(9)).toString(16).padStart(8, '0'))
})

test('after a restart pods that have something alike hold it once, as before', () => {
  const dataDir = join(folder, 'alike')
  const [one, two] = ['10.244.2.21', '10.244.2.22']
  const first = open(dataDir)
  first.apply({ ...shop, pods: [pod('cart-1', 'node-b', one), pod('cart-2', 'node-b', two)] }, minutes(0))
  first.close()
  const directory = open(dataDir)
  const [a, b] = [one, two].map(address => directory.place('lab', address, 0, minutes(0)))
  assert.equal(a?.peer.kind === 'pod' && a.peer.name, 'cart-1')
  assert.ok(a?.zone !== undefined && a.zone === b?.zone)
  assert.ok(a.peer.kind === 'pod' && b.peer.kind === 'pod' && a.peer.workload === b.peer.workload)
  directory.close()
})

test('a restart finds every interval, and what ended while nobody looked ended when it was last seen', () => {
  const dataDir = join(folder, 'restart')
  write(dataDir)
  const directory = open(dataDir)
  directory.apply({ ...shop, pods: [cart, pod('web-2', 'node-b', '10.244.1.10')] }, minutes(50))
  const at = (minute: number) => whoIs(directory.place('lab', '10.244.1.10', 0, minutes(minute)).peer)
  assert.deepEqual([5, 15, 25, 29.9, 40, 50].map(at), [
    'pod web-0',
    'pod web-1',
    'unplaced: gone',
    'unplaced: gone',
    'unplaced: gone',
    'pod web-2',
  ])
  directory.close()
})

test('the watermark moves what counts as last seen', () => {
  const dataDir = join(folder, 'watermark')
  write(dataDir)
  const first = open(dataDir)
  first.advance('lab', minutes(40))
  first.close()
  const directory = open(dataDir)
  directory.apply({ ...shop, pods: [cart] }, minutes(50))
  const found = [39.9, 40].map(minute => whoIs(directory.place('lab', '10.244.1.10', 0, minutes(minute)).peer))
  assert.deepEqual(found, ['pod web-0', 'unplaced: gone'])
  directory.close()
})

test('a journal cut anywhere starts, loses only its tail, and gives no id out again', () => {
  const whole = join(folder, 'whole')
  write(whole)
  const body = readFileSync(join(whole, 'directory.journal'))
  const random = numbers(20_260_115)
  for (let i = 0; i < 100; i++) {
    const dataDir = join(folder, `cut-${i}`)
    mkdirSync(dataDir)
    const cut = Math.floor(random() * body.length)
    const kept = body.subarray(0, cut)
    writeFileSync(join(dataDir, 'directory.journal'), kept)
    const torn = cut > 0 && body[cut - 1] !== 10 && body[cut] !== 10
    const directory = open(dataDir)
    assert.equal(directory.stats().journalDamagedLines, torn ? 1 : 0, `cut at ${cut}`)
    const labels = new Set(
      kept
        .toString()
        .match(/"kind":"label".*"label":\{"id":\d+/g)
        ?.map(text => /\d+$/.exec(text)?.[0]),
    )
    if (body[cut] === 10 || !torn) assert.equal(directory.stats().labels, labels.size, `cut at ${cut}`)
    directory.apply({ ...shop, pods: [pod('new-0', 'node-a', '10.244.9.9')] }, minutes(60))
    const id = directory.place('lab', '10.244.9.9', 0, minutes(60)).label?.id ?? 0
    assert.ok(!labels.has(String(id)), `id ${id} given out again after a cut at ${cut}`)
    directory.close()
  }
})

test('damage anywhere is set aside, counted and told; the rest is kept and no id is given out again', () => {
  const whole = join(folder, 'undamaged')
  const last = write(whole)
  const body = readFileSync(join(whole, 'directory.journal'))
  const random = numbers(7)
  for (let i = 0; i < 100; i++) {
    const dataDir = join(folder, `damage-${i}`)
    mkdirSync(dataDir)
    const damaged = Buffer.from(body)
    const at = Math.floor(random() * body.length)
    damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8))
    const file = join(dataDir, 'directory.journal')
    writeFileSync(file, damaged)
    const told: string[] = []
    const directory = open(dataDir, told)
    const lines = directory.stats().journalDamagedLines
    assert.ok(lines >= 1 && lines <= 2, `${lines} lines for one bit at ${at}`)
    assert.match(told.join(), /damaged lines/)
    assert.ok(existsSync(`${file}.damaged`))
    directory.apply({ ...shop, pods: [pod('new-0', 'node-a', '10.244.9.9')] }, minutes(60))
    const id = directory.place('lab', '10.244.9.9', 0, minutes(60)).label?.id ?? 0
    assert.ok(id > last, `id ${id} may have been given out before; the bit was at ${at}`)
    directory.close()
  }
})

test('lines of a kind this version does not know are set aside', () => {
  const dataDir = join(folder, 'kinds')
  write(dataDir)
  const file = join(dataDir, 'directory.journal')
  const text = '{"kind":"weather","cluster":"lab"}'
  writeFileSync(file, `${readFileSync(file, 'utf8')}${crc32(text).toString(16).padStart(8, '0')} ${text}\n`)
  const directory = open(dataDir)
  assert.equal(directory.stats().journalDamagedLines, 1)
  directory.close()
})

test('a journal that cannot be written changes nothing, and later changes are taken when it can', () => {
  const dataDir = join(folder, 'full')
  const child = join(import.meta.dirname, 'full-disk.ts')
  // 64 blocks of 512 bytes: the shop fits, a thousand pods do not.
  const limited = ['-c', 'ulimit -f 64 && exec "$0" "$1" "$2"', process.execPath, child, dataDir]
  const { stdout, stderr } = spawnSync('sh', limited, { encoding: 'utf8' })
  assert.match(stdout, /"refused":"EFBIG/, stderr)
  assert.match(stdout, /"afterRefusal":"pod"/)
  const directory = open(dataDir)
  assert.equal(directory.stats().journalDamagedLines, 0)
  const at = (address: string) => whoIs(directory.place('lab', address, 0, minutes(20)).peer)
  assert.deepEqual(['10.245.0.0', '10.245.0.1', '10.244.1.10'].map(at), [
    'pod crowd-0',
    'unplaced: never listed',
    'unplaced: gone',
  ])
  directory.close()
})

test('a journal that has grown is written anew in pieces, with what is changed meanwhile', async () => {
  const dataDir = join(folder, 'slow')
  mkdirSync(dataDir)
  const file = join(dataDir, 'directory.journal')
  const { journal } = openJournal(file, recordOf)
  const watermark = (cluster: string, minute: number): JournalRecord => {
    return { kind: 'watermark', cluster, at: minutes(minute) }
  }
  journal.append([watermark('lab', 1), watermark('lab', 2), watermark('lab', 3)], true)
  const rewritten = journal.rewriteSlowly([watermark('lab', 3)])
  journal.append([watermark('lab', 4)], true)
  await rewritten
  journal.append([watermark('lab', 5)], true)
  assert.equal(readFileSync(file).length, journal.bytes)
  journal.close()
  assert.deepEqual(
    openJournal(file, recordOf).records.map(record => record.kind === 'watermark' && record.at),
    [3, 4, 5].map(minutes),
  )
})

test('a journal that is closed while it is written anew stays as it was', async () => {
  const dataDir = join(folder, 'closed')
  mkdirSync(dataDir)
  const file = join(dataDir, 'directory.journal')
  const { journal } = openJournal(file, recordOf)
  journal.append([{ kind: 'watermark', cluster: 'lab', at: minutes(1) }], true)
  const before = readFileSync(file)
  const rewritten = journal.rewriteSlowly([])
  journal.close()
  await rewritten
  assert.deepEqual(readFileSync(file), before)
})
