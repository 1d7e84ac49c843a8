import type { ObjectBatch } from './batch.ts'
import type { OpenObject } from './objects.ts'
import { gunzipped, readText, type TextOptions } from './read-text.ts'

const GZIP = [0x1f, 0x8b]

/** Batches of an object, whatever it is: told by its first bytes, never by its name. */
export async function* readObject(
  object: OpenObject,
  options: Omit<TextOptions, 'format'>,
): AsyncGenerator<ObjectBatch> {
  const { head, chunks } = await peeked(object.chunks())
  const begins = (magic: readonly number[]) => magic.every((byte, at) => head[at] === byte)
  yield* readText(begins(GZIP) ? gunzipped(chunks) : chunks, { ...options, format: object.format })
}

/** The first bytes, and all bytes from the first on. */
async function peeked(
  all: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly chunks: AsyncIterable<Uint8Array> }> {
  const iterator = all[Symbol.asyncIterator]()
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
      await iterator.return?.()
    }
  }
  return { head: Buffer.concat(first), chunks: chunks() }
}
