import { rmdirSync, rmSync } from 'node:fs'
import { run } from './net/command.ts'
import { type LabRecord, lives, markOf, readRecords, recordFile, recordsFolder } from './registry.ts'

/** Ends a lab's processes, then removes its namespaces, links, folder and record. Complete after any earlier end. */
export async function removeLab(record: LabRecord): Promise<void> {
  const existing = new Set(record.namespaces.length > 0 ? await namespaces() : [])
  const own = record.namespaces.filter(name => existing.has(name))
  const inside = await Promise.all(own.map(processesIn))
  const marks = [...record.processes.filter(lives), ...inside.flat().flatMap(pid => markOf(pid) ?? [])]
  for (const { pid } of marks) signal(pid)
  // Removing a veth's namespace removes both of its ends; one after the other, the kernel does it in batches anyway.
  for (const name of own) await run('ip', ['netns', 'delete', name]).catch(() => undefined)
  for (const link of record.links) await run('ip', ['link', 'delete', link]).catch(() => undefined)
  rmSync(record.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  rmSync(recordFile(record.slot), { force: true })
  try {
    rmdirSync(recordsFolder)
  } catch {
    // Other labs live, or have removed it.
  }
}

/** Removes what labs left whose process is gone. @returns their marks. */
export async function sweepDeadLabs(): Promise<string[]> {
  const dead = readRecords().filter(record => !lives(record.owner))
  for (const record of dead) await removeLab(record)
  return dead.map(record => record.mark)
}

/** Names of all network namespaces of this machine. */
export async function namespaces(): Promise<string[]> {
  const lines = (await run('ip', ['netns', 'list'])).split('\n')
  return lines.flatMap(line => line.split(' ')[0] || [])
}

async function processesIn(namespace: string): Promise<number[]> {
  const out = await run('ip', ['netns', 'pids', namespace]).catch(() => '')
  return out.split('\n').filter(Boolean).map(Number)
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended between the look and the signal.
  }
}
