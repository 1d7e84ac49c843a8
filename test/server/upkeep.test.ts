import { deepEqual, equal } from 'node:assert/strict'
import { mock, test } from 'node:test'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { Maintenance } from '../../server/store/flow-store.ts'
import { Upkeep } from '../../server/upkeep.ts'

const nothing: Maintenance = { closedHours: 0, droppedForAge: 0, droppedForSpace: 0 }

test('once a minute, one run at a time; a failure is told and tried again', async context => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  const runs: PromiseWithResolvers<Maintenance>[] = []
  const lines: string[] = []
  const maintain = mock.fn((_now: number) => {
    const run = Promise.withResolvers<Maintenance>()
    runs.push(run)
    return run.promise
  })
  const upkeep = new Upkeep(
    { maintain },
    () => epochMs(7),
    (level, _, message) => void lines.push(`${level} ${message}`),
  )
  await upkeep.start()
  context.mock.timers.tick(3 * MINUTE_MS) // the first run is still under way
  equal(runs.length, 1)
  runs[0]?.reject(new Error('disk'))
  await new Promise(resolve => setImmediate(resolve))
  context.mock.timers.tick(MINUTE_MS)
  equal(runs.length, 2)
  runs[1]?.resolve({ ...nothing, droppedForSpace: 3 })
  await upkeep.stop()
  deepEqual(lines, [
    'error maintenance failed and will be tried again',
    'warning history dropped: the disk is nearly full',
  ])
  deepEqual(
    maintain.mock.calls.map(call => call.arguments[0]),
    [7, 7],
  )
})

test('stopping waits for the run under way', async context => {
  context.mock.timers.enable({ apis: ['setInterval'] })
  const run = Promise.withResolvers<Maintenance>()
  const upkeep = new Upkeep(
    { maintain: () => run.promise },
    () => epochMs(0),
    () => {},
  )
  await upkeep.start()
  context.mock.timers.tick(MINUTE_MS)
  let isStopped = false
  const stopped = upkeep.stop().then(() => {
    isStopped = true
  })
  await new Promise(resolve => setImmediate(resolve))
  equal(isStopped, false)
  run.resolve(nothing)
  await stopped
})
