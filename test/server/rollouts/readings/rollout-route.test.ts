import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '@weir/contract/queries.ts'
import type { GateAnswer, RolloutAnswer, RolloutsAnswer } from '@weir/contract/rollout-queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { aChange, HOUR, midnight } from './changes.ts'
import { type ServedTown, serveTown } from './served-town.ts'
import type { Stretch } from './town.ts'

const DAY = 24
const change = aChange(10.5)
const stretches: readonly Stretch[] = [
  { hours: [-30 * DAY, 10], share: 0.6 },
  { hours: [10, 12 * DAY], share: 0.2 },
]

async function answerOf(served: ServedTown, id: string): Promise<RolloutAnswer> {
  const response = await served.get(`/api/v1/rollouts/${id}`)
  equal(response.status, 200, await response.clone().text())
  return (await response.json()) as RolloutAnswer // checked by what the tests read of it
}

test('a change is told with its readings, its curve and the other changes of its Service', async () => {
  const other = aChange(5 * DAY, { kind: 'replicas per zone' })
  const elsewhere = aChange(6 * DAY, { services: [{ namespace: 'shop', name: 'mail' }] })
  await using served = await serveTown({ stretches, changes: [change, other, elsewhere], sealed: 12 * DAY })
  const answer = await answerOf(served, change.id)
  deepEqual(answer.change, change)
  deepEqual(
    answer.readings.map(({ kind, verdict }) => [kind, verdict]),
    [['settled', 'reduced']],
  )
  deepEqual(answer.others, [other])
  const { times, bytes, crossZoneBytes, stepMs } = answer.series
  deepEqual([stepMs, times.length], [HOUR, 28 * DAY + 12 * DAY - 10])
  const made = served.town.made
  for (const [step, at] of times.entries()) {
    const facts = made.filter(({ minute }) => minute * MINUTE_MS >= at && minute * MINUTE_MS < at + stepMs)
    const sum = (some: typeof made) => some.reduce((total, fact) => total + fact.bytes, 0)
    deepEqual([bytes[step], crossZoneBytes[step]], [sum(facts), sum(facts.filter(({ crosses }) => crosses))])
  }
})

test('a young change is drawn by five minutes, and what nobody watched is null', async () => {
  const minutes = { stepMinutes: 1, bytes: 2 ** 24 }
  const young: Stretch[] = [
    { ...minutes, hours: [0, 8], share: 0.6 },
    { ...minutes, hours: [10, 12], share: 0.2 },
  ]
  await using served = await serveTown({ stretches: young, changes: [change], sealed: 12, watches: [] })
  const { series } = await answerOf(served, change.id)
  equal(series.stepMs, 5 * MINUTE_MS)
  const at = (hour: number) => series.times.indexOf((midnight + hour * HOUR) as (typeof series.times)[number])
  deepEqual([series.bytes[at(-1)], series.bytes[at(9)]], [null, null])
  ok((series.bytes[at(11)] ?? 0) > 0)
  equal(series.times.length, (12 + 1.5) * 12)
})

test('what moved every Service is not the change’s: it is held against Services that did not change', async () => {
  const names = ['mail', 'search', 'stock']
  const moved = names.flatMap((service): Stretch[] => [
    { hours: [-30 * DAY, 10], share: 0.6, service },
    { hours: [10, 12 * DAY], share: 0.2, service },
  ])
  const changed = aChange(20, { services: [{ namespace: 'shop', name: 'stock' }] })
  await using served = await serveTown({
    stretches: [...stretches, ...moved],
    changes: [change, changed],
    sealed: 12 * DAY,
  })
  const { againstOthers } = await answerOf(served, change.id)
  equal(againstOthers?.services, 2, 'stock has changed itself')
  const asked = served.town.asked()
  deepEqual((await answerOf(served, change.id)).againstOthers, againstOthers)
  ok(served.town.asked() - asked <= 3, 'the second time only the curve and the last day are asked for')
  ok(againstOthers !== null && againstOthers.change.low < 0 && againstOthers.change.high > 0, 'all fell alike')
  await using alone = await serveTown({ stretches, changes: [change], sealed: 12 * DAY })
  equal((await answerOf(alone, change.id)).againstOthers, null)
})

test('what routing can reach is asked of the Service’s own traffic on the last day', async () => {
  const asked: unknown[] = []
  await using served = await serveTown({ stretches, changes: [change], sealed: 12 * DAY }, (service, traffic) => {
    const bytes = traffic.flows.reduce((sum, flow) => sum + flow.bytes, 0)
    asked.push([service, bytes])
    return { baseline: 0.67, expected: 0, observed: 0.2, possibleSaving: 1, achievedSaving: 0.7, zones: [] }
  })
  equal((await answerOf(served, change.id)).expectation?.baseline, 0.67)
  const lastDay = served.town.made.filter(({ minute }) => minute * MINUTE_MS >= midnight + 11 * DAY * HOUR)
  deepEqual(asked, [
    [{ cluster: 'main', namespace: 'shop', name: 'cart' }, lastDay.reduce((sum, { bytes }) => sum + bytes, 0)],
  ])
})

test('a change that nobody knows, or that is not the viewer’s, is a 404 of the same kind', async () => {
  await using served = await serveTown({ stretches, changes: [change] })
  for (const [id, who] of [
    ['nothing', 'all'],
    [change.id, 'data'],
    [change.id, 'nothing'],
  ] as const) {
    const response = await served.get(`/api/v1/rollouts/${id}`, who)
    ok(response.status === 404 || response.status === 403, `${who}: ${response.status}`)
    const problem = (await response.json()) as Problem
    if (response.status === 404) match(problem.detail, new RegExp(`^no change "${id}" is known$`))
  }
})

test('a viewer sees a change by the Services of their namespaces alone', async () => {
  const both = aChange(10.5, {
    services: [
      { namespace: 'data', name: 'db' },
      { namespace: 'shop', name: 'cart' },
    ],
  })
  await using served = await serveTown({ stretches, changes: [both], sealed: 12 * DAY })
  const response = await served.get(`/api/v1/rollouts/${both.id}`, 'shop')
  const answer = (await response.json()) as RolloutAnswer
  deepEqual([answer.scope, answer.change.services], [['shop'], [{ namespace: 'shop', name: 'cart' }]])
  const ofData = (await (await served.get(`/api/v1/rollouts/${both.id}`, 'data')).json()) as RolloutAnswer
  match(ofData.readings[0]?.why ?? '', /no traffic/)
  equal(
    ofData.series.bytes.every(value => value === 0),
    true,
  )
})

test('the list has the reading that was made last, and asks the store for nothing', async () => {
  const many = Array.from({ length: 100 }, (_, i) => aChange(10.5 + i / 100, { id: `change-${i}` }))
  await using served = await serveTown({ stretches, changes: many, sealed: 12 * DAY })
  const list = async () => {
    const response = await served.get(`/api/v1/rollouts?from=2026-11-01&to=2026-12-20`)
    return ((await response.json()) as RolloutsAnswer).rows
  }
  ok((await list()).every(({ reading }) => reading === null))
  equal(served.town.asked(), 0)
  equal(served.town.readings.takeWanted().length, 100)
  await answerOf(served, 'change-0')
  const asked = served.town.asked()
  const rows = await list()
  equal(rows.filter(({ reading }) => reading !== null).length, 1)
  equal(rows.find(row => row.change.id === 'change-0')?.reading?.kind, 'settled')
  equal(served.town.asked(), asked)
})

test('the gate answers over HTTP, for Services of the viewer’s namespaces', async () => {
  const hour: Stretch = { stepMinutes: 1, bytes: 2 ** 24, hours: [8, 10], share: 0.08 }
  await using served = await serveTown({ stretches: [hour], sealed: 10 })
  const gate = (query: string, who: 'all' | 'shop' | 'data' = 'all') => served.get(`/api/v1/gate?${query}`, who)
  const question = 'cluster=main&namespace=shop&service=cart'
  for (const [bar, pass] of [
    ['20%25', 'yes'],
    ['0.2', 'yes'],
    ['1%25', 'no'],
  ]) {
    const response = await gate(`${question}&maxCrossShare=${bar}&since=1h`, 'shop')
    equal(((await response.json()) as GateAnswer).pass, pass)
  }
  equal((await gate(`${question}&maxCrossShare=20%25`, 'data')).status, 404)
  const wrong: [query: string, detail: RegExp][] = [
    [`${question}&maxCrossShare=10`, /^maxCrossShare: "10" is no share: write 10% or 0\.1$/],
    [`${question}&maxCrossShare=101%25`, /^maxCrossShare: "101%" is no share/],
    [question, /^maxCrossShare: it must be given, such as 10%$/],
    ['namespace=shop&maxCrossShare=1', /^service: it must be given$/],
    [`${question}&maxCrossShare=1&since=yesterday`, /^since: "yesterday" is no moment$/],
    ['namespace=shop&service=cart&maxCrossShare=1', /^cluster: there are several: it must be given$/],
    ['cluster=x&namespace=shop&service=cart&maxCrossShare=1', /^cluster: "x" is none that is known$/],
  ]
  for (const [query, detail] of wrong) {
    const response = await gate(query)
    equal(response.status, 400)
    match(((await response.json()) as Problem).detail, detail)
  }
})
