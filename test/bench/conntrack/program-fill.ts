// Makes entries of established TCP connections in this namespace's table: argument { tcp }. Says {filled}.
import { KernelSocket } from '../../../agent/netlink/socket.ts'
import { createEntry, endsOf } from './insert.ts'

const { tcp }: { tcp: number } = JSON.parse(process.argv[2] ?? '{}')
const BATCH = 200
const kernel = new KernelSocket()
kernel.openDump()
for (let i = 0; i < tcp; i += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, tcp - i) }, (_, j) => createEntry(endsOf(i + j)))
  const sent = kernel.send(Buffer.concat(batch))
  if (sent < 0) throw new Error(`making entries: errno ${-sent}`)
}
kernel.close()
console.log('{"filled":true}')
