import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout, NodeSpec } from './layout.ts'
import type { Room } from './room.ts'
import type { Home } from './weir/weir.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'recordings')

/** What the kernel of a node of the shop's lab said: made by record.ts. */
export const recordingOf = (node: NodeSpec): string => join(folder, `${node.key}.rec`)

/**
 * The nodes of a layout as recordings of their kernels: the same agents and server, without a network of their own.
 * @throws Error when a recording is missing.
 */
export function homeOfRecordings(room: Room, layout: Layout): Home {
  for (const node of layout.nodes)
    if (!existsSync(recordingOf(node)))
      throw new Error(`no recording of ${node.name}: node test/lab/record.ts makes it`)
  return {
    room,
    layout,
    agentsHost: '127.0.0.1',
    namespaceOf: () => undefined,
    sourceOf: node => ['--source', 'recording', '--recording', recordingOf(node)],
  }
}
