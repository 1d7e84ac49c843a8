// Answers each TCP connection with as many bytes as its first four bytes ask for, then closes. Says {listening}.
import { createServer } from 'node:net'

const server = createServer({ allowHalfOpen: true }, socket => {
  let asked: number | undefined
  socket.on('data', data => {
    if (asked !== undefined) return
    asked = data.readUInt32BE(0)
    socket.end(Buffer.alloc(asked))
  })
  socket.on('error', () => {})
})
server.listen(8080, '::', 4096, () => console.log('{"listening":true}'))
