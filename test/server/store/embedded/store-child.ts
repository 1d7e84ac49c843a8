/**
 * A process of its own with a store, for the tests that need one to die: `node store-child.ts <what> <folder> …`.
 * Says what happens on stdout, one JSON object a line.
 *
 *   open FOLDER         starts, says what it found or why not, ends when stdin does
 *   write FOLDER NEXT   starts, commits number NEXT and on for ever, a few at a time, folding and closing hours meanwhile
 */
import { writeSync } from 'node:fs'
import { epochMs, minute } from '@weir/contract/units.ts'
import { EmbeddedStore } from '../../../../server/store/embedded/embedded-store.ts'
import { StorageError } from '../../../../server/store/flow-store.ts'
import { aSeries } from '../../../contracts/store-samples.ts'
import { changeNumber, SERIES, START } from './numbered-changes.ts'

const [what, directory = '', next = '0', keepFree] = process.argv.slice(2)
const IN_FLIGHT = 4

const store = new EmbeddedStore({
  directory,
  onBroken: fail,
  foldEveryMs: 0,
  commitEveryMs: 0,
  foldBytes: 20_000,
  ...(keepFree !== undefined && { keepFreeBytes: Number(keepFree) }),
})
try {
  const { damage, sealedUntil } = await store.start()
  say({ started: true, damage, sealedUntil })
  if (what === 'write') await write(Number(next))
  else for await (const _ of process.stdin);
  await store.stop()
} catch (error) {
  fail(error)
}

async function write(first: number): Promise<void> {
  for (let n = 0; n < SERIES; n++) store.seriesId(aSeries(n))
  let number = first
  const worker = async () => {
    for (;;) {
      const mine = number++
      await store.commit(changeNumber(mine))
      say({ committed: mine })
      // Everything that moves facts: folding, closing hours and days, sealing.
      if (mine % 10 === 0) await store.maintain(epochMs((START + mine + 180) * 60_000))
      if (mine % 15 === 0)
        await store.commit({
          facts: [],
          batches: [],
          marks: [],
          decisions: [],
          promotions: [],
          sealedUntil: minute(START + mine - 30),
        })
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}

/** Straight to the file descriptor: what was said is said, also when the process is killed right after. */
function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

function fail(error: unknown): never {
  const code = error instanceof StorageError ? error.code : 'bug'
  say({ failed: true, code, message: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
