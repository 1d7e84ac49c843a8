import { NLMSG_DONE } from '../../../agent/netlink/constants.ts'
import { DATAGRAM_BYTES } from '../../../agent/netlink/frame.ts'
import { dumpRequest } from '../../../agent/netlink/request.ts'
import { KernelSocket } from '../../../agent/netlink/socket.ts'

export interface Cost {
  readonly cpuMs: number
  readonly wallMs: number
}

/** What this process spends on it, all threads. */
export function cost(work: () => void): Cost {
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  work()
  const wallMs = performance.now() - wall
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000, wallMs }
}

/** Reads the table once per call and looks at nothing: what any reader must pay to the kernel. */
export function kernelFloor(): () => void {
  const kernel = new KernelSocket()
  kernel.openDump()
  const buffer = Buffer.alloc(DATAGRAM_BYTES)
  return () => {
    kernel.send(dumpRequest(1))
    for (;;) {
      const length = kernel.receiveDump(buffer)
      if (length < 0) throw new Error(`dump: errno ${-length}`)
      // NLMSG_DONE is the last message: 20 bytes, alone or behind others.
      if (buffer.readUInt16LE(length - 16) === NLMSG_DONE && buffer.readUInt32LE(length - 20) === 20) return
    }
  }
}
