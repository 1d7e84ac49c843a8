import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bytesOf, content, drain, full, stage } from './spool-stage.ts'

const skip = process.getuid?.() === 0 ? false : 'needs root: mounts a small tmpfs'

/** A disk of a size, mounted while the work lasts. */
async function onDisk(sizeKiB: number, folder: string, work: (disk: string) => Promise<void>): Promise<void> {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'weir-test', disk])
  try {
    await work(disk)
  } finally {
    execFileSync('umount', ['--lazy', disk]) // the spool may still have a file open
  }
}
const rows = 400

test('a full disk keeps windows in memory; once there is room they are on disk, in order, none lost', {
  skip,
}, async () => {
  await using on = stage()
  await onDisk(512, on.folder, async folder => {
    const spool = await on.open({ folder })
    await spool.append(content(0, { rows }), full('0'))
    const ballast = join(folder, 'ballast')
    fill(ballast)
    for (let n = 1; n < 6; n++) await spool.append(content(n, { rows }), full(`${n}`))
    equal(spool.windows, 6)
    equal(await spool.resume(), undefined)
    rmSync(ballast)
    await spool.append(content(6, { rows }), full('6'))
    const taken = await drain(spool)
    deepEqual(
      taken.map(({ batch }) => [batch.sequence, bytesOf(batch)]),
      [0, 1, 2, 3, 4, 5, 6].map(n => [n + 1, rows * (1000 + n)]),
    )
    deepEqual(on.losses.snapshot(), {})
    await spool.stop()
    deepEqual(
      (await (await on.open({ folder })).resume())?.pieces.map(piece => Buffer.from(piece).toString()),
      ['6'],
    )
  })
})

test('a disk that stays full costs the oldest windows in the end, counted, and never the process', {
  skip,
}, async () => {
  await using on = stage()
  await onDisk(512, on.folder, async folder => {
    const spool = await on.open({ folder })
    fill(join(folder, 'ballast'))
    // Two megabytes that do not get smaller, so that what may wait in memory is soon too much.
    const piece = { kind: 'full', body: randomBytes(2 ** 21) } as const
    for (let n = 0; n < 20; n++) await spool.append(content(n, { rows }), piece)
    const lost = on.losses.snapshot()
    const dropped = lost['spool windows dropped'] ?? 0
    ok(dropped > 0)
    equal(dropped + spool.windows, 20)
    equal(
      lost['spool bytes dropped'],
      rows * Array.from({ length: dropped }, (_, n) => 1000 + n).reduce((a, b) => a + b, 0),
    )
  })
})

function fill(path: string): void {
  const chunk = Buffer.alloc(4096, 1)
  try {
    for (;;) writeFileSync(path, chunk, { flag: 'a' })
  } catch {
    // full: that is what it is for
  }
}
