import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { encodeFrame, type Frame } from './frames.ts'

/** What a frame of the spool can say. Unknown kinds are skipped: a newer agent may have written them. */
const KINDS = { epoch: 1, window: 2, offered: 3, split: 4, settled: 5, broken: 6 } as const

/**
 * A window's record: | u32 length of meta | meta: JSON | batch body, compressed | checkpoint piece, compressed |
 * Window and piece are one frame, so that they are durable together or not at all.
 */
export interface WindowMeta {
  readonly epoch: string
  /** The window stands for sequences first … sequence: more than one after a merge. */
  readonly first: number
  readonly sequence: number
  readonly window: BatchWindow
  readonly rows: number
  readonly countedBytes: number
  /** How many requests it takes. */
  readonly of: number
  readonly partsDone: number
  readonly offered: boolean
  /** none: a window that was written anew, after its piece had been replaced by a later full one. */
  readonly piece: 'full' | 'changes' | 'none'
  readonly batchBytes: number
}

/** Bytes of a segment. */
export interface Place {
  readonly at: number
  readonly bytes: number
}

export type SpoolRecord =
  | { readonly kind: 'epoch'; readonly epoch: string }
  | { readonly kind: 'window'; readonly meta: WindowMeta; readonly batchAt: number; readonly piece: Place }
  /** All windows up to this sequence are immutable. */
  | { readonly kind: 'offered'; readonly sequence: number }
  | { readonly kind: 'split'; readonly sequence: number; readonly of: number }
  | { readonly kind: 'settled'; readonly sequence: number; readonly partsDone: number }
  /** A checkpoint piece is missing here: those before and behind do not fit together. */
  | { readonly kind: 'broken' }

export function windowFrame(meta: WindowMeta, batch: Uint8Array, piece: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(meta))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return encodeFrame(KINDS.window, Buffer.concat([length, text, batch, piece]))
}

export const noteFrame = (record: Exclude<SpoolRecord, { kind: 'window' }>): Buffer =>
  encodeFrame(KINDS[record.kind], Buffer.from(JSON.stringify(record)))

/** undefined: a kind this version does not know. The frame's checksum held, so its content is what was written. */
export function readRecord({ kind, body, at }: Frame): SpoolRecord | undefined {
  if (kind !== KINDS.window)
    return Object.values<number>(KINDS).includes(kind) ? JSON.parse(body.toString('utf8')) : undefined
  const metaEnd = 4 + body.readUInt32LE(0)
  const meta: WindowMeta = JSON.parse(body.toString('utf8', 4, metaEnd))
  const pieceAt = metaEnd + meta.batchBytes
  return { kind: 'window', meta, batchAt: at + metaEnd, piece: { at: at + pieceAt, bytes: body.length - pieceAt } }
}
