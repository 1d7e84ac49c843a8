import { rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

/** Longest path of a Unix socket on Linux (sun_path, 108 bytes with its end). */
const MAX_SOCKET_PATH = 107

/**
 * Keeps a second agent off the same spool: whoever listens on the socket in it owns it. A socket, not a process id,
 * because agents in containers all have id 1, and it is seen from every network and process namespace.
 * Rejects with a sentence when another agent lives.
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const path = join(folder, 'lock')
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH)
    throw new Error(`the spool's path ${folder} is too long: at most ${MAX_SOCKET_PATH - 5} bytes`)
  const server = await listen(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    if (await someoneListens(path)) throw new Error(`another agent uses the spool ${folder}`)
    await rm(path, { force: true }) // left behind by a process that was killed
    return await listen(path)
  })
  return { release: () => new Promise(resolve => server.close(() => resolve())) }
}

const listen = (path: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy())
    server.once('error', reject)
    server.listen(path, () => resolve(server.unref()))
  })

const someoneListens = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
