import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { random } from '../../random.ts'
import { bytesOf, content, drain, stage } from './spool-stage.ts'

const program = fileURLToPath(new URL('./program-append.ts', import.meta.url))

/** Kills a process that appends once it has said `after` windows; resolves with the last it said. */
async function killAfter(folder: string, after: number): Promise<number> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = -1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    if (last === after) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return last
}

test('kill -9 amid appends: every window that was said to be durable is there once, with its checkpoint', async () => {
  const next = random(9)
  for (let round = 0; round < 6; round++) {
    await using on = stage()
    const last = await killAfter(on.folder, Math.floor(next() * 40))
    const spool = await on.open()
    const pieces = (await spool.resume())?.pieces.map(piece => Buffer.from(piece).toString()) ?? []
    const taken = await drain(spool)
    // The window under way when the signal came may be there too: durable, and not said yet.
    ok(taken.length === last + 1 || taken.length === last + 2, `${taken.length} windows of ${last + 1}`)
    deepEqual(
      taken.map(({ batch }) => [batch.sequence, bytesOf(batch)]),
      taken.map((_, n) => [n + 1, bytesOfContent(n)]),
    )
    equal(pieces.at(-1)?.slice(1), String(taken.length - 1))
    equal(on.losses.snapshot()['spool segments damaged'], undefined)
  }
})

const bytesOfContent = (n: number): number =>
  content(n, { rows: 200 }).rows.rows.bytesToResponder.reduce((sum, bytes) => sum + bytes, 0)
