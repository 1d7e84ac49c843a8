import { crc32 } from 'node:zlib'
import type { Deltas } from './deltas.ts'
import { CHANGED, type ConnectionRecords, SAVED, SWAPPED, UNORIENTED } from './deltas-records.ts'
import { COUNTERS } from './deltas-sighting.ts'
import { ByteReader, ByteWriter } from './varint.ts'

/*
 * What a restart needs to go on counting where the last process stopped: each connection's key, counters and how it is
 * bound. A piece, little-endian; v = varint (LEB128):
 *
 *   "WCT1" | u8 kind (0 full, 1 changes) | 16 bytes boot id | f64 inode of the network namespace
 *   twice, for IPv4 and IPv6:
 *     v removed, each: v index        gone since the piece before
 *     v records, each: v index | u8 flags | if IS_NEW: key words (i32 each), v binding | v × 4 counters
 *   u32 CRC-32 of all before
 *
 * Ids of connections are the kernel's secrets: pieces mean nothing after a reboot or in another network namespace.
 */
const MAGIC = 0x31544357 // "WCT1"
const FULL = 0
const CHANGES = 1
const IS_NEW = 0x80
/** A full piece is due when the changes since the last one outgrow it, but not for less than this. */
const CHANGES_WORTH_BYTES = 64 * 1024

export interface Machine {
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string
  readonly networkNamespace: number
}

export interface Piece {
  readonly kind: 'full' | 'changes'
  readonly body: Uint8Array<ArrayBuffer>
}

/** Writes pieces: full first, then changes until they outgrow it. */
export class CheckpointWriter {
  readonly #machine: Machine
  readonly #writer = new ByteWriter()
  #fullBytes = 0
  #changesBytes = Number.POSITIVE_INFINITY

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** The piece that brings the pieces so far up to the connections as they are now. */
  next(deltas: Deltas): Piece {
    const full = this.#changesBytes > Math.max(this.#fullBytes, CHANGES_WORTH_BYTES)
    const out = this.#writer
    out.u32(MAGIC)
    out.u8(full ? FULL : CHANGES)
    out.bytes(bootIdBytes(this.#machine.bootId))
    out.f64(this.#machine.networkNamespace)
    writeRecords(out, deltas.v4.records, full)
    writeRecords(out, deltas.v6.records, full)
    out.u32(crc32(out.written()))
    const body = out.take()
    if (full) this.#fullBytes = body.length
    this.#changesBytes = full ? 0 : this.#changesBytes + body.length
    return { kind: full ? 'full' : 'changes', body }
  }
}

function writeRecords(out: ByteWriter, records: ConnectionRecords, full: boolean): void {
  const { table } = records
  const removed = full ? [] : records.removed
  records.removed = []
  out.varint(removed.length)
  for (const index of removed) out.varint(index)
  let count = 0
  for (let index = 0; index < table.top; index++) if (isDue(records, index, full)) count++
  out.varint(count)
  for (let index = 0; index < table.top; index++) {
    if (!isDue(records, index, full)) continue
    const flags = records.flags(index)
    const isNew = full || (flags & SAVED) === 0
    out.varint(index)
    out.u8((flags & (SWAPPED | UNORIENTED)) | (isNew ? IS_NEW : 0))
    if (isNew) {
      for (let word = 0; word < table.layout.keyWords; word++) out.u32(table.words[index * table.stride + word] ?? 0)
      out.varint(records.binding(index))
    }
    const last = table.numbers(index)
    for (let i = 0; i < COUNTERS; i++) out.varint(table.doubles[last + i] ?? 0)
    records.setFlags(index, (flags & ~CHANGED) | SAVED)
  }
}

const isDue = (records: ConnectionRecords, index: number, full: boolean): boolean =>
  records.table.isLive(index) && (full || (records.flags(index) & CHANGED) !== 0)

/**
 * Puts the connections of the pieces, oldest first, into empty `deltas`.
 * @returns why the pieces cannot be used; then `deltas` is spoilt and a fresh one must take its place
 */
export function restoreCheckpoint(deltas: Deltas, pieces: readonly Uint8Array[], machine: Machine): string | undefined {
  const indices = [new Map<number, number>(), new Map<number, number>()] as const
  for (const [number, piece] of pieces.entries()) {
    try {
      const wrong = applyPiece(deltas, piece, machine, number === 0, indices)
      if (wrong !== undefined) return `piece ${number + 1} of ${pieces.length}: ${wrong}`
    } catch (error) {
      // ByteReader throws a RangeError at the end of the bytes; the checksum makes that a bug or a foreign file.
      return `piece ${number + 1} of ${pieces.length}: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  if (pieces.length === 0) return 'no pieces'
  deltas.restored()
  return undefined
}

function applyPiece(
  deltas: Deltas,
  piece: Uint8Array,
  machine: Machine,
  first: boolean,
  indices: readonly [Map<number, number>, Map<number, number>],
): string | undefined {
  const input = new ByteReader(piece)
  if (input.u32() !== MAGIC) return 'not a checkpoint of this version'
  if (crc32(piece.subarray(0, -4)) !== new ByteReader(piece.subarray(-4)).u32()) return 'checksum differs'
  const kind = input.u8()
  if (first !== (kind === FULL)) return first ? 'the first piece is not a full one' : 'a full piece after the first'
  const boot = input.bytes(16)
  if (bootIdBytes(machine.bootId).some((byte, i) => byte !== boot[i])) return 'of another boot of this machine'
  if (input.f64() !== machine.networkNamespace) return 'of another network namespace'
  readRecords(input, deltas.v4.records, indices[0])
  readRecords(input, deltas.v6.records, indices[1])
  return input.left === 4 ? undefined : `${input.left - 4} bytes too many`
}

function readRecords(input: ByteReader, records: ConnectionRecords, indices: Map<number, number>): void {
  const { table } = records
  const key = new Int32Array(table.layout.keyWords)
  const counters = new Float64Array(COUNTERS)
  const indexOf = (saved: number): number => {
    const index = indices.get(saved)
    if (index === undefined) throw new RangeError(`connection ${saved} was never saved`)
    return index
  }
  for (let left = input.varint(); left > 0; left--) {
    const saved = input.varint()
    table.remove(indexOf(saved))
    indices.delete(saved)
  }
  for (let left = input.varint(); left > 0; left--) {
    const saved = input.varint()
    const flags = input.u8()
    let binding = 0
    if ((flags & IS_NEW) !== 0) {
      for (let word = 0; word < key.length; word++) key[word] = input.u32() | 0
      binding = input.varint()
    }
    for (let i = 0; i < COUNTERS; i++) counters[i] = input.varint()
    if ((flags & IS_NEW) === 0) records.overwrite(indexOf(saved), counters, flags)
    else indices.set(saved, records.restore(key, counters, flags & ~IS_NEW, binding))
  }
}

function bootIdBytes(bootId: string): Uint8Array {
  const hex = bootId.replaceAll('-', '').trim().padEnd(32, '0')
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16) || 0)
}
