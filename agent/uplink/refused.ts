import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Enough to see what is wrong; a server that refuses everything must not fill the disk. */
const KEEP = 16

/** Keeps a batch that the server will never take, in the spool's `refused` folder; the oldest go. */
export async function saveRefused(spool: string, name: string, body: Uint8Array): Promise<void> {
  const folder = join(spool, 'refused')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${Date.now()}-${name}.batch`), body)
  const names = (await readdir(folder)).sort()
  for (const old of names.slice(0, -KEEP)) await rm(join(folder, old), { force: true })
}
