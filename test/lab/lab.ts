import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Layout } from './layout.ts'
import { applyPlan, ipBatch } from './net/apply.ts'
import { run, runIn } from './net/command.ts'
import { type ManagementNetwork, managementNetwork } from './net/management.ts'
import { labPlan } from './net/plan.ts'
import { claimSlot, type LabRecord, markOf, type ProcessMark, rewrite } from './registry.ts'
import { removeLab, sweepDeadLabs } from './remove.ts'

/** A running lab. Disposing of it removes everything it made. */
export interface Lab extends AsyncDisposable {
  readonly layout: Layout
  /** Begins the name of all its namespaces. */
  readonly prefix: string
  /** For files of the lab's processes; removed with it. */
  readonly folder: string
  /** Where the server listens for agents, in the machine's own namespace. */
  readonly managementAddress: string
  /** Full name of the namespace of a node, a pod, `switch` or `outside`. */
  namespace(key: string): string
  /** Runs a program in one of the lab's namespaces. @returns its output. */
  exec(key: string, command: string, ...args: string[]): Promise<string>
  /** Makes sure that a process outside the lab's namespaces ends with the lab. */
  own(pid: number): void
  /** Runs before the lab goes, last added first. */
  onClose(end: () => Promise<void> | void): void
}

/**
 * Makes the namespaces, links and rules of a layout. Sweeps what dead labs left before it begins.
 * @throws Error with the command that failed; nothing stays behind.
 */
export async function openLab(layout: Layout): Promise<Lab> {
  await sweepDeadLabs()
  const self = markOf(process.pid)
  if (self === undefined) throw new Error('the lab needs /proc to tell its own processes from others')
  const folder = mkdtempSync(join(tmpdir(), 'weir-lab-'))
  const mark = `${self.pid.toString(36)}x${(labsMade++).toString(36)}`
  let record = claimSlot(slot => describe(layout, slot, self, mark, folder))
  const name = (key: string) => `${record.prefix}-${key}`
  const ending = new AsyncDisposableStack()
  ending.defer(startJanitor(record)) // let go last: it acts on what is still there
  ending.defer(() => removeLab(record))
  try {
    const management = managementOf(layout, record.slot, mark)
    await applyPlan(labPlan(layout, name), name)
    await applyManagement(management, name)
    return {
      layout,
      prefix: record.prefix,
      folder,
      managementAddress: management.address,
      namespace: name,
      exec: (key, command, ...args) => runIn(name(key), command, args),
      own(pid) {
        const mark = markOf(pid)
        if (mark === undefined) return // it has ended already
        record = { ...record, processes: [...record.processes, mark] }
        rewrite(record)
      },
      onClose: end => ending.defer(end),
      [Symbol.asyncDispose]: () => ending.disposeAsync(),
    }
  } catch (error) {
    await ending.disposeAsync()
    throw error
  }
}

/** Labs of one process, one after the other, must not share a name: the janitor of the last may still be at work. */
let labsMade = 0

const managementOf = (layout: Layout, slot: number, mark: string): ManagementNetwork =>
  managementNetwork(layout, slot, `w${mark}`, key => `weir${mark}-${key}`)

function describe(layout: Layout, slot: number, self: ProcessMark, mark: string, folder: string): LabRecord {
  const prefix = `weir${mark}`
  return {
    slot,
    owner: self,
    prefix,
    namespaces: labPlan(layout, key => key).map(step => `${prefix}-${step.key}`),
    links: managementOf(layout, slot, mark).links,
    folder,
    processes: [],
  }
}

/** Starts the process that cleans up when this one is killed. @returns what lets it go. */
function startJanitor(record: LabRecord): () => void {
  const script = join(import.meta.dirname, 'janitor.ts')
  const janitor = spawn(process.execPath, [script, String(record.slot), record.prefix], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true, // a session of its own: Ctrl-C in the terminal must not end it before its work
  })
  janitor.unref()
  return () => janitor.stdin?.end()
}

async function applyManagement(network: ManagementNetwork, name: (key: string) => string): Promise<void> {
  await run('ip', ['-batch', '-'], `${network.create.join('\n')}\n`)
  for (const [key, lines] of network.perNode) await ipBatch(name(key), lines)
}
