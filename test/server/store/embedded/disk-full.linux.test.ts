import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { type FlowStore, StorageError } from '../../../../server/store/flow-store.ts'
import { aChange, aSeries, factColumns } from '../../../contracts/store-samples.ts'
import { StoreChild } from './child.ts'
import { numbersIn } from './numbered-changes.ts'
import { openEmbedded } from './open-embedded.ts'

const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs root on Linux: mounts a small file system'
const MIB = 2 ** 20

test('a nearly full disk: commits are refused, reads go on, and commits go on when there is room again', {
  skip,
}, async t => {
  const disk = smallDisk(t, 64)
  await using data = await openEmbedded({ directory: join(disk, 'data'), keepFreeBytes: 8 * MIB })
  const { store } = data
  const series = store.seriesId(aSeries(1))
  const ballast = join(disk, 'ballast')
  await store.commit(aChange({ facts: [factColumns([[0, series, 1]])] }))
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 7 * MIB))
  const refused = await store.commit(aChange({ facts: [factColumns([[0, series, 1]])] })).catch(error => error)
  ok(refused instanceof StorageError)
  equal(refused.code, 'disk full')
  equal(await total(store), 1)
  rmSync(ballast)
  await store.commit(aChange({ facts: [factColumns([[0, series, 1]])] }))
  equal(await total(store), 2)
})

test('little space: the oldest closed minutes go, their hours stay', { skip }, async t => {
  const disk = smallDisk(t, 64)
  await using data = await openEmbedded({ directory: join(disk, 'data'), keepFreeBytes: 8 * MIB })
  const { store } = data
  const series = store.seriesId(aSeries(1))
  const noon = Date.UTC(2026, 0, 10, 12) / 60_000
  await store.commit(aChange({ facts: [factColumns([0, 70, 130].map(minute => [noon + minute, series, 1]))] }))
  const now = epochMs((noon + 300) * 60_000)
  equal((await store.maintain(now)).closedHours, 3)
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - 12 * MIB))
  equal((await store.maintain(now)).droppedForSpace, 3)
  equal((await store.health()).droppedForSpace, 3)
  equal(await total(store), 3)
  const minute = { from: epochMs((noon + 70) * 60_000), to: epochMs((noon + 71) * 60_000) }
  equal((await store.sumBySeries(minute)).count, 0)
})

test('a disk that fills up all the same: the process ends, and nothing acknowledged is lost', { skip }, async t => {
  const disk = smallDisk(t, 24)
  const directory = join(disk, 'data')
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - 3 * MIB))
  const child = new StoreChild('write', directory, '0', '0')
  const lines = await child.rest()
  await child.ended
  const acknowledged = lines.flatMap(({ committed }) => committed ?? [])
  const end = lines.at(-1)
  t.diagnostic(`${acknowledged.length} commits, then ${end?.code}: ${end?.message}`)
  ok(end?.code === 'disk full' || end?.code === 'broken', JSON.stringify(end))
  rmSync(join(disk, 'ballast'))
  await using data = await openEmbedded({ directory, keepFreeBytes: 0 })
  const there = await numbersIn(data.store, data.recovered)
  deepEqual(
    acknowledged.filter(n => !there.has(n)),
    [],
  )
  deepEqual(data.recovered.damage, [])
})

async function total(store: FlowStore): Promise<number> {
  const sums = await store.sumBySeries({ from: epochMs(0), to: epochMs(Date.UTC(2030, 0)) })
  return sums.bytesToResponder.reduce((sum, bytes) => sum + bytes, 0)
}

/** A file system of that many MiB, gone after the test. */
function smallDisk(t: TestContext, mib: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'weir-test', folder])
  t.after(() => {
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })
  return folder
}
