import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { withId } from '../../../../server/rollouts/detect/change-id.ts'
import {
  ChangeStore,
  KEPT_MS,
  MOST_CHANGES,
  MOST_OF_NAMESPACE,
} from '../../../../server/rollouts/detect/change-store.ts'
import type { SeenSubject } from '../../../../server/rollouts/detect/subjects.ts'

const NOW = epochMs(Date.parse('2026-11-21T10:00:00Z'))
const always = { from: epochMs(0), to: epochMs(Number.MAX_SAFE_INTEGER) }

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-changes-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function open(dataDir: string, lines: string[] = [], now = NOW): ChangeStore {
  const store = new ChangeStore({ dataDir, now: () => now, log: line => void lines.push(line) })
  store.open()
  return store
}

const change = (name: string, at: number, more: Partial<RoutingChange> = {}): RoutingChange =>
  withId({
    cluster: 'prod',
    at: epochMs(at),
    kind: 'traffic distribution',
    subject: { kind: 'service', namespace: 'shop', name },
    services: [{ namespace: 'shop', name }],
    before: 'none',
    after: 'PreferClose',
    note: '',
    times: 1,
    ...more,
  })

const seen = (name: string, after: string): SeenSubject => ({
  subject: `service shop/${name}`,
  told: { 'traffic distribution': after },
  goneAt: null,
  hintsLostAt: null,
})
const names = (store: ChangeStore): string[] =>
  store.within(always).map(({ subject }) => (subject.kind === 'service' ? subject.name : ''))

test('what was kept is there after a restart, newest first, with what it was told by', t => {
  const dataDir = folderOf(t)
  const store = open(dataDir)
  store.keep('prod', { changes: [change('cart', NOW - 2)], seen: [seen('cart', 'PreferClose')], forgotten: [] })
  store.keep('prod', { changes: [change('web', NOW - 1)], seen: [seen('web', 'PreferClose')], forgotten: [] })
  store.keep('prod', { changes: [], seen: [], forgotten: ['service shop/web'] })
  store.close()
  const again = open(dataDir)
  assert.deepEqual(names(again), ['web', 'cart'])
  assert.deepEqual([...again.seen('prod')], [seen('cart', 'PreferClose')])
  assert.equal(again.hasSeen('prod', 'service shop/web'), false)
  again.close()
})

test('a kill before the close loses nothing that was kept', t => {
  const dataDir = folderOf(t)
  open(dataDir).add(change('cart', NOW))
  assert.deepEqual(names(open(dataDir)), ['cart'])
})

test('of a torn last line neither the change nor that it was told is there, wherever it is torn', t => {
  const dataDir = folderOf(t)
  const file = join(dataDir, 'rollouts.journal')
  const store = open(dataDir)
  store.add(change('cart', NOW - 2))
  const whole = statSync(file).size
  store.keep('prod', { changes: [change('web', NOW - 1)], seen: [seen('web', 'PreferClose')], forgotten: [] })
  const body = readFileSync(file)
  for (let bytes = whole + 1; bytes < body.length - 1; bytes += 13) {
    writeFileSync(file, body)
    truncateSync(file, bytes)
    const lines: string[] = []
    const again = open(dataDir, lines)
    assert.deepEqual(names(again), ['cart'])
    assert.deepEqual([...again.seen('prod')], [])
    assert.equal(again.counts().damagedLines, 1)
    assert.equal(lines.length, 1)
    again.close()
  }
})

test('a damaged line in the middle is set aside and counted, and the rest is read', t => {
  const dataDir = folderOf(t)
  const file = join(dataDir, 'rollouts.journal')
  const store = open(dataDir)
  for (const name of ['cart', 'web', 'pay']) store.add(change(name, NOW))
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('"web"', '"wob"'))
  appendFileSync(file, 'what is this\n')
  const again = open(dataDir)
  assert.deepEqual(names(again).sort(), ['cart', 'pay'])
  assert.equal(again.counts().damagedLines, 2)
  assert.match(readFileSync(`${file}.damaged`, 'utf8'), /"wob"/)
})

test('a line of a version to come is not misread', t => {
  const dataDir = folderOf(t)
  const store = open(dataDir)
  store.add(change('cart', NOW, { kind: 'moon phase' as RoutingChange['kind'] })) // as a later version would write it
  store.add(change('web', NOW))
  store.close()
  assert.deepEqual(names(open(dataDir)), ['web'])
})

test('what an older version saw in other words is not compared with, and its changes are there', t => {
  const dataDir = folderOf(t)
  const line = JSON.stringify({
    ...{ kind: 'look', words: 0, cluster: 'prod', forgotten: [] },
    changes: [change('cart', NOW)],
    seen: [seen('cart', 'Close')],
  })
  writeFileSync(join(dataDir, 'rollouts.journal'), `${crc32(line).toString(16).padStart(8, '0')} ${line}\n`)
  const store = open(dataDir)
  assert.deepEqual(names(store), ['cart'])
  assert.deepEqual([...store.seen('prod')], [])
})

test('one namespace cannot drive out the changes of others', t => {
  const store = open(folderOf(t))
  store.add(change('old', NOW - 1, { subject: { kind: 'service', namespace: 'quiet', name: 'old' } }))
  const many = Array.from({ length: MOST_OF_NAMESPACE + 10 }, (_, i) => change(`s${i}`, NOW + i))
  store.keep('prod', { changes: many, seen: [], forgotten: [] })
  assert.equal(store.counts().kept, MOST_OF_NAMESPACE + 1)
  assert.equal(names(store).at(-1), 'old')
  assert.equal(names(store).at(-2), 's10')
})

test('the same change told twice is kept once', t => {
  const store = open(folderOf(t))
  assert.equal(store.add(change('cart', NOW)), true)
  assert.equal(store.add(change('cart', NOW)), false)
  assert.deepEqual(names(store), ['cart'])
  assert.deepEqual(store.counts().added, { 'traffic distribution': 1 })
  assert.equal(store.get(change('cart', NOW).id)?.after, 'PreferClose')
})

test('a range is half-open', t => {
  const store = open(folderOf(t))
  for (const at of [10, 20, 30]) store.add(change(`s${at}`, NOW + at))
  const range = { from: epochMs(NOW + 10), to: epochMs(NOW + 30) }
  assert.deepEqual(
    store.within(range).map(({ at }) => at - NOW),
    [20, 10],
  )
})

test('what is older than 400 days goes, and so does the oldest beyond 20,000', t => {
  const dataDir = folderOf(t)
  const store = open(dataDir)
  store.add(change('old', NOW - KEPT_MS + 1_000))
  const many = Array.from({ length: MOST_CHANGES }, (_, i) =>
    change(`s${i}`, NOW + i, { subject: { kind: 'service', namespace: `n${i % 5}`, name: `s${i}` } }),
  )
  store.keep('prod', { changes: many, seen: [], forgotten: [] })
  assert.equal(store.counts().kept, MOST_CHANGES)
  assert.equal(store.counts().dropped, 1)
  assert.equal(names(store).at(-1), 's0')
  store.close()
  assert.equal(open(dataDir, [], epochMs(NOW + KEPT_MS + 5_000)).counts().kept, MOST_CHANGES - 5_000)
})

const script = join(import.meta.dirname, 'marking.ts')

test('killed while it keeps, every change that was said to be kept is there', async t => {
  const dataDir = folderOf(t)
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const told: string[] = []
  for await (const line of createInterface(child.stdout)) {
    told.push(line)
    if (told.length === 50) child.kill('SIGKILL')
  }
  const kept = new Set(
    open(dataDir, [], epochMs(Date.now()))
      .within(always)
      .map(({ note }) => note),
  )
  assert.ok(told.length >= 50)
  for (const number of told) assert.ok(kept.has(number), number)
})

test('on a full disk a change is refused, nothing is torn, and what was kept before is there', t => {
  const dataDir = folderOf(t)
  // 16 blocks of 512 bytes: some twenty changes.
  const { stdout } = spawnSync('bash', [
    '-c',
    `ulimit -f 16; trap "" XFSZ; exec "$0" "$@"`,
    process.execPath,
    script,
    dataDir,
  ])
  const lines = stdout.toString().trimEnd().split('\n')
  assert.match(lines.at(-1) ?? '', /^refused E(FBIG|NOSPC)$/)
  const again = open(dataDir, [], epochMs(Date.now()))
  assert.equal(again.counts().damagedLines, 0)
  assert.equal(again.counts().kept, lines.length - 1)
})
