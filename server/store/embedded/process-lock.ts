import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { StorageError } from '../flow-store.ts'

/**
 * A file that says who has the data open. The engine's own lock is what really keeps a second process out; this one
 * says so in a sentence, before anything is touched. A process is told from a later one with the same id (process 1 of
 * a container, as a rule) by the time it started.
 */
export class ProcessLock {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /** @throws StorageError 'held by another process' while the process that wrote the file lives. */
  static take(file: string): ProcessLock {
    const holder = read(file)
    if (holder !== undefined && holder.pid !== process.pid && startTime(holder.pid) === holder.started)
      throw new StorageError('held by another process', `${file}: process ${holder.pid} has the data open`)
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: startTime(process.pid) ?? '' }))
    return new ProcessLock(file)
  }

  release(): void {
    rmSync(this.#file, { force: true })
  }
}

interface Holder {
  readonly pid: number
  readonly started: string
}

function read(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined
    const { pid, started } = value
    return typeof pid === 'number' && typeof started === 'string' && started !== '' ? { pid, started } : undefined
  } catch {
    return undefined // none, or torn by a crash: nobody is named
  }
}

/** Field 22 of /proc/<pid>/stat, clock ticks since boot (man 5 proc); undefined: no such process, or no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the command in brackets and may hold spaces: count from the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
