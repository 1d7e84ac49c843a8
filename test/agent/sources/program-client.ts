// Opens connections as told by its argument: [{ host, port, count, parallel, send, receive, localPort? }]. Says {done}.
import { connect } from 'node:net'

interface Calls {
  readonly host: string
  readonly port: number
  readonly count: number
  readonly parallel: number
  readonly send: number
  readonly receive: number
  /** The same source port for every call: the 5-tuple is reopened out of TIME_WAIT. */
  readonly localPort?: number
}

const call = (calls: Calls): Promise<void> =>
  new Promise((resolve, reject) => {
    const { host, port, localPort } = calls
    const socket = connect({ host, port, allowHalfOpen: true, ...(localPort && { localPort }) }, () => {
      const request = Buffer.alloc(Math.max(4, calls.send))
      request.writeUInt32BE(calls.receive, 0)
      socket.write(request)
    })
    let received = 0
    socket.on('data', data => {
      received += data.length
    })
    socket.on('end', () => socket.end())
    socket.on('error', reject)
    socket.on('close', () => (received === calls.receive ? resolve() : reject(new Error(`got ${received} bytes`))))
  })

for (const calls of JSON.parse(process.argv[2] ?? '[]') as Calls[]) {
  let left = calls.count
  const lane = async () => {
    while (left-- > 0) await call(calls)
  }
  await Promise.all(Array.from({ length: calls.parallel }, lane))
}
console.log('{"done":true}')
