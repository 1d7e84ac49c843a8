import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

export interface Watching {
  /** Calls `look` at once, again soon after the file's folder changed, and at the latest every `pollMs`; one at a time. */
  stop(): Promise<void>
}

/**
 * Watches the folder, not the file: editors and ConfigMaps replace a file by a rename, and a watched inode would be the
 * old one. Where the kernel tells nothing (network file systems), the poll finds out.
 */
export function watchFile(file: string, pollMs: number, look: () => Promise<void>): Watching {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let again = false
  const poke = (): void => {
    if (stopped) return
    if (looking !== undefined) {
      again = true
      return
    }
    clearTimeout(timer)
    looking = look().finally(() => {
      looking = undefined
      if (stopped) return
      timer = setTimeout(poke, again ? 0 : pollMs)
      again = false
    })
  }
  const watcher = watchFolder(file, poke)
  poke()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      watcher?.close()
      await looking
    },
  }
}

/** A ConfigMap's file is a link into the folder ..data, which is what is replaced. */
function watchFolder(file: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === null || name === basename(file) || name === '..data') changed()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined // out of inotify watches: the poll is left
  }
}

/** Text that changes when the file was written or replaced. @throws the system's error */
export async function fileSignature(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs } = await stat(file, { bigint: true })
  return `${dev}.${ino}.${size}.${mtimeNs}`
}
