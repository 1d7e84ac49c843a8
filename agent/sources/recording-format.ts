/*
 * A recording: everything a conntrack socket gave, in the order it was read.
 *
 *   "WEIRREC1" | u32 dump interval, ms | u32 zero          all little-endian
 *   records: f64 wall clock, ms | u32 kind (below) | u32 length | the datagram | padding to 4 bytes
 */
export const RECORDING_MAGIC = 'WEIRREC1'
export const HEADER_BYTES = 16
export const RECORD_HEADER_BYTES = 16

/** The table was asked for; no datagram. */
export const ASKED = 1
/** A datagram of the answer. */
export const DUMPED = 2
/** A datagram of the DESTROY group. */
export const ENDED = 3

export interface RecordedDatagram {
  readonly at: number
  readonly kind: number
  readonly bytes: Uint8Array
}

export interface RecordingHeader {
  readonly dumpEveryMs: number
}

export function encodeHeader(header: RecordingHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  bytes.set(Buffer.from(RECORDING_MAGIC, 'latin1'))
  new DataView(bytes.buffer).setUint32(8, header.dumpEveryMs, true)
  return bytes
}

/** @returns a string that says what is wrong when the bytes do not begin a recording */
export function decodeHeader(bytes: Uint8Array): RecordingHeader | string {
  if (bytes.length < HEADER_BYTES || Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== RECORDING_MAGIC)
    return `not a conntrack recording: it does not begin with ${RECORDING_MAGIC}`
  const dumpEveryMs = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true)
  return { dumpEveryMs }
}

export function encodeRecord(at: number, kind: number, datagram: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + ((datagram.length + 3) & ~3))
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, at, true)
  view.setUint32(8, kind, true)
  view.setUint32(12, datagram.length, true)
  bytes.set(datagram, RECORD_HEADER_BYTES)
  return bytes
}

/** All whole records after the header. A record cut off at the end (the recorder was killed) is left out. */
export function* decodeRecords(bytes: Uint8Array): Generator<RecordedDatagram> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = HEADER_BYTES
  while (at + RECORD_HEADER_BYTES <= bytes.length) {
    const length = view.getUint32(at + 12, true)
    const start = at + RECORD_HEADER_BYTES
    if (start + length > bytes.length) return
    yield {
      at: view.getFloat64(at, true),
      kind: view.getUint32(at + 8, true),
      bytes: bytes.subarray(start, start + length),
    }
    at = start + ((length + 3) & ~3)
  }
}
