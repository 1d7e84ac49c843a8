import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseUpdate } from './answers.ts'
import type { DirectoryState } from './directory.ts'

const FILE = 'directory.json'

/** What was saved last in the spool's folder; undefined when there is nothing, or nothing that can be read. */
export async function loadDirectory(folder: string): Promise<DirectoryState | undefined> {
  try {
    const body = await readFile(join(folder, FILE))
    const state: DirectoryState = JSON.parse(body.toString('utf8'))
    // It has an update's fields; what an older version wrote differently must not be taken up by half.
    parseUpdate(Buffer.from(JSON.stringify({ ...state, cursor: state.cursor ?? '', reset: true })))
    return state.raises.every(Number.isSafeInteger) ? state : undefined
  } catch {
    return undefined // a cache: without it the server is asked
  }
}

/** Replaces the file as a whole: a crash leaves the old one. */
export async function saveDirectory(folder: string, state: DirectoryState): Promise<void> {
  const path = join(folder, FILE)
  await writeFile(`${path}.new`, JSON.stringify(state))
  await rename(`${path}.new`, path)
}
