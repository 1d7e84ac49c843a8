import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A process, told from a later one with the same number by when it started (ticks since boot). */
export interface ProcessMark {
  readonly pid: number
  readonly startedAt: string
}

/** Everything a run will make, on disk before it makes the first thing, so that its end can always be completed. */
export interface LabRecord {
  /** Lowest number no living room has: the third part of a lab's management addresses. */
  readonly slot: number
  readonly owner: ProcessMark
  /** Unique among the living: part of the names of all it makes. */
  readonly mark: string
  readonly namespaces: readonly string[]
  /** Interfaces in the machine's own namespace. */
  readonly links: readonly string[]
  /** Temporary folder of the lab's processes. */
  readonly folder: string
  /** Processes outside the lab's namespaces. */
  readonly processes: readonly ProcessMark[]
}

/** One per user: another's cannot be written, and needs no sweeping from here. */
export const recordsFolder = join(tmpdir(), `weir-labs-${process.getuid?.() ?? 'all'}`)
export const recordFile = (slot: number): string => join(recordsFolder, `slot-${slot}.json`)

/**
 * When a process started, `undefined` when there is none. On Linux field 22 of proc_pid_stat(5), counted after the
 * name's bracket; elsewhere what ps says.
 */
export function markOf(pid: number): ProcessMark | undefined {
  if (process.platform !== 'linux') {
    const startedAt = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim()
    return startedAt ? { pid, startedAt } : undefined
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const startedAt = fields[19]
    return startedAt === undefined ? undefined : { pid, startedAt }
  } catch {
    return undefined
  }
}

export const lives = (mark: ProcessMark): boolean => markOf(mark.pid)?.startedAt === mark.startedAt

/**
 * Takes the lowest free slot and writes the record that `describe` makes for it.
 * @throws Error when 200 labs live on this machine.
 */
export function claimSlot(describe: (slot: number) => LabRecord): LabRecord {
  for (let slot = 0; slot < 200; slot++) {
    const record = describe(slot)
    mkdirSync(recordsFolder, { recursive: true }) // the last of other runs may have removed it just now
    try {
      writeFileSync(recordFile(slot), JSON.stringify(record), { flag: 'wx' }) // fails where the file exists: the lock
      return record
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
  throw new Error(`no free slot for a lab: see ${recordsFolder}`)
}

/** Replaces a lab's record in one step. */
export function rewrite(record: LabRecord): void {
  const file = recordFile(record.slot)
  writeFileSync(`${file}.new`, JSON.stringify(record))
  renameSync(`${file}.new`, file)
}

/** The records of all labs, living or dead. A record cut short by a crash tells nothing and is dropped. */
export function readRecords(): LabRecord[] {
  let files: string[]
  try {
    files = readdirSync(recordsFolder).filter(f => /^slot-\d+\.json$/.test(f))
  } catch {
    return [] // no lab ever ran here
  }
  return files.flatMap(name => {
    const file = join(recordsFolder, name)
    try {
      const record: LabRecord = JSON.parse(readFileSync(file, 'utf8'))
      return [record]
    } catch {
      rmSync(file, { force: true })
      return []
    }
  })
}
