import { copyFile, open, readdir, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StorageError } from '../flow-store.ts'

/** Parts of the names under which a damaged log is kept, and what that means. */
const kinds = {
  corrupt: 'could not be replayed: what was committed since the last checkpoint is missing',
  zeroes: 'ended in zeroes, as after a loss of power; what lay before them was replayed',
} as const
type Kind = keyof typeof kinds

/**
 * The engine will not open while its log (write-ahead log) is damaged. The log is kept under another name, and the
 * process ends: opening again in the same process has been reported to corrupt the heap (duckdb/duckdb-node-neo#393).
 *
 * A file system may give a file its length before its bytes, so that after a loss of power it ends in zeroes. All that
 * was acknowledged lies before them (each entry of the log ends in bytes that are not zero, and a log cut short is
 * replayed as far as it is whole): so the zeroes are cut off, and the rest stays for the next start.
 */
export async function setLogAside(log: string, cause: unknown): Promise<StorageError> {
  const { size } = await stat(log)
  const whole = await lengthWithoutZeroes(log, size)
  const kind: Kind = whole < size ? 'zeroes' : 'corrupt'
  const aside = `${log}.${kind}-${new Date().toISOString().replace(/[:.]/g, '')}`
  if (kind === 'zeroes') {
    await copyFile(log, aside)
    const handle = await open(log, 'r+')
    await handle.truncate(whole)
    await handle.sync()
    await handle.close()
  } else await rename(log, aside)
  const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : cause
  const done = kind === 'zeroes' ? `its ${size - whole} zeroes at the end were cut off` : 'it was moved away'
  return new StorageError(
    'broken',
    `the log of ${size} bytes cannot be replayed (${why}); ${done}, ${aside} has all of it: restart to go on`,
    cause,
  )
}

/** Logs that were set aside at earlier starts, in words: told until someone removes the files. */
export async function readSetAside(log: string): Promise<string[]> {
  const damage: string[] = []
  for (const name of (await readdir(dirname(log))).sort())
    for (const [kind, meaning] of Object.entries(kinds))
      if (name.startsWith(`${basename(log)}.${kind}-`)) {
        const { size } = await stat(join(dirname(log), name))
        damage.push(`${name} (${size} bytes) ${meaning}`)
      }
  return damage
}

/** How long a file is without the zeroes at its end. */
async function lengthWithoutZeroes(file: string, size: number): Promise<number> {
  const handle = await open(file, 'r')
  try {
    const block = Buffer.alloc(64 * 1024)
    for (let end = size; end > 0; ) {
      const from = Math.max(0, end - block.length)
      const { bytesRead } = await handle.read(block, 0, end - from, from)
      for (let i = bytesRead; i > 0; i--) if (block[i - 1] !== 0) return from + i
      end = from
    }
    return 0
  } finally {
    await handle.close()
  }
}
