import { deepEqual, ok } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { coverageKinds } from '@weir/contract/queries.ts'
import { changeKinds } from '@weir/contract/rollout-queries.ts'
import { parse } from 'yaml'
import { SeriesCatalogue } from '../../server/answers/catalogue.ts'
import { ZoneCounters } from '../../server/answers/zone-counters.ts'
import { callOutcomes } from '../../server/billing/bill-explorer.ts'
import { batchResults } from '../../server/ingest/intake.ts'
import { createMetrics } from '../../server/metrics.ts'
import { flowLogsRead } from '../server/ingest/flow-logs/state.ts'
import { priceAt } from '../server/pricing/price-at.ts'
import { noRollouts } from '../server/rollouts/no-rollouts.ts'
import { at, listAt, textAt } from './manifest.ts'
import { chart } from './render.ts'

const root = join(import.meta.dirname, '..', '..')

/** Figures that the parts keep are named in the sources; whatever else there is shows in a scrape. */
const inSources = ['agent/**/*.ts', 'server/**/*.ts']
  .flatMap(pattern => globSync(pattern, { cwd: root }))
  .flatMap(file => [...readFileSync(join(root, file), 'utf8').matchAll(/'(weir_[a-z_]+)'/g)])
const scraped = await createMetrics({
  zones: new ZoneCounters(new SeriesCatalogue({ series: noSeries, seriesCount: () => 0 })),
  price: () => priceAt(0.01, 2 ** 30),
  coverage: () => [],
  store: async () => ({ bytesOnDisk: 1, freeBytes: 2, series: 3, pendingBatches: 4, droppedForSpace: 5 }),
  batches: () => ({}),
  denials: () => ({}),
  billCalls: () => ({}),
  flowLogs: () => flowLogsRead(0),
  audit: async () => [],
  watches: () => [
    {
      cluster: 'a',
      resource: 'pods',
      objects: 0,
      secondsSinceFrame: 1,
      watches: 0,
      lists: 0,
      frames: 0,
      badObjects: 0,
      failures: {},
    },
  ],
  mapCalls: () => ({ DescribeSubnets: { ok: 1 } }),
  rollouts: () => noRollouts,
  hintsMissing: () => new Map([['prod', 1]]),
  totals: () => [],
  values: () => [],
}).scrape()
function noSeries(): never {
  throw new Error('nothing is counted here')
}
const known = new Set([...inSources, ...scraped.matchAll(/^# TYPE (\S+) /gm)].map(match => match[1] ?? ''))

const rules: unknown = parse(readFileSync(join(chart, 'files', 'alerts.yaml'), 'utf8'))
const alerts = Array.isArray(rules) ? rules : []
const dashboard: unknown = JSON.parse(readFileSync(join(chart, 'files', 'grafana-dashboard.json'), 'utf8'))
const panels = listAt(dashboard, 'panels')
const queries = [
  ...alerts.map(rule => ({ of: `alert ${textAt(rule, 'alert')}`, expr: textAt(rule, 'expr') })),
  ...panels.flatMap(panel =>
    listAt(panel, 'targets').map(target => ({ of: `panel ${textAt(panel, 'title')}`, expr: textAt(target, 'expr') })),
  ),
]

test('every metric of an alert or a panel is one that the programs have', () => {
  ok(queries.length > 20)
  for (const { of, expr } of queries) {
    const names = expr.match(/\bweir_[a-z_]+/g) ?? []
    ok(names.length > 0, `${of}: ${expr}`)
    deepEqual(
      names.filter(name => !known.has(name)),
      [],
      of,
    )
  }
})

test('every label value that is asked for is one that there is', () => {
  const values = (label: string) =>
    queries.flatMap(({ expr }) =>
      [...expr.matchAll(new RegExp(`\\b${label}=~?"([^"]+)"`, 'g'))].flatMap(m => m[1]?.split('|') ?? []),
    )
  deepEqual(
    values('kind').filter(kind => ![...coverageKinds, ...changeKinds].some(one => one === kind)),
    [],
  )
  const results: readonly string[] = [...batchResults, ...callOutcomes]
  deepEqual(
    values('result').filter(result => !results.includes(result)),
    [],
  )
})

test('every alert says what is wrong, how bad it is, and has a name of its own', () => {
  const names = alerts.map(rule => textAt(rule, 'alert'))
  deepEqual(names, [...new Set(names)])
  for (const rule of alerts) {
    ok(textAt(rule, 'annotations', 'summary') !== '', textAt(rule, 'alert'))
    ok(['info', 'warning', 'critical'].includes(textAt(rule, 'labels', 'severity')), textAt(rule, 'alert'))
    deepEqual(
      Object.keys(rule).filter(key => !['alert', 'expr', 'for', 'labels', 'annotations'].includes(key)),
      [],
    )
  }
})

test('panels lie beside each other on the grid of 24, none over another', () => {
  const taken = new Set<string>()
  for (const panel of panels) {
    const [x, y, w, h] = ['x', 'y', 'w', 'h'].map(key => Number(at(panel, 'gridPos', key)))
    if (x === undefined || y === undefined || w === undefined || h === undefined) throw new Error('no gridPos')
    ok(x + w <= 24)
    for (let row = y; row < y + h; row++)
      for (let column = x; column < x + w; column++) {
        ok(!taken.has(`${column},${row}`), textAt(panel, 'title'))
        taken.add(`${column},${row}`)
      }
  }
})
