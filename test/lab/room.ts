import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimSlot, type LabRecord, markOf, rewrite } from './registry.ts'
import { removeLab, sweepDeadLabs } from './remove.ts'

/** A place for what a run makes, and the promise that all of it goes, however the run ends. */
export interface Room extends AsyncDisposable {
  /** Lowest number no living room has. */
  readonly slot: number
  /** Unique among the living, at most 8 characters: for names of namespaces and links. */
  readonly mark: string
  /** For files; removed with the room. */
  readonly folder: string
  /** Makes sure that a process ends with the room; those inside its namespaces do anyway. */
  own(pid: number): void
  /** Runs before the room goes, last added first. */
  onClose(end: () => Promise<void> | void): void
}

/** Rooms of one process, one after the other, must not share a mark: the janitor of the last may still be at work. */
let roomsMade = 0

/**
 * Sweeps what dead runs left, then takes a room. @param contents names what will be made in it, before it is made.
 * @throws Error when this machine cannot tell processes apart.
 */
export async function openRoom(
  contents: (slot: number, mark: string) => Pick<LabRecord, 'namespaces' | 'links'>,
): Promise<Room> {
  await sweepDeadLabs()
  const owner = markOf(process.pid)
  if (owner === undefined) throw new Error('cannot tell this process from others: neither /proc nor ps is here')
  const mark = `${process.pid.toString(36)}x${(roomsMade++).toString(36)}`
  const folder = mkdtempSync(join(tmpdir(), 'weir-lab-'))
  let record = claimSlot(slot => ({ slot, owner, mark, folder, processes: [], ...contents(slot, mark) }))
  const ending = new AsyncDisposableStack()
  ending.defer(startJanitor(record)) // let go last: it acts on what is still there
  ending.defer(() => removeLab(record))
  return {
    slot: record.slot,
    mark,
    folder,
    own(pid) {
      const process = markOf(pid)
      if (process === undefined) return // it has ended already
      record = { ...record, processes: [...record.processes, process] }
      rewrite(record)
    },
    onClose: end => ending.defer(end),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  }
}

/** Starts the process that cleans up when this one is killed. @returns what lets it go. */
function startJanitor(record: LabRecord): () => void {
  const script = join(import.meta.dirname, 'janitor.ts')
  const janitor = spawn(process.execPath, [script, String(record.slot), record.mark], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true, // a session of its own: Ctrl-C in the terminal must not end it before its work
  })
  janitor.unref()
  return () => janitor.stdin?.end()
}
