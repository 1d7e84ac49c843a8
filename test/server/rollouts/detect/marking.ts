import { epochMs } from '@weir/contract/units.ts'
import { withId } from '../../../../server/rollouts/detect/change-id.ts'
import { ChangeStore } from '../../../../server/rollouts/detect/change-store.ts'

/**
 * Run by change-store.test.ts in a process of its own: keeps changes without end, and prints the number of each once it
 * is kept; "refused" and why, where that fails.
 */
const store = new ChangeStore({ dataDir: process.argv[2] ?? '', now: () => epochMs(Date.now()), log: () => {} })
store.open()
const services = [{ namespace: 'shop', name: 'cart' }]
const subject = { kind: 'service', namespace: 'shop', name: 'cart' } as const
const said = { cluster: 'prod', kind: 'marked by hand', subject, services, before: '', after: '', times: 1 } as const
const from = Date.now()
for (let number = 0; number < 100_000; number++) {
  try {
    store.add(withId({ ...said, at: epochMs(from - number), note: `${number}` }))
    process.stdout.write(`${number}\n`)
  } catch (error) {
    process.stdout.write(`refused ${error instanceof Error && 'code' in error ? error.code : error}\n`)
    break
  }
  // Lets what was printed go out.
  await new Promise(resolve => setImmediate(resolve))
}
