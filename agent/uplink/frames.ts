import { crc32 } from 'node:zlib'

/**
 * Layout of a frame in a spool segment, little-endian:
 *
 *   "WFRM" | u32 kind | u32 length of body | u32 CRC-32 of kind, length and body | body
 */
export interface Frame {
  readonly kind: number
  readonly body: Buffer
  /** Where the body begins in the segment. */
  readonly at: number
}

export interface Scan {
  readonly frames: readonly Frame[]
  /** Bytes from the start that are whole frames without a gap. */
  readonly soundBytes: number
  /** clean: whole frames to the end. torn: the end is missing, as after a crash. damaged: there is rot before good frames. */
  readonly state: 'clean' | 'torn' | 'damaged'
}

const MAGIC = Buffer.from('WFRM')
const HEAD_BYTES = 16

export function encodeFrame(kind: number, body: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEAD_BYTES + body.length)
  MAGIC.copy(frame)
  frame.writeUInt32LE(kind, 4)
  frame.writeUInt32LE(body.length, 8)
  frame.set(body, HEAD_BYTES)
  frame.writeUInt32LE(checksum(frame, 0, body.length), 12)
  return frame
}

/** All frames that pass their checksum, also those behind damage. Never throws. */
export function scanFrames(segment: Buffer): Scan {
  const frames: Frame[] = []
  let soundBytes = 0
  let gap = false
  let goodAfterGap = false
  for (let at = 0; at + HEAD_BYTES <= segment.length; ) {
    const length = wholeFrameAt(segment, at)
    if (length === undefined) {
      gap = true
      const next = segment.indexOf(MAGIC, at + 1)
      if (next < 0) break
      at = next
      continue
    }
    goodAfterGap ||= gap
    frames.push({
      kind: segment.readUInt32LE(at + 4),
      body: segment.subarray(at + HEAD_BYTES, at + length),
      at: at + HEAD_BYTES,
    })
    at += length
    if (!gap) soundBytes = at
  }
  const state = goodAfterGap ? 'damaged' : soundBytes < segment.length ? 'torn' : 'clean'
  return { frames, soundBytes, state }
}

/** Length of the frame at that place, head included; undefined when there is none, or not a whole one. */
function wholeFrameAt(segment: Buffer, at: number): number | undefined {
  if (segment.compare(MAGIC, 0, MAGIC.length, at, at + MAGIC.length) !== 0) return undefined
  const length = segment.readUInt32LE(at + 8)
  if (at + HEAD_BYTES + length > segment.length) return undefined
  return segment.readUInt32LE(at + 12) === checksum(segment, at, length) ? HEAD_BYTES + length : undefined
}

const checksum = (bytes: Buffer, at: number, length: number): number =>
  crc32(bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length), crc32(bytes.subarray(at + 4, at + 12)))
