import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unpackBatch } from '../../../agent/uplink/batch.ts'
import { bytesOf, changes, content, drain, full, stage } from './spool-stage.ts'

const segments = (folder: string) => readdirSync(folder).filter(name => name.startsWith('segment-'))
const sequences = (taken: Awaited<ReturnType<typeof drain>>) => taken.map(({ batch }) => batch.sequence)

test('windows come out as they went in, oldest first, numbered from 1', async () => {
  await using on = stage()
  const spool = await on.open()
  for (const n of [0, 1, 2]) await spool.append(content(n), changes(''))
  const taken = await drain(spool)
  deepEqual(sequences(taken), [1, 2, 3])
  deepEqual(
    taken.map(({ batch }) => [batch.window, batch.ends, bytesOf(batch), batch.epoch]),
    [0, 1, 2].map(n => [content(n).window, content(n).rows.ends, 1000 + n, 'epoch-1']),
  )
})

test('an offer that was not acknowledged is offered again, the same bytes, also after a restart', async () => {
  await using on = stage()
  const first = await on.open()
  await first.append(content(0), full('a'))
  await first.append(content(1), changes('b'))
  const offer = await first.next()
  deepEqual((await first.next())?.body, offer?.body)
  await first.stop()
  const second = await on.open()
  deepEqual((await second.next())?.body, offer?.body)
})

test('after a restart the sequence goes on in the same epoch', async () => {
  await using on = stage()
  const first = await on.open()
  await first.append(content(0), full('a'))
  await drain(first)
  await first.stop()
  const second = await on.open()
  await second.append(content(1), changes('b'))
  const [next] = await drain(second)
  deepEqual([next?.batch.epoch, next?.batch.sequence], ['epoch-1', 2])
})

test('a restart gets the last full checkpoint and the changes since, with the end of the last window', async () => {
  await using on = stage()
  const first = await on.open()
  equal(await first.resume(), undefined)
  for (const [n, piece] of [full('old'), changes('x'), full('new'), changes('y'), changes('z')].entries()) {
    await first.append(content(n), piece)
    await drain(first)
  }
  await first.stop()
  const resumed = await (await on.open()).resume()
  deepEqual(
    resumed?.pieces.map(body => Buffer.from(body).toString()),
    ['new', 'y', 'z'],
  )
  equal(resumed?.windowTo, content(4).window.to)
})

test('what is settled and has a newer checkpoint leaves the disk', async () => {
  await using on = stage()
  const spool = await on.open()
  for (let n = 0; n < 20; n++) {
    await spool.append(content(n), n % 2 === 0 ? full(`full ${n}`) : changes('c'))
    await drain(spool)
  }
  ok(segments(on.folder).length <= 2)
})

test('a window that waits keeps its segment, whatever came after', async () => {
  await using on = stage()
  const first = await on.open()
  for (let n = 0; n < 6; n++) await first.append(content(n), full(String(n)))
  await first.stop()
  const second = await on.open()
  deepEqual(sequences(await drain(second)), [1, 2, 3, 4, 5, 6])
})

test('a split is the same at every offer, its parts hold every row once, and it survives a restart', async () => {
  await using on = stage()
  const first = await on.open()
  await first.append(content(0, { rows: 10, bytes: 7 }), full('a'))
  const whole = await first.next()
  ok(whole !== undefined && (await first.split(whole)))
  const part = await first.next()
  deepEqual([part?.part, part?.of], [0, 2])
  ok(part !== undefined)
  await first.settled(part)
  await first.stop()
  const second = await on.open()
  const rest = await drain(second)
  deepEqual(
    rest.map(({ batch }) => batch.part),
    [{ index: 1, of: 2 }],
  )
  const rows = [unpackBatch(part.body), ...rest.map(({ batch }) => batch)]
  equal(
    rows.reduce((sum, batch) => sum + bytesOf(batch), 0),
    70,
  )
  deepEqual(
    rows.map(batch => batch.ends.length),
    [10, 10],
  )
})

test('a window too large for one request is offered in parts from the start', async () => {
  await using on = stage()
  const spool = await on.open()
  await spool.append(content(0, { rows: 45_000, bytes: 1 }), full('a'))
  const taken = await drain(spool)
  deepEqual(
    taken.map(({ batch }) => batch.part.of),
    [3, 3, 3],
  )
  equal(
    taken.reduce((sum, { batch }) => sum + bytesOf(batch), 0),
    45_000,
  )
})

test('one row cannot be split, nor a batch of which the server has a part', async () => {
  await using on = stage()
  const spool = await on.open()
  await spool.append(content(0), full('a'))
  const single = await spool.next()
  ok(single !== undefined)
  equal(await spool.split(single), false)
  await spool.settled(single)
  await spool.append(content(1, { rows: 8 }), changes('b'))
  const whole = await spool.next()
  ok(whole !== undefined && (await spool.split(whole)))
  const head = await spool.next()
  ok(head !== undefined)
  await spool.settled(head)
  const tail = await spool.next()
  equal(tail !== undefined && (await spool.split(tail)), false)
})

test('a refused batch is counted, kept aside, and does not hold up the next', async () => {
  await using on = stage()
  const spool = await on.open()
  for (const n of [0, 1]) await spool.append(content(n), changes(''))
  const bad = await spool.next()
  ok(bad !== undefined)
  await spool.refused(bad)
  deepEqual(sequences(await drain(spool)), [2])
  equal(on.losses.snapshot()['batches refused'], 1)
  equal(readdirSync(join(on.folder, 'refused')).length, 1)
})

test('refused batches do not fill the disk', async () => {
  await using on = stage()
  const spool = await on.open()
  for (let n = 0; n < 30; n++) {
    await spool.append(content(n), changes(''))
    const offer = await spool.next()
    if (offer !== undefined) await spool.refused(offer)
  }
  equal(readdirSync(join(on.folder, 'refused')).length, 16)
})

test('the oldest sequence still held is told: what is below will never come', async () => {
  await using on = stage()
  const spool = await on.open()
  for (const n of [0, 1, 2]) await spool.append(content(n), changes(''))
  deepEqual(
    (await drain(spool)).map(({ offer }) => offer.oldestSequence),
    [1, 2, 3],
  )
})

test('a second agent on the same spool does not start, and says why', async () => {
  await using on = stage()
  await on.open()
  await rejects(on.open(), /another agent uses the spool/)
})

test('many calls at once take their turns', async () => {
  await using on = stage()
  const spool = await on.open()
  await Promise.all(Array.from({ length: 50 }, (_, n) => spool.append(content(n), n === 0 ? full('') : changes(''))))
  deepEqual(
    sequences(await drain(spool)),
    Array.from({ length: 50 }, (_, n) => n + 1),
  )
  equal(spool.windows, 0)
})

test('what is said of its size is what is on the disk', async () => {
  await using on = stage()
  const spool = await on.open()
  for (let n = 0; n < 10; n++) await spool.append(content(n), full(`${n}`))
  const onDisk = segments(on.folder).reduce((sum, name) => sum + statSync(join(on.folder, name)).size, 0)
  equal(spool.bytes, onDisk)
  equal(spool.windows, 10)
})
