// Holds one TCP connection open: sends 4 bytes that ask for 100, says {got}; each line on stdin sends one byte more.
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const { host, port } = JSON.parse(process.argv[2] ?? '{}') as { host: string; port: number }
const socket = connect({ host, port, allowHalfOpen: true, noDelay: true }, () =>
  socket.write(Buffer.from([0, 0, 0, 100])),
)
let got = 0
socket.on('data', data => {
  got += data.length
  if (got === 100) console.log(JSON.stringify({ got, localPort: socket.localPort }))
})
createInterface({ input: process.stdin }).on('line', () =>
  socket.write('x', () => console.log(JSON.stringify({ sent: 1 }))),
)
