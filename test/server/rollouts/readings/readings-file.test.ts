import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { HeldReadings, type ReadingsOfChange } from '../../../../server/rollouts/readings/kept-readings.ts'
import { openReadings } from '../../../../server/rollouts/readings/readings-file.ts'

/** What a reading says does not matter here. */
const aReading = (at: number, of = 'x'): ReadingsOfChange => {
  const side = { range: { from: epochMs(0), to: epochMs(1) }, bytes: 0, crossZoneBytes: 0, share: null, interval: null }
  const sides = { before: { ...side, steps: 0, stepsInRange: 0 }, after: { ...side, steps: 0, stepsInRange: 0 } }
  const said = { kind: 'settled', verdict: 'not enough data', why: of, change: null, savedPerMonth: null } as const
  return { changeAt: epochMs(at), settled: { of, reading: { ...said, ...sides } } }
}

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'weir-readings-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

function raise(damage: string): never {
  throw new Error(damage)
}

test('readings are there again after a restart', async () => {
  await using at = await folder()
  const first = openReadings(at.path, () => 0, raise)
  first.held.set('a', aReading(1))
  first.save(true)
  deepEqual(openReadings(at.path, () => 0, raise).held.get('a'), aReading(1))
})

test('they are written at most every ten minutes, when something is new, and at the end', async () => {
  await using at = await folder()
  let now = 0
  const { held, save } = openReadings(at.path, () => now, raise)
  const kept = () => openReadings(at.path, () => now, raise).held.entries().length
  held.set('a', aReading(1))
  save(false)
  held.set('b', aReading(2))
  save(false)
  equal(kept(), 1, 'too early')
  now += 10 * 60_000
  save(false)
  equal(kept(), 2)
  await rm(join(at.path, 'readings.json'))
  save(true)
  deepEqual(await readdir(at.path), [], 'nothing new')
})

for (const [what, content] of [
  ['no JSON', '{'],
  ['another version', '{"version":2,"readings":[]}'],
  ['no readings', '{"version":1,"readings":[["a",{}]]}'],
] as const)
  test(`a file with ${what} is set aside and told`, async () => {
    await using at = await folder()
    await writeFile(join(at.path, 'readings.json'), content)
    const told: string[] = []
    const { held } = openReadings(
      at.path,
      () => 0,
      damage => void told.push(damage),
    )
    equal(held.entries().length, 0)
    match(told.join(), /readings\.json could not be read .* set aside as .*readings\.json\.damaged-/)
    equal((await readdir(at.path)).length, 1)
  })

test('two thousand changes are held, those of the oldest changes go first', () => {
  const held = new HeldReadings()
  for (let i = 0; i < 2_000; i++) held.set(`change ${i}`, aReading(2_000 - i))
  held.set('a new one', aReading(5_000))
  equal(held.entries().length, 2_000)
  equal(held.get('change 1999'), undefined, 'the oldest change, though it was read last')
  equal(held.get('change 0')?.changeAt, 2_000)
})
