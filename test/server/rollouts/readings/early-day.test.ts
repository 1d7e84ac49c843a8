import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { aChange } from './changes.ts'
import { openTown, type Stretch } from './town.ts'

const minutes = { stepMinutes: 1, bytes: 2 ** 24 }
const at = aChange(10)
const generations = [
  { generation: 3, hour: -100 },
  { generation: 4, hour: 10.001 },
]

/** A share that is 0.6 until ten and then something else, on the day of the change and the day before. */
async function early(yesterday: number | undefined, today: number) {
  const before: Stretch[] =
    yesterday === undefined
      ? []
      : [
          { ...minutes, hours: [-20, -14], share: 0.6, generation: 3 },
          { ...minutes, hours: [-14, -8], share: yesterday, generation: 3 },
        ]
  const stretches: Stretch[] = [
    ...before,
    { ...minutes, hours: [4, 10], share: 0.6, generation: 3 },
    { ...minutes, hours: [10, 15], share: today, generation: 4 },
  ]
  await using town = await openTown({ stretches, generations, sealed: 15, changes: [at], watches: [] })
  const reading = (await town.readings.of(at)).find(({ kind }) => kind === 'early')
  if (reading === undefined) throw new Error('no early reading')
  return reading
}

test('a share that falls at ten every day did not fall because of a change at ten', async () => {
  const reading = await early(0.4, 0.4)
  equal(reading.verdict, 'no clear change', reading.why)
  match(reading.why, /less the −\d+\.\d points of a day earlier/)
  equal(reading.after.stepsInRange, 299)
})

test('what it falls beyond that is the change’s', async () => equal((await early(0.5, 0.1)).verdict, 'reduced'))

test('where nothing is known of the day before, an hour on either side is compared', async () => {
  const reading = await early(undefined, 0.1)
  equal(reading.verdict, 'reduced', reading.why)
  equal(reading.after.stepsInRange, 60)
})
