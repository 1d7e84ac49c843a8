const NEWLINE = 0x0a

/** The API server's objects end at 1.5 MB (etcd's limit); a line beyond this is none of its. */
export const LONGEST_LINE = 16 * 1024 * 1024

/**
 * Cuts a stream of bytes into lines. A character of several bytes may lie across two chunks: only whole lines are
 * decoded, and no byte of a longer UTF-8 character is a newline.
 */
export class LineSplitter {
  #parts: Uint8Array[] = []
  #bytes = 0

  /** The lines that this chunk completes; empty lines are left out. @throws Error at a line that is too long. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = this.#take(chunk.subarray(start, end))
      if (line !== '') lines.push(line)
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
    return lines
  }

  /** Whether the stream stands in the middle of a line. */
  get isInside(): boolean {
    return this.#bytes > 0
  }

  #take(last: Uint8Array): string {
    this.#keep(last)
    const line = Buffer.concat(this.#parts).toString('utf8')
    this.#parts = []
    this.#bytes = 0
    return line
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return
    this.#bytes += part.length
    if (this.#bytes > LONGEST_LINE) throw new Error(`a line of more than ${LONGEST_LINE} bytes`)
    this.#parts.push(part)
  }
}
