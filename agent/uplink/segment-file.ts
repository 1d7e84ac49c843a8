import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const NAME = /^segment-(\d{12})\.log$/
export const segmentPath = (folder: string, number: number): string =>
  join(folder, `segment-${String(number).padStart(12, '0')}.log`)

/** Numbers of the segments in the folder, oldest first. */
export async function listSegments(folder: string): Promise<readonly number[]> {
  const numbers = (await readdir(folder)).flatMap(name => NAME.exec(name)?.[1] ?? [])
  return numbers.map(Number).sort((a, b) => a - b)
}

/** One file of frames, appended to. */
export class SegmentFile {
  readonly number: number
  readonly #path: string
  readonly #file: FileHandle
  #size: number

  private constructor(number: number, path: string, file: FileHandle, size: number) {
    this.number = number
    this.#path = path
    this.#file = file
    this.#size = size
  }

  static async open(folder: string, number: number): Promise<SegmentFile> {
    const path = segmentPath(folder, number)
    const file = await open(path, 'a+')
    return new SegmentFile(number, path, file, (await stat(path)).size)
  }

  get size(): number {
    return this.#size
  }

  /** Appends whole frames; what a failed attempt left behind is cut off. Returns where they begin. */
  async append(frames: Uint8Array, durable: boolean): Promise<number> {
    const at = this.#size
    try {
      await this.#file.appendFile(frames)
      if (durable) await this.#file.datasync()
      this.#size += frames.length
      return at
    } catch (error) {
      await this.#file.truncate(at).catch(() => {}) // torn, then: the next start cuts it off
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async remove(): Promise<void> {
    await this.#file.close()
    await rm(this.#path, { force: true })
  }
}

/** Makes names in a folder durable: a file that was created, renamed or removed. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a segment as a whole, in place of one of the same number. */
export async function replaceSegment(folder: string, number: number, frames: Uint8Array): Promise<void> {
  const path = segmentPath(folder, number)
  const file = await open(`${path}.new`, 'w')
  try {
    await file.writeFile(frames)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  await syncFolder(folder)
}
