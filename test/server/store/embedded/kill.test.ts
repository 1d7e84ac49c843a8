import { ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedStore } from '../../../../server/store/embedded/embedded-store.ts'
import { randomNumbers } from '../../../contracts/store-samples.ts'
import { StoreChild } from './child.ts'
import { numbersIn } from './numbered-changes.ts'

const ROUNDS = 8

test('a store that is killed again and again has every acknowledged change whole, and no part of any other', async t => {
  const random = randomNumbers(7)
  const directory = await mkdtemp(join(tmpdir(), 'weir-kill-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  let next = 0
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await writeAndKill(directory, next, random() * 400)
    const store = new EmbeddedStore({ directory, onBroken: raise })
    const recovered = await store.start()
    const there = await numbersIn(store, recovered)
    await store.stop()
    for (const n of acknowledged) ok(there.has(n), `round ${round}: change ${n} was acknowledged and is gone`)
    ok(recovered.damage.length === 0, recovered.damage.join('; '))
    next = Math.max(-1, ...there) + 1
  }
  ok(next > ROUNDS, 'too little was written to say anything')
})

/** Kills at a moment of its own choice, from the middle of the first commits on. */
async function writeAndKill(directory: string, next: number, afterMs: number): Promise<number[]> {
  await using child = new StoreChild('write', directory, String(next))
  const first = await child.next()
  ok(first?.started, first?.message)
  await delay(afterMs) // the moment is the point of the test: any will do
  child.kill()
  return (await child.rest()).flatMap(({ committed }) => committed ?? [])
}

function raise(error: Error): never {
  throw error
}
