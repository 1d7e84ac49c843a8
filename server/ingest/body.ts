import type { IncomingMessage } from 'node:http'

/** The whole body, but never more than `limit` bytes of it in memory. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too large' | 'cut off'> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue
      length += chunk.length
      // The rest is read and thrown away: whoever is still sending would miss the answer.
      if (length <= limit) chunks.push(chunk)
    }
  } catch {
    return 'cut off'
  }
  return length > limit ? 'too large' : Buffer.concat(chunks, length)
}
