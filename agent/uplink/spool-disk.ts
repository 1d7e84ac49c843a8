import { open, rm } from 'node:fs/promises'
import { mergeBatches, packBatch, partsFor, unpackBatch } from './batch.ts'
import { scanFrames } from './frames.ts'
import { replaceSegment, SegmentFile, segmentPath, syncFolder } from './segment-file.ts'
import type { PendingWindow, SpoolIndex } from './spool-index.ts'
import { noteFrame, type Place, readRecord, type SpoolRecord, type WindowMeta, windowFrame } from './spool-records.ts'
import { type ClosedSegment, groupsOf, runsOf } from './spool-room.ts'

/** A segment is closed at this size, or earlier by a full checkpoint, so that what is behind it can go. */
const SEGMENT_BYTES = 8 * 1024 * 1024
const NO_PIECE = new Uint8Array()

/** The spool's files: the segment that is written to, those that are closed, and the index over both. */
export class SpoolDisk {
  readonly #folder: string
  readonly #index: SpoolIndex
  readonly #epoch: string
  #closed: ClosedSegment[]
  #current: SegmentFile | undefined

  constructor(folder: string, index: SpoolIndex, epoch: string, closed: readonly ClosedSegment[]) {
    this.#folder = folder
    this.#index = index
    this.#epoch = epoch
    this.#closed = [...closed]
  }

  get bytes(): number {
    return this.#closed.reduce((sum, { size }) => sum + size, this.#current?.size ?? 0)
  }

  /** A window and its checkpoint piece in one durable append. Rejects where the disk is full: nothing was written then. */
  async appendWindow(meta: WindowMeta, batch: Uint8Array, piece: Uint8Array, broken: boolean): Promise<void> {
    if (this.#current === undefined || meta.piece === 'full' || this.#current.size > SEGMENT_BYTES) await this.#rotate()
    const lead = broken ? noteFrame({ kind: 'broken' }) : Buffer.alloc(0)
    if (broken) this.#index.apply({ kind: 'broken' }, 0)
    const frame = windowFrame(meta, batch, piece)
    const segment = await this.#open()
    const at = (await segment.append(Buffer.concat([lead, frame]), true)) + lead.length
    const pieceAt = at + frame.length - piece.length
    const place = { at: pieceAt, bytes: piece.length }
    const record: SpoolRecord = { kind: 'window', meta, batchAt: pieceAt - batch.length, piece: place }
    this.#index.apply(record, segment.number)
    if (meta.piece === 'full') await this.tidy()
  }

  async note(record: Exclude<SpoolRecord, { kind: 'window' }>, durable: boolean): Promise<void> {
    const segment = await this.#open()
    await segment.append(noteFrame(record), durable)
    this.#index.apply(record, segment.number)
  }

  async readBatch({ segment, batchAt, meta }: PendingWindow): Promise<Buffer> {
    return await this.read(segment, { at: batchAt, bytes: meta.batchBytes })
  }

  /** @throws Error when the segment is gone or shorter. */
  async read(segment: number, { at, bytes }: Place): Promise<Buffer> {
    const file = await open(segmentPath(this.#folder, segment), 'r')
    try {
      const body = Buffer.alloc(bytes)
      const { bytesRead } = await file.read(body, 0, bytes, at)
      if (bytesRead < bytes) throw new Error(`segment ${segment} ends before byte ${at + bytes}`)
      return body
    } finally {
      await file.close()
    }
  }

  /** Removes closed segments, oldest first, that hold neither a waiting window nor a checkpoint a restart needs. */
  async tidy(): Promise<void> {
    const inUse = new Set(this.#index.pending().map(({ segment }) => segment))
    for (;;) {
      const oldest = this.#closed[0]
      if (oldest === undefined || inUse.has(oldest.number) || oldest.number >= this.#index.firstCheckpointSegment)
        return
      await rm(segmentPath(this.#folder, oldest.number), { force: true })
      this.#closed.shift()
    }
  }

  /** Writes closed segments anew: without outdated checkpoint pieces, and with windows merged to a coarser grain. */
  async condense(grainMs: number): Promise<void> {
    const old = this.#closed.filter(({ number }) => number < this.#index.firstCheckpointSegment)
    for (const run of runsOf(old)) {
      const numbers = new Set(run.map(({ number }) => number))
      const windows = this.#index.pending().filter(({ segment }) => numbers.has(segment))
      const groups = groupsOf(windows, window => this.#index.isOffered(window), grainMs)
      const used = windows.reduce((sum, { meta }) => sum + meta.batchBytes + 1024, 0)
      const size = run.reduce((sum, segment) => sum + segment.size, 0)
      if (groups.length < windows.length || size > 2 * used) await this.#rewrite(run, groups)
    }
  }

  async close(): Promise<void> {
    await this.#current?.close()
  }

  async #rewrite(run: readonly ClosedSegment[], groups: readonly (readonly PendingWindow[])[]): Promise<void> {
    const number = run.at(-1)?.number
    if (number === undefined) return
    const frames = [noteFrame({ kind: 'epoch', epoch: this.#epoch })]
    for (const group of groups) frames.push(await this.#merged(group))
    // What notes of these segments said of windows elsewhere must not be lost with them.
    frames.push(noteFrame({ kind: 'offered', sequence: this.#index.offeredUpTo }))
    for (const { meta } of this.#index.pending()) {
      if (meta.of === partsFor(meta.rows) && meta.partsDone === 0) continue
      frames.push(noteFrame({ kind: 'split', sequence: meta.sequence, of: meta.of }))
      frames.push(noteFrame({ kind: 'settled', sequence: meta.sequence, partsDone: meta.partsDone }))
    }
    const body = Buffer.concat(frames)
    await replaceSegment(this.#folder, number, body)
    for (const frame of scanFrames(body).frames) {
      const record = readRecord(frame)
      if (record?.kind === 'window') this.#index.put({ meta: record.meta, segment: number, batchAt: record.batchAt })
    }
    for (const other of run)
      if (other.number !== number) await rm(segmentPath(this.#folder, other.number), { force: true })
    const gone = new Set(run.map(other => other.number))
    this.#closed = [...this.#closed.filter(other => !gone.has(other.number)), { number, size: body.length }]
    this.#closed.sort((a, b) => a.number - b.number)
  }

  async #merged(group: readonly PendingWindow[]): Promise<Buffer> {
    const bodies: Buffer[] = []
    for (const window of group) bodies.push(await this.readBatch(window))
    const [oldest, newest] = [group[0], group.at(-1)]
    const [body] = bodies
    if (oldest === undefined || newest === undefined || body === undefined) throw new RangeError('an empty group')
    if (group.length === 1)
      return windowFrame({ ...newest.meta, piece: 'none', offered: this.#index.isOffered(newest) }, body, NO_PIECE)
    const batch = mergeBatches(bodies.map(unpackBatch))
    const packed = packBatch(batch)
    const meta: WindowMeta = {
      ...newest.meta,
      first: oldest.meta.first,
      window: batch.window,
      rows: batch.rows.count,
      countedBytes: group.reduce((sum, window) => sum + window.meta.countedBytes, 0),
      of: partsFor(batch.rows.count),
      piece: 'none',
      batchBytes: packed.length,
    }
    return windowFrame(meta, packed, NO_PIECE)
  }

  async #open(): Promise<SegmentFile> {
    if (this.#current === undefined) await this.#rotate()
    if (this.#current === undefined) throw new Error('no segment is open')
    return this.#current
  }

  async #rotate(): Promise<void> {
    const number = (this.#current?.number ?? this.#closed.at(-1)?.number ?? 0) + 1
    const next = await SegmentFile.open(this.#folder, number)
    try {
      await next.append(noteFrame({ kind: 'epoch', epoch: this.#epoch }), true)
      await syncFolder(this.#folder)
    } catch (error) {
      await next.remove().catch(() => {}) // an empty segment does no harm
      throw error
    }
    if (this.#current !== undefined) {
      this.#closed.push({ number: this.#current.number, size: this.#current.size })
      await this.#current.close()
    }
    this.#current = next
  }
}
