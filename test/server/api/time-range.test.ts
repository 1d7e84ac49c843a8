import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { readQuery } from '../../../server/api/parameters.ts'
import { stepOf, stepParameter } from '../../../server/api/steps.ts'
import { rangeOf, rangeParameters } from '../../../server/api/time-range.ts'

const now = epochMs(Date.UTC(2026, 10, 21, 10, 0, 30))
const at = (hour: number, minute: number) => Date.UTC(2026, 10, 21, hour, minute)

const ranges: [why: string, query: string, from: number, to: number][] = [
  ['nothing given: the last hour, up to and with the minute that runs', '', at(9, 0), at(10, 1)],
  ['a beginning: from there to now', 'from=2026-11-21T08:00Z', at(8, 0), at(10, 1)],
  ['an end: the hour before it', 'to=2026-11-21T08:00:00Z', at(7, 0), at(8, 0)],
  ['epoch milliseconds', `from=${at(3, 0)}&to=${at(4, 0)}`, at(3, 0), at(4, 0)],
  ['a day is a day of UTC', 'from=2026-11-21&to=2026-11-22', at(0, 0), at(24, 0)],
  ['an offset', 'from=2026-11-21T10:00%2B02:00&to=2026-11-21T09:00Z', at(8, 0), at(9, 0)],
  [
    'within a minute: the whole minutes around it',
    'from=2026-11-21T08:00:30Z&to=2026-11-21T08:01:30Z',
    at(8, 0),
    at(8, 2),
  ],
]
for (const [why, search, from, to] of ranges)
  test(why, () => {
    const read = readQuery(rangeParameters, new URLSearchParams(search))
    if (!read.ok) throw new Error(read.bad.detail)
    deepEqual(rangeOf(read.query, now), { ok: true, range: { from, to } })
  })

const wrong = ['2026-11-21T10:00', '2026-11-21 10:00Z', '2026-13-01', '10:00', '-5', '1e12', 'now', '9'.repeat(15), '']
for (const text of wrong)
  test(`${JSON.stringify(text)} is no moment`, () =>
    equal(readQuery(rangeParameters, new URLSearchParams([['from', text]])).ok, false))

const HOUR = 60 * MINUTE_MS
const steps: [given: string | undefined, hours: number, wanted: number][] = [
  [undefined, 1, MINUTE_MS],
  [undefined, 24, 15 * MINUTE_MS],
  [undefined, 30 * 24, 6 * HOUR],
  [undefined, 1_000 * 24, 10_080 * MINUTE_MS],
  ['5m', 1, 5 * MINUTE_MS],
  ['1d', 48, 24 * HOUR],
  ['120s', 1, 2 * MINUTE_MS],
  ['60000', 1, MINUTE_MS],
]
for (const [given, hours, wanted] of steps)
  test(`${given ?? 'no step'} over ${hours} h is ${wanted / MINUTE_MS} min`, () => {
    const range = { from: epochMs(0), to: epochMs(hours * HOUR) }
    deepEqual(stepOf(stepParameter.parse(given === undefined ? [] : [given]), range), { ok: true, stepMs: wanted })
  })
