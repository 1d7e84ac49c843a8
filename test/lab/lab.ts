import type { Layout } from './layout.ts'
import { applyPlan, ipBatch } from './net/apply.ts'
import { run, runIn } from './net/command.ts'
import { type ManagementNetwork, managementNetwork } from './net/management.ts'
import { labPlan } from './net/plan.ts'
import { openRoom, type Room } from './room.ts'

/** A running lab. Disposing of it removes everything it made. */
export interface Lab extends AsyncDisposable {
  readonly layout: Layout
  readonly room: Room
  /** Begins the name of all its namespaces. */
  readonly prefix: string
  /** Where the server listens for agents, in the machine's own namespace. */
  readonly managementAddress: string
  /** The machine's own end of a node's management link. */
  managementLink(node: string): string
  /** Full name of the namespace of a node, a pod, `switch` or `outside`. */
  namespace(key: string): string
  /** Runs a program in one of the lab's namespaces. @returns its output. */
  exec(key: string, command: string, ...args: string[]): Promise<string>
}

/**
 * Makes the namespaces, links and rules of a layout, after sweeping what dead labs left.
 * @throws Error with the command that failed; nothing stays behind.
 */
export async function openLab(layout: Layout): Promise<Lab> {
  const named = (mark: string) => (key: string) => `weir${mark}-${key}`
  const managementOf = (slot: number, mark: string) => managementNetwork(layout, slot, `w${mark}`, named(mark))
  const room = await openRoom((slot, mark) => ({
    namespaces: labPlan(layout, named(mark)).map(step => named(mark)(step.key)),
    links: managementOf(slot, mark).links,
  }))
  try {
    const name = named(room.mark)
    const management = managementOf(room.slot, room.mark)
    await applyPlan(labPlan(layout, name), name)
    await applyManagement(management, name)
    return {
      layout,
      room,
      prefix: name('').slice(0, -1),
      managementAddress: management.address,
      managementLink: management.linkOf,
      namespace: name,
      exec: (key, command, ...args) => runIn(name(key), command, args),
      [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
    }
  } catch (error) {
    await room[Symbol.asyncDispose]()
    throw error
  }
}

async function applyManagement(network: ManagementNetwork, name: (key: string) => string): Promise<void> {
  await run('ip', ['-batch', '-'], `${network.create.join('\n')}\n`)
  for (const [key, lines] of network.perNode) await ipBatch(name(key), lines)
}
