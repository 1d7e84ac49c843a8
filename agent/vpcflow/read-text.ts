import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type ObjectBatch, objectBatch } from './batch.ts'
import { Dictionary } from './dictionary.ts'
import { Fold } from './fold.ts'
import type { Format } from './format.ts'
import { LineReader } from './lines.ts'
import { ReadFault } from './read-fault.ts'

export interface TextOptions {
  /** Records of it that are committed already: they come first and are passed over. */
  readonly committed: number
  /** Where lines have no header; a header in the text replaces it. */
  readonly format?: Format | undefined
  /** False where more records will follow another time: then no batch is the last. */
  readonly isWhole: boolean
  readonly onFormat: (format: Format) => void
}

/** Batches of a text object, in the order of its records. Memory: two chunks and one batch, however large it is. */
export async function* readText(chunks: AsyncIterable<Uint8Array>, options: TextOptions): AsyncGenerator<ObjectBatch> {
  const dictionary = new Dictionary()
  const fold = new Fold(dictionary, options.committed)
  const ready: ObjectBatch[] = []
  const flush = (isLast: boolean) => {
    ready.push(objectBatch(fold.folded(), dictionary, isLast))
    fold.emptied()
    dictionary.forgetIfLarge()
  }
  const { format, onFormat } = options
  const lines = new LineReader({ fold, dictionary, format, onFull: () => flush(false), onFormat })
  for await (const chunk of chunks) {
    lines.take(chunk)
    while (ready.length > 0) yield ready.shift() as ObjectBatch
  }
  lines.end()
  if (fold.isPassingOver)
    throw new ReadFault(
      'truncated',
      `ends after ${fold.records} records, of which ${options.committed} were read before`,
    )
  flush(options.isWhole)
  yield* ready
}

/** Chunks of a gzip file, of any number of members. @throws ReadFault when it ends too early or is damaged. */
export async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  // Whatever fails on the way comes out of the loop below.
  pipeline(Readable.from(chunks), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk
  } catch (error) {
    throw gzipFault(error)
  }
}
const CHUNK_BYTES = 256 * 1024

function gzipFault(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'Z_BUF_ERROR') return new ReadFault('truncated', 'the gzip data end too early')
  if (typeof code === 'string' && code.startsWith('Z_')) return new ReadFault('corrupt', `gzip: ${code}`)
  return error
}
