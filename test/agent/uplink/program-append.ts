/** Appends windows to the spool in argv[2] until it is killed; says the number of each once it is durable. */
import { Losses } from '../../../agent/losses.ts'
import { Spool } from '../../../agent/uplink/spool.ts'
import { changes, content, full, silent } from './spool-stage.ts'

const spool = new Spool({
  folder: process.argv[2] ?? '',
  maxBytes: 2 ** 26,
  cluster: 'lab',
  node: 'node-a',
  losses: new Losses(),
  log: silent,
  newEpoch: () => `epoch-${process.pid}`,
})
await spool.start()
for (let n = 0; ; n++) {
  await spool.append(content(n, { rows: 200 }), n % 7 === 0 ? full(`f${n}`) : changes(`c${n}`))
  process.stdout.write(`${n}\n`)
}
