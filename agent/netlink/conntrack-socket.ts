/**
 * The port between the reader and the kernel. Two adapters: the kernel itself (socket.ts) and a recording
 * (sources/recording-socket.ts). Calls are synchronous: they run in a worker, which has nothing else to do.
 */
export interface ConntrackSocket {
  /** Opens the socket on which the table is asked for. Returns its number. @throws NetlinkError */
  openDump(): number
  /**
   * Opens the socket on which the kernel tells of connections that ended, and joins the DESTROY group.
   * `bufferBytes` is asked for with SO_RCVBUFFORCE, which net.core.rmem_max does not cap, else with SO_RCVBUF.
   * @throws NetlinkError
   */
  openEvents(bufferBytes: number): number
  /** Sends a request on the dump socket: bytes sent, or -errno; -EAGAIN when there is no table to give now. */
  send(request: Uint8Array): number
  /** Receives one datagram of the answer into the start of `buffer`: bytes, or -errno. Does not wait for long. */
  receiveDump(buffer: Uint8Array): number
  /** Receives one event datagram: bytes, or -errno; -EAGAIN when there is none, -ENOBUFS when the kernel dropped some. */
  receiveEvent(buffer: Uint8Array): number
  /** Events the kernel dropped so far because the buffer was full. */
  eventsLost(): number
  close(): void
}

/** A system call failed. `errno` is positive; the message says what was tried and what would help. */
export class NetlinkError extends Error {
  readonly errno: number
  constructor(message: string, errno: number) {
    super(message)
    this.errno = errno
  }
}

/** What to do when the kernel says EPERM: shown to the operator as it stands. */
export const needsNetAdmin =
  'reading conntrack needs the capability CAP_NET_ADMIN: run the agent as user 0 with hostNetwork: true and ' +
  'securityContext.capabilities.add: [NET_ADMIN] (the Helm chart does both; outside Kubernetes: run as root)'
