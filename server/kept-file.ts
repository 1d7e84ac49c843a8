import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A small file that is replaced as a whole: after a crash it is the old one or the new one, never half of either. */
export interface KeptFile<T> {
  /** What the file holds; undefined where there is none. `damage`: what was set aside, and why. */
  read(): { readonly content: T | undefined; readonly damage?: string }
  /** On the disk when it returns. @throws the system's error; the old content then still stands */
  write(content: T): void
}

/**
 * @param parse throws on what it does not know
 * @param now names the copy of a damaged file
 */
export function keptFile<T>(
  file: string,
  { parse, format }: { readonly parse: (value: unknown) => T; readonly format: (content: T) => unknown },
  now: () => number,
): KeptFile<T> {
  return {
    read() {
      const text = readIfThere(file)
      if (text === undefined) return { content: undefined }
      try {
        return { content: parse(JSON.parse(text)) }
      } catch (error) {
        const aside = `${file}.damaged-${new Date(now()).toISOString().replaceAll(':', '')}`
        renameSync(file, aside)
        const why = error instanceof Error ? error.message : error
        return { content: undefined, damage: `${file} could not be read (${why}) and was set aside as ${aside}` }
      }
    },
    write(content) {
      mkdirSync(dirname(file), { recursive: true })
      const next = `${file}.next`
      const fd = openSync(next, 'w')
      try {
        writeFileSync(fd, JSON.stringify(format(content)))
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
      renameSync(next, file)
      syncFolder(dirname(file))
    },
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
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
