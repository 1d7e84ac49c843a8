import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { LiveFrame } from '@weir/contract/live-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import { defaultView, type View } from '../../../../web/address.ts'
import { chartQuestion } from '../../../../web/pages/traffic/chart-question.ts'
import { whyEmpty } from '../../../../web/pages/traffic/why-empty.ts'
import { someFrame, someTotals } from '../../frames.ts'

const chips = [{ field: 'namespace', value: 'shop', exclude: false }] as const
const cases: readonly [why: string, view: Partial<View>, zones: Partial<LiveFrame>, title: string, good: boolean][] = [
  ['no agent ever', {}, { asOf: null, total: someTotals(0) }, 'No agent has reported yet', false],
  ['all stays in its zone', {}, { total: someTotals(0, 9) }, 'Nothing crossed zones', true],
  ['what crosses is not known', {}, { total: someTotals(0, 0, 9) }, 'Nothing is known to have crossed zones', false],
  ['what is filtered stays', { chips }, { total: someTotals(0, 9) }, 'Nothing of this crossed zones', true],
  ['the filter is at fault', { chips }, { total: someTotals(0) }, 'The filter matches nothing', false],
  ['another crossing', { crossing: 'internet' }, { total: someTotals(0, 9) }, 'The filter matches nothing', false],
  ['silence', {}, { total: someTotals(0) }, 'No traffic', false],
]
for (const [why, view, zones, title, good] of cases)
  test(`an empty table says why: ${why}`, () => {
    const empty = whyEmpty({ ...defaultView, ...view }, someFrame(zones))
    equal(empty.title, title)
    equal(empty.good, good)
  })

const at = epochMs(Date.UTC(2026, 10, 20, 14, 3, 24))
test('the chart ends with the last whole step', () => {
  const { range, stepMs } = chartQuestion({ ...defaultView, range: 900 }, at)
  equal(stepMs, 60_000)
  deepEqual(range, { from: Date.UTC(2026, 10, 20, 13, 48), to: Date.UTC(2026, 10, 20, 14, 3) })
})

test('a longer range has longer steps, on whole multiples of them', () => {
  const { range, stepMs } = chartQuestion({ ...defaultView, range: 86_400 }, at)
  equal(stepMs, 900_000)
  equal(range.to, Date.UTC(2026, 10, 20, 14, 0))
})

test('of the past the chart has its range, of whole steps that data has reached', () => {
  const past = { from: epochMs(Date.UTC(2026, 10, 13, 14, 20)), to: epochMs(Date.UTC(2026, 10, 20, 14, 15)) }
  const { range, stepMs } = chartQuestion(defaultView, at, past)
  equal(stepMs, 6 * 3_600_000)
  deepEqual(range, { from: Date.UTC(2026, 10, 13, 12), to: Date.UTC(2026, 10, 20, 12) })
})

test('by crossing the chart shows all crossings; else it follows the table', () => {
  deepEqual(chartQuestion({ ...defaultView, by: 'crossing', chips }, at).filter, { namespace: ['shop'] })
  deepEqual(chartQuestion({ ...defaultView, by: 'zone' }, at).filter, { crossing: ['cross-zone'] })
})
