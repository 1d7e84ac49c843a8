import { mkdirSync } from 'node:fs'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { StorageError } from '../flow-store.ts'

/** Where a record lies in its file, and the CRC-32 of its bytes. Kept in the database: what it does not name is not there. */
export interface RecordPlace {
  readonly offset: number
  readonly bytes: number
  readonly crc: number
}

/** Buffers of one writev: IOV_MAX of Linux is 1024. */
const MOST_BUFFERS = 1000

/**
 * Large records beside the database, one file per table, named like it: bodies of batches and journals of facts. They
 * are on the disk before the transaction that names them, and go after the one that drops their table. In the database
 * itself each byte would be written twice, copied five times and checked three times.
 */
export class RecordFiles {
  readonly #directory: string
  readonly #open = new Map<string, OpenFile>()

  constructor(directory: string) {
    this.#directory = directory
    mkdirSync(directory, { recursive: true })
  }

  /**
   * Durable when the promise resolves. What is written and then not named by a commit is never read.
   * One call for a file at a time.
   */
  async append(name: string, records: readonly Uint8Array[]): Promise<RecordPlace[]> {
    const file = await this.#file(name)
    let offset = file.end
    const places = records.map(record => {
      const place = { offset, bytes: record.byteLength, crc: crc32(record) }
      offset += record.byteLength
      return place
    })
    for (let from = 0; from < records.length; from += MOST_BUFFERS) {
      const some = records.slice(from, from + MOST_BUFFERS)
      const wanted = some.reduce((bytes, { byteLength }) => bytes + byteLength, 0)
      const { bytesWritten } = await file.handle.writev(some, places[from]?.offset)
      // A regular file takes less than was asked only when the disk is full.
      if (bytesWritten < wanted)
        throw new StorageError('disk full', `${name}: ${bytesWritten} of ${wanted} bytes could be written`)
    }
    await file.handle.datasync()
    file.end = offset
    return places
  }

  /** undefined: the file is gone, cut short, or holds other bytes than were written. */
  async read(name: string, { offset, bytes, crc }: RecordPlace): Promise<Uint8Array | undefined> {
    const file = await this.#existing(name)
    if (file === undefined) return undefined
    const record = new Uint8Array(bytes)
    const { bytesRead } = await file.handle.read(record, 0, bytes, offset)
    return bytesRead === bytes && crc32(record) === crc ? record : undefined
  }

  /** Removes every file but those. */
  async sweep(keep: ReadonlySet<string>): Promise<void> {
    for (const [name, { handle }] of this.#open) {
      if (keep.has(name)) continue
      this.#open.delete(name)
      await handle.close()
    }
    for (const name of await readdir(this.#directory))
      if (!keep.has(name)) await rm(join(this.#directory, name), { force: true })
  }

  async close(): Promise<void> {
    for (const { handle } of this.#open.values()) await handle.close()
    this.#open.clear()
  }

  async #file(name: string): Promise<OpenFile> {
    const existing = await this.#existing(name)
    if (existing !== undefined) return existing
    const file = { handle: await open(join(this.#directory, name), 'w+'), end: 0 }
    this.#open.set(name, file)
    // The name of a new file is durable only when its folder is.
    const folder = await open(this.#directory, 'r')
    await folder.sync()
    await folder.close()
    return file
  }

  async #existing(name: string): Promise<OpenFile | undefined> {
    const known = this.#open.get(name)
    if (known !== undefined) return known
    try {
      const handle = await open(join(this.#directory, name), 'r+')
      const file = { handle, end: (await handle.stat()).size }
      this.#open.set(name, file)
      return file
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}

interface OpenFile {
  readonly handle: FileHandle
  /** Where the next record goes. */
  end: number
}
