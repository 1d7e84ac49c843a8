import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { HEADER_BYTES, readHeader } from './orders.ts'

const FILL = Buffer.alloc(64 * 1024)

/** Writes `count` bytes of nothing, at the speed the other end reads. Resolves early when the socket is gone. */
export async function fill(socket: Socket, count: number): Promise<void> {
  for (let left = count; left > 0 && socket.writable; left -= FILL.length) {
    if (!socket.write(left < FILL.length ? FILL.subarray(0, left) : FILL)) await drained(socket)
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}

/** Answers requests on a port, both families, TCP and UDP. Resolves when it listens. */
export async function answerOn(port: number): Promise<void> {
  const tcp = createServer({ noDelay: true }, answer).listen({ port, host: '::', backlog: 4096 })
  const udp = createSocket({ type: 'udp6', ipv6Only: false })
  udp.on('message', (request, from) => {
    if (request.length < HEADER_BYTES) return
    udp.send(FILL.subarray(0, readHeader(request).down), from.port, from.address)
  })
  udp.bind(port, '::')
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')])
}

/** Clients wait for an answer before they ask again, so what has arrived belongs to one request. */
function answer(socket: Socket): void {
  let header = Buffer.alloc(0)
  let received = 0
  socket.on('error', () => socket.destroy()) // a client that was killed or cut off
  socket.on('data', (data: Buffer) => {
    received += data.length
    if (header.length < HEADER_BYTES) header = Buffer.concat([header, data.subarray(0, HEADER_BYTES - header.length)])
    if (header.length < HEADER_BYTES) return
    const { up, down, serverCloses } = readHeader(header)
    if (received < up) return
    header = Buffer.alloc(0)
    received = 0
    void fill(socket, down).then(() => {
      if (serverCloses) socket.end()
    })
  })
}
