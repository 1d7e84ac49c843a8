import { mkdir } from 'node:fs/promises'
import type { Part } from '@weir/contract/parts.ts'
import type { Log } from '../log.ts'
import type { Losses } from '../losses.ts'
import type { CheckpointPiece } from '../sources/flow-source.ts'
import { countedBytes, makeBatch, packBatch, partOf, partsFor, unpackBatch, type WindowContent } from './batch.ts'
import { compress, inflate } from './compress.ts'
import { lockFolder } from './lock.ts'
import { saveRefused } from './refused.ts'
import { SpoolDisk } from './spool-disk.ts'
import { type PendingWindow, SpoolIndex } from './spool-index.ts'
import type { WindowMeta } from './spool-records.ts'
import { recoverSpool } from './spool-recovery.ts'

export interface SpoolOptions {
  readonly folder: string
  readonly maxBytes: number
  readonly cluster: string
  readonly node: string
  readonly losses: Losses
  readonly log: Log
  /** A random epoch, for a fresh spool or one that may have lost its end. */
  readonly newEpoch: () => string
}

/** One request's worth, as it is offered every time. */
export interface Offer {
  readonly sequence: number
  readonly part: number
  readonly of: number
  /** The oldest sequence that this spool still holds. */
  readonly oldestSequence: number
  readonly body: Uint8Array
}

/** What a source needs to go on where it ended. */
export interface Resumption {
  /** Bodies of checkpoint pieces: the last full one, then the changes since. */
  readonly pieces: readonly Uint8Array[]
  readonly windowTo: number
}

/** While the disk is full, windows wait in memory up to this; then the oldest go. */
const MAX_UNSAVED_BYTES = 16 * 1024 * 1024
/** A full checkpoint of a million connections. */
const MAX_PIECE_BYTES = 256 * 1024 * 1024
/** A spool that was full is condensed to this share of its bound, so that not every window finds it full again. */
const ROOMY = 0.9
/** What a window takes on disk besides its bodies, at most: head, meta, and a new segment's first frame. */
const FRAMING_BYTES = 1024
const GRAINS_MS = [60_000, 300_000]

interface Unsaved {
  readonly meta: WindowMeta
  readonly batch: Buffer
  readonly piece: Buffer
}

/** Windows on disk until the server has them, each with the checkpoint it rests on. Every call waits its turn. */
export class Spool implements Part {
  readonly name = 'spool'
  readonly #options: SpoolOptions
  readonly #index = new SpoolIndex()
  #disk: SpoolDisk | undefined
  #lock: { release(): Promise<void> } | undefined
  #epoch = ''
  #sequence = 0
  #unsaved: Unsaved[] = []
  #pieceLost = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SpoolOptions) {
    this.#options = options
  }

  /** Takes the lock and reads what is there. Rejects when another agent uses the folder or it cannot be written. */
  async start(): Promise<void> {
    const { folder, losses, log, newEpoch } = this.#options
    await mkdir(folder, { recursive: true })
    this.#lock = await lockFolder(folder)
    const { segments, damaged, whole } = await recoverSpool(folder, this.#index)
    losses.add('spool segments damaged', damaged)
    if (damaged > 0) log.warn('spool was damaged; what could be read is kept', { segments: damaged })
    // Past a torn end there may have been sequences that the server has seen.
    this.#epoch = (whole ? this.#index.lastEpoch : undefined) ?? newEpoch()
    this.#sequence = this.#index.lastSequence
    this.#disk = new SpoolDisk(folder, this.#index, this.#epoch, segments)
  }

  async stop(): Promise<void> {
    await this.#inTurn(async () => {})
    await this.#disk?.close()
    await this.#lock?.release()
  }

  /** What the last durable window left for a source; undefined: there is nothing to go on from. */
  resume(): Promise<Resumption | undefined> {
    return this.#inTurn(async () => {
      const windowTo = this.#index.lastWindowTo
      // A window that is not on disk yet has moved the source's counters on.
      if (this.#disk === undefined || windowTo === undefined || this.#unsaved.length > 0) return undefined
      try {
        const pieces: Uint8Array[] = []
        for (const place of this.#index.pieces)
          pieces.push(inflate(await this.#disk.read(place.segment, place), MAX_PIECE_BYTES))
        return pieces.length > 0 ? { pieces, windowTo } : undefined
      } catch (error) {
        this.#options.log.warn('the counter checkpoint cannot be read: counting starts anew', { error: String(error) })
        return undefined
      }
    })
  }

  get bytes(): number {
    return this.#disk?.bytes ?? 0
  }

  get windows(): number {
    return this.#index.pendingCount + this.#unsaved.length
  }

  /** Durable when it resolves; only where the disk is full it waits in memory. Never rejects. */
  append(content: WindowContent, checkpoint: CheckpointPiece): Promise<void> {
    return this.#inTurn(async () => {
      const { cluster, node } = this.#options
      const sequence = ++this.#sequence
      const origin = { cluster, node, epoch: this.#epoch, sequence }
      const batch = packBatch(makeBatch(content, origin))
      const rows = content.rows.rows.count
      const meta: WindowMeta = {
        epoch: this.#epoch,
        first: sequence,
        sequence,
        window: content.window,
        rows,
        countedBytes: countedBytes(content.rows),
        of: partsFor(rows),
        partsDone: 0,
        // Nothing waits before it: the sender takes it at once, and needs no second write to mark it.
        offered: this.#index.pendingCount === 0 && this.#unsaved.length === 0,
        piece: checkpoint.kind,
        batchBytes: batch.length,
      }
      this.#unsaved.push({ meta, batch, piece: compress(checkpoint.body) })
      await this.#save()
    })
  }

  /** The oldest request that waits; it is marked as immutable before it is handed out. undefined: nothing waits. */
  next(): Promise<Offer | undefined> {
    return this.#inTurn(async () => {
      for (;;) {
        const oldest = this.#index.pending()[0]
        if (oldest === undefined || this.#disk === undefined) return undefined
        if (!this.#index.isOffered(oldest))
          await this.#disk.note({ kind: 'offered', sequence: oldest.meta.sequence }, true)
        try {
          return await this.#offer(this.#disk, oldest)
        } catch (error) {
          this.#options.log.warn('a window of the spool cannot be read', { error: String(error) })
          this.#drop(oldest)
        }
      }
    })
  }

  /** The server has it. */
  settled({ sequence, part }: Offer): Promise<void> {
    return this.#inTurn(async () => {
      const note = { kind: 'settled', sequence, partsDone: part + 1 } as const
      // Not durable: after a crash it is sent once more, and the server knows it.
      await this.#disk?.note(note, false).catch(() => this.#index.apply(note, 0))
      await this.#disk?.tidy()
    })
  }

  /** Twice as many parts from now on. false: it cannot be split further, or a part of it is already with the server. */
  split({ sequence, part, of }: Offer): Promise<boolean> {
    return this.#inTurn(async () => {
      const window = this.#index.pending().find(({ meta }) => meta.sequence === sequence)
      if (window === undefined || part > 0 || of * 2 > Math.min(1024, window.meta.rows)) return false
      await this.#disk?.note({ kind: 'split', sequence, of: of * 2 }, true)
      return true
    })
  }

  /** The server will never take it: kept aside for people to look at, and counted. */
  async refused(offer: Offer): Promise<void> {
    this.#options.losses.add('batches refused', 1)
    await saveRefused(this.#options.folder, `${this.#epoch}-${offer.sequence}-${offer.part}`, offer.body).catch(error =>
      this.#options.log.warn('a refused batch could not be kept', { error: String(error) }),
    )
    await this.settled(offer)
  }

  async #offer(disk: SpoolDisk, { meta }: PendingWindow): Promise<Offer | undefined> {
    const window = this.#index.pending().find(other => other.meta.sequence === meta.sequence)
    if (window === undefined) return undefined
    const body = await disk.readBatch(window)
    const { of, partsDone, epoch, sequence } = window.meta
    const ofEpoch = this.#index.pending().filter(other => other.meta.epoch === epoch)
    const oldestSequence = ofEpoch[0]?.meta.first ?? sequence
    const part = of === 1 ? body : packBatch(partOf(unpackBatch(body), partsDone, of))
    return { sequence, part: partsDone, of, oldestSequence, body: part }
  }

  async #save(): Promise<void> {
    try {
      for (;;) {
        const next = this.#unsaved[0]
        if (next === undefined || this.#disk === undefined) return
        await this.#makeRoom(this.#disk, next.batch.length + next.piece.length + FRAMING_BYTES)
        await this.#disk.appendWindow(next.meta, next.batch, next.piece, this.#pieceLost && next.meta.piece !== 'full')
        this.#pieceLost = false
        this.#unsaved.shift()
      }
    } catch (error) {
      this.#options.log.warn('spool cannot be written; windows wait in memory', { error: String(error) })
      this.#trimUnsaved()
    }
  }

  #trimUnsaved(): void {
    const size = () => this.#unsaved.reduce((sum, { batch, piece }) => sum + batch.length + piece.length, 0)
    while (this.#unsaved.length > 1 && size() > MAX_UNSAVED_BYTES) {
      const lost = this.#unsaved.shift()
      if (lost === undefined) return
      this.#count(lost.meta)
      this.#pieceLost = true
    }
  }

  async #makeRoom(disk: SpoolDisk, need: number): Promise<void> {
    const { maxBytes, log } = this.#options
    if (disk.bytes + need <= maxBytes) return
    await disk.tidy()
    for (const grainMs of GRAINS_MS) if (disk.bytes + need > maxBytes * ROOMY) await disk.condense(grainMs)
    while (disk.bytes + need > maxBytes) {
      const oldest = this.#index.pending()[0]
      if (oldest === undefined) return
      log.warn('spool is full: the oldest windows are dropped', { maxBytes })
      for (const window of this.#index.pending()) if (window.segment === oldest.segment) this.#drop(window)
      await disk.tidy()
    }
  }

  #drop(window: PendingWindow): void {
    this.#index.remove(window.meta.sequence)
    this.#count(window.meta)
  }

  #count(meta: WindowMeta): void {
    this.#options.losses.add('spool windows dropped', meta.sequence - meta.first + 1)
    this.#options.losses.add('spool bytes dropped', meta.countedBytes)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return result
  }
}
