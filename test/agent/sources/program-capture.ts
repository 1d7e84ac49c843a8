// Gives the kernel's own bytes: on {"dump"} every message of a dump, on {"events"} what waits on the event socket.
import { createInterface } from 'node:readline'
import { EAGAIN, NLMSG_DONE } from '../../../agent/netlink/constants.ts'
import { dumpRequest } from '../../../agent/netlink/request.ts'
import { KernelSocket } from '../../../agent/netlink/socket.ts'

const socket = new KernelSocket()
socket.openEvents(1 << 20)
socket.openDump()
const buffer = Buffer.alloc(65536)
console.log('{"listening":true}')
createInterface({ input: process.stdin }).on('line', line => {
  const found: string[] = []
  if (line.includes('dump')) {
    socket.send(dumpRequest(1))
    for (let done = false; !done; ) {
      const length = socket.receiveDump(buffer)
      for (let at = 0; at < length; at += (buffer.readUInt32LE(at) + 3) & ~3) {
        if (buffer.readUInt16LE(at + 4) === NLMSG_DONE) done = true
        else found.push(buffer.toString('hex', at, at + buffer.readUInt32LE(at)))
      }
    }
  } else
    for (let length = socket.receiveEvent(buffer); length !== -EAGAIN; length = socket.receiveEvent(buffer))
      found.push(buffer.toString('hex', 0, length))
  console.log(JSON.stringify(found))
})
