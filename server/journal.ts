import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

/**
 * Append-only file of records: each line is the CRC-32 of the text in hexadecimal, a blank, the record as JSON. It is
 * read once, at start, and then written anew without what is no longer kept. Calls are synchronous: a change is on the
 * disk before anybody is told of it, and the order of changes is the order of calls.
 */
export interface Journal<R> {
  /** On the disk when it returns if `durable`. On failure nothing of it stays in the file. @throws the system's error */
  append(records: readonly R[], durable: boolean): void
  /** Replaces the whole file, in one rename. @throws the system's error; the old file then still stands */
  rewrite(records: Iterable<R>): void
  /** The same in pieces, between which others have their turn; records may change and be appended meanwhile. */
  rewriteSlowly(records: Iterable<R>): Promise<void>
  readonly bytes: number
  close(): void
}

export interface OpenedJournal<R> {
  readonly journal: Journal<R>
  readonly records: readonly R[]
  /** Lines that could not be read; they stand in `<file>.damaged`. A torn last line counts. */
  readonly damagedLines: number
  readonly damagedBytes: number
}

/** What a parsed line says; undefined: nothing that is known here. */
export type ReadRecord<R> = (value: unknown) => R | undefined

/** Opens or creates. @throws the system's error when the folder cannot be written. */
export function openJournal<R>(file: string, recordOf: ReadRecord<R>): OpenedJournal<R> {
  mkdirSync(dirname(file), { recursive: true })
  const { records, damaged } = readLines(readIfThere(file), recordOf)
  if (damaged.length > 0)
    appendFileSync(`${file}.damaged`, Buffer.concat(damaged.map(line => Buffer.concat([line, newline]))))
  let fd = openSync(file, 'a')
  let bytes = 0
  let isClosed = false
  /** What was appended since a slow rewrite began. */
  let since: Buffer[] | undefined
  const replaceBy = (size: number): void => {
    renameSync(`${file}.next`, file)
    syncFolder(dirname(file))
    closeSync(fd)
    fd = openSync(file, 'a')
    bytes = size
  }
  const journal: Journal<R> = {
    append(added, durable) {
      let size = 0
      const written: Buffer[] = []
      try {
        for (const text of chunks(added)) {
          size += writeAll(fd, text)
          if (since !== undefined) written.push(text)
        }
        if (durable) fdatasyncSync(fd)
      } catch (error) {
        ftruncateSync(fd, bytes) // half a line would spoil the next one
        throw error
      }
      bytes += size
      since?.push(...written)
    },
    rewrite(all) {
      const next = openSync(`${file}.next`, 'w')
      let size = 0
      try {
        for (const text of chunks(all)) size += writeAll(next, text)
        fsyncSync(next)
      } finally {
        closeSync(next)
      }
      replaceBy(size)
    },
    async rewriteSlowly(all) {
      since = []
      const next = await open(`${file}.next`, 'w')
      let size = 0
      try {
        for (const text of chunks(all)) size += (await next.write(text)).bytesWritten
        await next.datasync()
        if (isClosed) return
        // What was appended meanwhile comes last: it says later things of the same intervals.
        for (const text of since) size += writeAll(next.fd, text)
        fsyncSync(next.fd)
        replaceBy(size)
      } finally {
        since = undefined
        await next.close()
      }
    },
    get bytes() {
      return bytes
    },
    close() {
      isClosed = true
      closeSync(fd)
    },
  }
  const damagedBytes = damaged.reduce((sum, line) => sum + line.length, 0)
  return { journal, records, damagedLines: damaged.length, damagedBytes }
}

const newline = Buffer.from('\n')
const CHUNK_BYTES = 1024 * 1024

function lineOf(record: unknown): string {
  const text = JSON.stringify(record)
  return `${sumOf(text)} ${text}\n`
}

const sumOf = (text: string | Uint8Array): string => crc32(text).toString(16).padStart(8, '0')

function* chunks(records: Iterable<unknown>): Iterable<Buffer> {
  let text = ''
  for (const record of records) {
    text += lineOf(record)
    if (text.length < CHUNK_BYTES) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
}

/** One write may take less than it was given, on a disk that is nearly full. */
function writeAll(fd: number, text: Buffer): number {
  for (let at = 0; at < text.length; ) at += writeSync(fd, text, at)
  return text.length
}

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

function readLines<R>(body: Buffer, recordOf: ReadRecord<R>): { records: R[]; damaged: Buffer[] } {
  const records: R[] = []
  const damaged: Buffer[] = []
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf(newline[0] ?? 10, from)
    const line = body.subarray(from, end < 0 ? body.length : end)
    from = end < 0 ? body.length : end + 1
    const record = readLine(line, recordOf)
    if (record !== undefined) records.push(record)
    else if (line.length > 0) damaged.push(line)
  }
  return { records, damaged }
}

function readLine<R>(line: Buffer, recordOf: ReadRecord<R>): R | undefined {
  const text = line.subarray(9)
  if (line.toString('latin1', 0, 9) !== `${sumOf(text)} ` || text.length === 0) return undefined
  try {
    return recordOf(JSON.parse(text.toString()))
  } catch {
    return undefined // a check sum that fits by chance
  }
}

/** A rename is durable when its folder is. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
