/** Reads one file as `weir flow-logs` reads an object, to batches that could be sent. One line of JSON: Measured. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { OpenObject } from '../../../agent/vpcflow/objects.ts'
import { readObject } from '../../../agent/vpcflow/read-object.ts'

const path = process.argv[2] ?? ''
const file = await open(path)
const { size } = await file.stat()
const object: OpenObject = {
  chunks: () => createReadStream(path),
  ranges: {
    size,
    async read(from, to) {
      const bytes = Buffer.allocUnsafe(to - from)
      await file.read(bytes, 0, bytes.length, from)
      return bytes
    },
  },
}
const sums = { records: 0, rows: 0, bytes: 0, packets: 0, flows: 0 }
const rss: number[] = []
const before = process.cpuUsage()
const begin = performance.now()
for await (const { records, rows } of readObject(object, { committed: 0, isWhole: true, onFormat: () => {} })) {
  sums.records = records.to
  sums.rows += rows.count
  for (let row = 0; row < rows.count; row++) {
    sums.bytes += rows.bytes[row] ?? 0
    sums.packets += rows.packets[row] ?? 0
    sums.flows += rows.flows[row] ?? 0
  }
  rss.push(process.memoryUsage.rss())
}
const wallMs = performance.now() - begin
const { user, system } = process.cpuUsage(before)
const half = rss.length >> 1
const grownMib = (Math.max(...rss.slice(half)) - Math.max(...rss.slice(0, half))) / 2 ** 20
const peakMib = Math.max(...rss) / 2 ** 20
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, ...sums, grownMib, peakMib }))
