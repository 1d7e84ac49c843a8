import { deepEqual, equal, ok } from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { random } from '../../random.ts'
import { changes, content, drain, full, stage } from './spool-stage.ts'

const WINDOWS = 12

/** A spool of three segments with twelve windows that wait. */
async function filled(folder: string, open: ReturnType<typeof stage>['open']): Promise<void> {
  const spool = await open({ folder })
  for (let n = 0; n < WINDOWS; n++)
    await spool.append(content(n, { rows: 3 }), n % 5 === 0 ? full(`f${n}`) : changes(`c${n}`))
  await spool.stop()
}

test('1,000 spools with torn ends and flipped bits: the agent starts, sends what is whole, counts nothing twice', async () => {
  // In memory where there is a file system for it: thousands of fsyncs prove nothing here.
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  await using on = stage(parent)
  const sample = mkdtempSync(join(parent, 'weir-sample-'))
  try {
    await filled(sample, on.open)
    const names = readdirSync(sample).filter(name => name.startsWith('segment-'))
    ok(names.length >= 3)
    const whole = new Map(names.map(name => [name, readFileSync(join(sample, name))]))
    const next = random(42)
    let lostWindows = 0
    for (let round = 0; round < 1000; round++) {
      const folder = join(on.folder, String(round))
      cpSync(sample, folder, { recursive: true })
      const name = names[Math.floor(next() * names.length)] ?? ''
      const body = Buffer.from(whole.get(name) ?? [])
      const at = Math.floor(next() * body.length)
      const torn = next() < 0.5
      if (!torn) body.writeUInt8(body.readUInt8(at) ^ (1 << Math.floor(next() * 8)), at)
      writeFileSync(join(folder, name), torn ? body.subarray(0, at) : body)

      const spool = await on.open({ folder })
      const resumed = await spool.resume()
      await spool.append(content(WINDOWS), full('after'))
      const taken = await drain(spool)
      const sequences = taken.map(({ batch }) => `${batch.epoch}/${batch.sequence}`)
      equal(new Set(sequences).size, sequences.length, `round ${round}`)
      for (const { batch } of taken) {
        const n = (batch.window.from - content(0).window.from) / 10_000
        // A fresh epoch after damage: a sequence may have been used by a window that is lost.
        if (n === WINDOWS) ok(batch.epoch !== taken[0]?.batch.epoch || taken.length === 1, `round ${round}`)
        else deepEqual(batch.rows, content(n, { rows: 3 }).rows.rows)
      }
      lostWindows += WINDOWS + 1 - taken.length
      // A checkpoint is whole or not there: pieces of one full and the changes that followed it, without a gap.
      const pieces = (resumed?.pieces ?? []).map(piece => Buffer.from(piece).toString())
      const first = Number(pieces[0]?.slice(1) ?? 0)
      deepEqual(
        pieces,
        pieces.map((_, i) => (i === 0 ? `f${first}` : `c${first + i}`)),
        `round ${round}`,
      )
      await spool.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    ok(lostWindows < 4 * 1000, `${lostWindows} windows lost`)
  } finally {
    rmSync(sample, { recursive: true, force: true })
  }
})

test('a damaged segment is counted and set aside', async () => {
  await using on = stage()
  await filled(on.folder, on.open)
  const [name = ''] = readdirSync(on.folder).filter(file => file.startsWith('segment-'))
  const body = readFileSync(join(on.folder, name))
  body.writeUInt8(body.readUInt8(200) ^ 1, 200)
  writeFileSync(join(on.folder, name), body)
  await on.open()
  equal(on.losses.snapshot()['spool segments damaged'], 1)
  deepEqual(readdirSync(join(on.folder, 'damaged')), [name])
})

test('files that are no segments, and segments of nothing, are no reason to stop', async () => {
  await using on = stage()
  await filled(on.folder, on.open)
  writeFileSync(join(on.folder, 'notes.txt'), 'mine')
  writeFileSync(join(on.folder, 'segment-000000000099.log'), '')
  writeFileSync(join(on.folder, 'segment-000000000100.log'), 'nothing that is a frame')
  writeFileSync(join(on.folder, 'segment-000000000101.log.new'), 'left by a crash')
  equal((await drain(await on.open())).length, WINDOWS)
})

test('a checkpoint whose middle was lost is given up, and stays so at the next start', async () => {
  await using on = stage()
  const first = await on.open()
  for (const [n, piece] of [full('f0'), changes('c1'), changes('c2'), changes('c3')].entries())
    await first.append(content(n), piece)
  await first.stop()
  const [name = ''] = readdirSync(on.folder).filter(file => file.startsWith('segment-'))
  const body = readFileSync(join(on.folder, name))
  const middle = Math.floor(body.length * 0.6)
  body.writeUInt8(body.readUInt8(middle) ^ 1, middle)
  writeFileSync(join(on.folder, name), body)
  for (const _ of ['first start', 'second start']) {
    const spool = await on.open()
    equal(await spool.resume(), undefined)
    await spool.stop()
  }
})
