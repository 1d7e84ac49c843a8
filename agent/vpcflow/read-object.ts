import type { ObjectBatch } from './batch.ts'
import type { OpenObject } from './objects.ts'
import { ReadFault } from './read-fault.ts'
import { readParquet } from './read-parquet.ts'
import { gunzipped, readText, type TextOptions } from './read-text.ts'

const GZIP = [0x1f, 0x8b]
/** "PAR1" */
const PARQUET = [0x50, 0x41, 0x52, 0x31]

/** Batches of an object, whatever it is: told by its first bytes, never by its name. */
export async function* readObject(
  object: OpenObject,
  options: Omit<TextOptions, 'format'>,
): AsyncGenerator<ObjectBatch> {
  const { head, chunks, close } = await peeked(object.chunks())
  const begins = (magic: readonly number[]) => magic.every((byte, at) => head[at] === byte)
  if (begins(PARQUET)) {
    await close()
    if (object.ranges === undefined) throw new ReadFault('unknown format', 'Parquet where only lines are expected')
    yield* soundly(readParquet(object.ranges, options))
    return
  }
  yield* readText(begins(GZIP) ? gunzipped(chunks) : chunks, { ...options, format: object.format })
}

/** Damaged offsets and lengths lead anywhere: what reads past the end is the object's fault, and not this program's. */
async function* soundly(batches: AsyncIterable<ObjectBatch>): AsyncGenerator<ObjectBatch> {
  try {
    yield* batches
  } catch (error) {
    if (error instanceof RangeError) throw new ReadFault('corrupt', error.message)
    throw error
  }
}

/** The first bytes, and all bytes from the first on; to be closed where those are not wanted. */
async function peeked(all: AsyncIterable<Uint8Array>): Promise<{
  readonly head: Uint8Array
  readonly chunks: AsyncIterable<Uint8Array>
  readonly close: () => Promise<unknown>
}> {
  const iterator = all[Symbol.asyncIterator]()
  const close = async () => iterator.return?.()
  const first: Uint8Array[] = []
  let length = 0
  while (length < 4) {
    const next = await iterator.next()
    if (next.done === true) break
    first.push(next.value)
    length += next.value.length
  }
  async function* chunks() {
    try {
      yield* first
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
    } finally {
      await close()
    }
  }
  return { head: Buffer.concat(first), chunks: chunks(), close }
}
