import { mkdir, readdir, readFile, rename, rm, truncate } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { scanFrames } from './frames.ts'
import { listSegments, replaceSegment, segmentPath } from './segment-file.ts'
import type { SpoolIndex } from './spool-index.ts'
import { noteFrame, readRecord, type SpoolRecord, windowFrame } from './spool-records.ts'

/** Damaged segments kept for whoever wants to look; older ones go. */
const KEEP_DAMAGED = 4

export interface Recovery {
  readonly segments: readonly { readonly number: number; readonly size: number }[]
  readonly damaged: number
  /** false: what was written last may be missing, so sequences must not go on in the same epoch. */
  readonly whole: boolean
}

/**
 * Reads all segments into the index. A torn end is cut off; a damaged segment is set aside and its good frames are kept.
 * Never rejects because of what is in a segment: a node must not stop measuring because of a bad disk block.
 */
export async function recoverSpool(folder: string, index: SpoolIndex): Promise<Recovery> {
  const segments: { number: number; size: number }[] = []
  let damaged = 0
  let whole = true
  const numbers = await listSegments(folder)
  for (const number of numbers) {
    const path = segmentPath(folder, number)
    let body: Buffer = await readFile(path)
    let scan = scanFrames(body)
    if (scan.state !== 'clean') whole = false
    // Only the last segment can be torn by a crash; in an earlier one a missing end is damage too.
    if (scan.state === 'torn' && number === numbers.at(-1)) await truncate(path, scan.soundBytes)
    else if (scan.state !== 'clean') {
      damaged++
      body = salvage(
        scan.frames.flatMap(frame => readable(frame) ?? []),
        body,
      )
      await setAside(folder, path)
      await replaceSegment(folder, number, body)
      scan = scanFrames(body)
    }
    for (const frame of scan.frames) {
      const record = readable(frame)
      if (record !== undefined) index.apply(record, number)
    }
    segments.push({ number, size: scan.soundBytes })
  }
  return { segments, damaged, whole }
}

const readable = (frame: Parameters<typeof readRecord>[0]): SpoolRecord | undefined => {
  try {
    return readRecord(frame)
  } catch {
    return undefined // the checksum holds but the content is another version's
  }
}

/**
 * The good records of a damaged segment. Their checkpoint pieces rest on one that may be missing, and a wrong checkpoint
 * would count bytes twice: it is given up until the next full one.
 */
function salvage(records: readonly SpoolRecord[], body: Buffer): Buffer {
  const frames = records.map(record => {
    if (record.kind !== 'window') return noteFrame(record)
    const batch = body.subarray(record.batchAt, record.batchAt + record.meta.batchBytes)
    return windowFrame({ ...record.meta, piece: 'none' }, batch, new Uint8Array())
  })
  return Buffer.concat([...frames, noteFrame({ kind: 'broken' })])
}

async function setAside(folder: string, path: string): Promise<void> {
  const aside = join(folder, 'damaged')
  await mkdir(aside, { recursive: true })
  await rename(path, join(aside, basename(path)))
  const names = (await readdir(aside)).sort()
  for (const name of names.slice(0, -KEEP_DAMAGED)) await rm(join(aside, name), { force: true })
}
