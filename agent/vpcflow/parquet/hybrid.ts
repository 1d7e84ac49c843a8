/**
 * The hybrid of runs and packed bits that levels and dictionary indexes are written in (Parquet format, "RLE").
 * @param bytes [from, to) hold it. @param width bits of a value, 0 to 31. @param out filled from its beginning
 * @returns how many values were there: at most as many as `out` has room for
 */
export function readHybrid(bytes: Uint8Array, from: number, to: number, width: number, out: Int32Array): number {
  if (width === 0) return out.fill(0).length
  if (width > 31) return 0 // no dictionary has as many values
  const mask = 2 ** width - 1
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = from
  let filled = 0
  while (filled < out.length && at < to) {
    let head = 0
    for (let shift = 0; at < to; shift += 7) {
      const byte = bytes[at++] as number
      head |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    if ((head & 1) === 0) {
      let value = 0
      for (let shift = 0; shift < width; shift += 8) value |= (bytes[at++] ?? 0) << shift
      const end = Math.min(filled + (head >>> 1), out.length)
      out.fill(value, filled, end)
      filled = end
      continue
    }
    const end = Math.min(filled + (head >>> 1) * 8, out.length)
    const next = at + (head >>> 1) * width
    // Up to 25 bits lie within the four bytes from the one they begin in; at the end there may not be four.
    const sure =
      width > 25 ? filled : Math.min(end, filled + Math.max(0, Math.floor(((bytes.length - 4 - at) * 8) / width)))
    let bit = at * 8
    for (; filled < sure; filled++, bit += width) out[filled] = (view.getUint32(bit >> 3, true) >>> (bit & 7)) & mask
    for (; filled < end; filled++, bit += width) out[filled] = bitByBit(bytes, bit, width)
    at = next
  }
  return filled
}

function bitByBit(bytes: Uint8Array, bit: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value |= (((bytes[(bit + i) >> 3] as number) >> ((bit + i) & 7)) & 1) << i
  return value
}
