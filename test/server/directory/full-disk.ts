import { createDirectory } from '../../../server/directory/label-directory.ts'
import { minutes, pod, shop } from './shop.ts'

/** Run by journal.test.ts in a process that may not write files longer than some kilobytes. Prints what happened. */
const directory = createDirectory({ dataDir: process.argv[2] ?? '', instance: 'full', log: () => {} })
directory.open()
directory.apply(shop, minutes(0))
const crowd = Array.from({ length: 1_000 }, (_, i) => pod(`crowd-${i}`, 'node-a', `10.245.${i >> 8}.${i & 255}`))
let refused = 'nothing'
try {
  directory.apply({ ...shop, pods: crowd }, minutes(10))
} catch (error) {
  refused = error instanceof Error ? error.message : String(error)
}
const afterRefusal = directory.place('lab', '10.244.1.10', 0, minutes(10)).peer.kind
directory.apply({ ...shop, pods: crowd.slice(0, 1) }, minutes(20))
console.log(JSON.stringify({ refused, afterRefusal }))
