import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOf, content, drain, full, stage, WINDOW_MS } from './spool-stage.ts'

const MINUTE = 60_000
/** Rows of one window: some 6 kB on disk, so that a spool of 1 MiB is full after a few dozen windows. */
const rows = 400
const total = (count: number) => Array.from({ length: count }, (_, n) => rows * (1000 + n)).reduce((a, b) => a + b, 0)

test('a full spool merges windows to minutes before it drops any: every byte is kept', async () => {
  await using on = stage()
  const spool = await on.open({ maxBytes: 160 * 1024 })
  for (let n = 0; n < 48; n++) await spool.append(content(n, { rows }), full(`${n}`))
  deepEqual(on.losses.snapshot(), {})
  const taken = await drain(spool)
  ok(taken.length < 48)
  equal(
    taken.reduce((sum, { batch }) => sum + bytesOf(batch), 0),
    total(48),
  )
  const lengths = new Set(taken.map(({ batch }) => batch.window.to - batch.window.from))
  ok([...lengths].every(length => length % WINDOW_MS === 0 && length <= 5 * MINUTE))
})

test('merged windows touch each other as their parts did, and none crosses a grain', async () => {
  await using on = stage()
  const spool = await on.open({ maxBytes: 160 * 1024 })
  for (let n = 0; n < 48; n++) await spool.append(content(n, { rows }), full(`${n}`))
  const windows = (await drain(spool)).map(({ batch }) => batch.window)
  for (const [i, window] of windows.entries()) {
    equal(window.from, windows[i - 1]?.to ?? content(0).window.from)
    equal(Math.floor(window.from / (5 * MINUTE)), Math.floor((window.to - 1) / (5 * MINUTE)))
  }
})

test('the window that was offered stays as it was', async () => {
  await using on = stage()
  const spool = await on.open({ maxBytes: 160 * 1024 })
  await spool.append(content(0, { rows }), full('0'))
  const offered = await spool.next()
  for (let n = 1; n < 48; n++) await spool.append(content(n, { rows }), full(`${n}`))
  deepEqual((await spool.next())?.body, offered?.body)
})

test('what was merged survives a restart, with the sequences that went into it never used again', async () => {
  await using on = stage()
  const first = await on.open({ maxBytes: 160 * 1024 })
  for (let n = 0; n < 48; n++) await first.append(content(n, { rows }), full(`${n}`))
  await first.stop()
  const second = await on.open({ maxBytes: 160 * 1024 })
  await second.append(content(48, { rows }), full('48'))
  const taken = await drain(second)
  equal(
    taken.reduce((sum, { batch }) => sum + bytesOf(batch), 0),
    total(49),
  )
  equal(taken.at(-1)?.batch.sequence, 49)
  equal(new Set(taken.map(({ batch }) => batch.sequence)).size, taken.length)
  deepEqual(
    (await second.resume())?.pieces.map(body => Buffer.from(body).toString()),
    ['48'],
  )
})

test('a gap in time is not merged over: it would pass for coverage', async () => {
  await using on = stage()
  const spool = await on.open({ maxBytes: 160 * 1024 })
  const even = Array.from({ length: 40 }, (_, n) => 2 * n)
  for (const n of even) await spool.append(content(n, { rows }), full(`${n}`))
  for (const { batch } of await drain(spool)) equal(batch.window.to - batch.window.from, WINDOW_MS)
})

test('a catch-up window is not merged with live ones', async () => {
  await using on = stage()
  const spool = await on.open({ maxBytes: 160 * 1024 })
  await spool.append(content(0, { rows: 1 }), full('')) // taken by the sender before the rest came
  await spool.append(content(1, { rows, kind: 'catch-up' }), full('1'))
  for (let n = 2; n < 40; n++) await spool.append(content(n, { rows }), full(`${n}`))
  const windows = (await drain(spool)).map(({ batch }) => batch.window)
  deepEqual(
    windows.filter(({ kind }) => kind === 'catch-up'),
    [content(1, { kind: 'catch-up' }).window],
  )
})

test('when merging is not enough the oldest are dropped, counted in windows and bytes, and the bound holds', async () => {
  await using on = stage()
  const maxBytes = 100 * 1024
  const spool = await on.open({ maxBytes })
  // Every window has rows of its own, so that merging saves nothing.
  const big = (n: number) => content(n, { rows: 400 + n, bytes: 1000 + n, kind: 'catch-up' })
  let sent = 0
  for (let n = 0; n < 60; n++) {
    await spool.append(big(n), full(`${n}`))
    sent += bytesOfContent(big(n))
    ok(spool.bytes <= maxBytes)
  }
  const taken = await drain(spool)
  const lost = on.losses.snapshot()
  equal(taken.length + (lost['spool windows dropped'] ?? 0), 60)
  equal(taken.reduce((sum, { batch }) => sum + bytesOf(batch), 0) + (lost['spool bytes dropped'] ?? 0), sent)
  equal(taken.at(-1)?.batch.sequence, 60)
})

const bytesOfContent = (of: ReturnType<typeof content>): number =>
  of.rows.rows.bytesToResponder.reduce((sum, bytes) => sum + bytes, 0)
