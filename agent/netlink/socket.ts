import { readFileSync, readlinkSync } from 'node:fs'
import koffi from 'koffi'
import { type ConntrackSocket, NetlinkError, needsNetAdmin } from './conntrack-socket.ts'
import {
  AF_NETLINK,
  EINTR,
  EPERM,
  MSG_DONTWAIT,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_NETFILTER,
  NFNLGRP_CONNTRACK_DESTROY,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RCVTIMEO,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
} from './constants.ts'

// Symbols come from the process itself, so that one code serves glibc and musl. Only synchronous calls: koffi's
// asynchronous ones abort now and then inside worker threads (Koromix/koffi#190).
const libc = koffi.load(null)
const call = {
  socket: libc.func('int socket(int, int, int)'),
  bind: libc.func('int bind(int, const void *, int)'),
  setsockopt: libc.func('int setsockopt(int, int, int, const void *, int)'),
  sendto: libc.func('long sendto(int, const void *, size_t, int, const void *, int)'),
  recv: libc.func('long recv(int, void *, size_t, int)'),
  // Not fs.closeSync: Node warns when a worker closes what it did not open through fs.
  close: libc.func('int close(int)'),
}

/** struct sockaddr_nl { u16 family, u16 pad, u32 port, u32 groups }: port 0 is the kernel. */
const KERNEL_ADDRESS = new Uint8Array(12)
KERNEL_ADDRESS[0] = AF_NETLINK

/**
 * A dump is pulled: the kernel makes the next datagram inside recv, so recv never waits as long as the dump is not
 * done. The time-out is for the day when that is wrong: a thread blocked in recv could not be terminated.
 */
const DUMP_TIMEOUT_SECONDS = 10

/** The kernel's conntrack of the network namespace this thread is in. Nothing is opened before the open… calls. */
export class KernelSocket implements ConntrackSocket {
  #dump = -1
  #events = -1

  openDump(): number {
    if (this.#dump >= 0) call.close(this.#dump)
    this.#dump = -1
    const fd = openNetfilter()
    this.#dump = fd
    const timeval = new BigInt64Array([BigInt(DUMP_TIMEOUT_SECONDS), 0n])
    if (call.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval, 16) < 0) throw failure('setsockopt SO_RCVTIMEO')
    return fd
  }

  openEvents(bufferBytes: number): number {
    const fd = openNetfilter()
    this.#events = fd
    // The buffer is sized before the group is joined: what arrives in between must fit already.
    if (
      setNumber(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes) < 0 &&
      setNumber(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes) < 0
    )
      throw failure(`setsockopt SO_RCVBUF ${bufferBytes}`)
    if (setNumber(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NFNLGRP_CONNTRACK_DESTROY) < 0)
      throw failure('joining the conntrack DESTROY group')
    return fd
  }

  send(request: Uint8Array): number {
    return result(call.sendto(this.#dump, request, request.length, 0, KERNEL_ADDRESS, KERNEL_ADDRESS.length))
  }

  receiveDump(buffer: Uint8Array): number {
    return receive(this.#dump, buffer, 0)
  }

  receiveEvent(buffer: Uint8Array): number {
    return receive(this.#events, buffer, MSG_DONTWAIT)
  }

  eventsLost(): number {
    return this.#events < 0 ? 0 : droppedBySocket(this.#events)
  }

  close(): void {
    for (const fd of [this.#dump, this.#events]) if (fd >= 0) call.close(fd)
    this.#dump = -1
    this.#events = -1
  }
}

function openNetfilter(): number {
  const fd: number = call.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)
  if (fd < 0) throw failure('opening a NETLINK_NETFILTER socket')
  if (call.bind(fd, KERNEL_ADDRESS, KERNEL_ADDRESS.length) < 0) {
    const error = failure('binding a NETLINK_NETFILTER socket')
    call.close(fd)
    throw error
  }
  return fd
}

function receive(fd: number, buffer: Uint8Array, flags: number): number {
  for (;;) {
    const received = result(call.recv(fd, buffer, buffer.length, flags))
    if (received !== -EINTR) return received
  }
}

/** koffi gives a C long as a number where it fits, which lengths of datagrams do. */
const result = (returned: number | bigint): number => (returned < 0 ? -koffi.errno() : Number(returned))

const setNumber = (fd: number, level: number, option: number, value: number): number =>
  call.setsockopt(fd, level, option, new Int32Array([value]), 4)

function failure(what: string): NetlinkError {
  const errno = koffi.errno()
  return new NetlinkError(`${what}: errno ${errno}${errno === EPERM ? `; ${needsNetAdmin}` : ''}`, errno)
}

/**
 * Column Drops of the socket's row in /proc/net/netlink, found by inode (netlink_native_seq_show in
 * net/netlink/af_netlink.c): sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode.
 */
function droppedBySocket(fd: number): number {
  const inode = /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[0]
  for (const line of readFileSync('/proc/thread-self/net/netlink', 'latin1').split('\n')) {
    const columns = line.trim().split(/\s+/)
    if (columns[9] === inode) return Number(columns[8])
  }
  return 0
}
