import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/**
 * zstd at level 1: smaller than gzip at level 1 for less CPU at both ends (docs/performance.md, "Wire").
 * The name is that of HTTP's content-encoding (RFC 8878).
 */
export const ENCODING = 'zstd'
const LEVEL = 1

export const compress = (body: Uint8Array): Buffer =>
  zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } })

/** @throws Error when the body is not zstd or inflates beyond `limit` bytes. */
export const inflate = (body: Uint8Array, limit: number): Buffer => zstdDecompressSync(body, { maxOutputLength: limit })
