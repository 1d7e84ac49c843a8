import { once } from 'node:events'
import { createServer } from 'node:net'

/** A free TCP port of a host: the wanted one if it is free, else one the kernel gives. */
export async function freePort(wanted = 0, host = '127.0.0.1'): Promise<number> {
  const probe = createServer()
  const opened = new Promise<boolean>(resolve => {
    probe.once('listening', () => resolve(true)).once('error', () => resolve(false))
  })
  probe.listen(wanted, host)
  if (!(await opened)) return freePort(0, host)
  const address = probe.address()
  const closed = once(probe, 'close')
  probe.close()
  await closed
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return address.port
}
