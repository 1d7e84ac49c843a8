// Makes connections and ends them at a rate, by netlink: argument { rate, seconds }. Says {made}.
import { KernelSocket } from '../../../agent/netlink/socket.ts'
import { createEntry, deleteEntry, endsOf } from './insert.ts'

const { rate, seconds }: { rate: number; seconds: number } = JSON.parse(process.argv[2] ?? '{}')
const BATCH = 100
const kernel = new KernelSocket()
kernel.openDump()
// Prepared before the clock runs: what is measured is the reader, not this.
const batches = Array.from({ length: 100 }, (_, b) =>
  Buffer.concat(
    Array.from({ length: BATCH }, (_, i) => endsOf(1_000_000 + b * BATCH + i)).flatMap(ends => [
      createEntry(ends),
      deleteEntry(ends),
    ]),
  ),
)
const began = performance.now()
let made = 0
for (let b = 0; performance.now() - began < seconds * 1000; b++) {
  kernel.send(batches[b % batches.length] ?? Buffer.alloc(0))
  made += BATCH
  const due = began + (made / rate) * 1000
  const wait = due - performance.now()
  // A batch is due every few milliseconds at most; sleeping in this thread keeps the rate without burning the core.
  if (wait > 0.2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait)
}
console.log(JSON.stringify({ made, perSecond: Math.round(made / ((performance.now() - began) / 1000)) }))
