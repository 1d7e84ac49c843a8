import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { CoverageKind } from '@weir/contract/queries.ts'
import { epochMs, MINUTE_MS, minute } from '@weir/contract/units.ts'
import { summarise } from '../../../server/answers/coverage.ts'
import { agentState, type CoverageFacts } from '../../../server/answers/coverage-facts.ts'
import { RecentDecisions } from '../../../server/answers/recent-decisions.ts'
import { noneClaimed } from '../../../server/answers/several.ts'
import { totalsOf } from '../../../server/answers/tally.ts'
import type { Decision } from '../../../server/store/flow-store.ts'
import { priceAt } from '../pricing/price-at.ts'
import { anAgent, aReport } from './agents.ts'
import { anEnd, aSeries, worldOf, zoneA } from './world.ts'

const now = epochMs(100 * MINUTE_MS)
const range = { from: epochMs(90 * MINUTE_MS), to: now }

const decision = (node: string, at: number, counted: Decision['counted'] = 'primary'): Decision => ({
  cluster: 'main',
  node,
  minute: minute(at),
  counted,
  primaryBytes: 0,
  witnessBytes: 0,
  promotedBytes: 0,
  supersededBytes: 0,
})
const minutes = (node: string, from: number, to: number): Decision[] =>
  Array.from({ length: to - from }, (_, i) => decision(node, from + i))

/** 100 bytes, 60 of them between placed ends. */
function facts(more: Partial<CoverageFacts> = {}): CoverageFacts {
  const web = anEnd('pod', 'web', zoneA, 'shop')
  const { sums, catalogue } = worldOf([
    { key: aSeries(web, web), amounts: [60, 0, 60, 0, 1] },
    { key: aSeries(anEnd('unplaced', 'gone', ''), web), amounts: [40, 0, 40, 0, 1] },
  ])
  return {
    now,
    sealedUntil: epochMs(95 * MINUTE_MS),
    nodes: ['a', 'b'],
    agents: [anAgent('a', now), anAgent('b', now)],
    checked: range,
    decisions: [...minutes('a', 90, 95), ...minutes('b', 90, 95)],
    audit: { smallerBytes: 999, largerBytes: 1000 },
    total: totalsOf([sums], catalogue, undefined, priceAt(0.01, 2 ** 30)),
    scope: 'all',
    placedBytes: 60,
    severalServices: noneClaimed,
    open: false,
    ...more,
  }
}

const ratio = (kind: CoverageKind, more: Partial<CoverageFacts> = {}): number | null | undefined =>
  summarise(facts(more), range).parts.find(part => part.kind === kind)?.ratio

const ratios: [why: string, kind: CoverageKind, more: Partial<CoverageFacts>, wanted: number | null][] = [
  ['both nodes covered every sealed minute', 'nodes reporting', {}, 1],
  [
    'one missed a minute',
    'nodes reporting',
    { decisions: [...minutes('a', 90, 95), ...minutes('b', 90, 92), ...minutes('b', 93, 95)] },
    0.5,
  ],
  ['one stopped', 'nodes reporting', { decisions: [...minutes('a', 90, 95), ...minutes('b', 90, 94)] }, 0.5],
  ['one joined later', 'nodes reporting', { decisions: [...minutes('a', 90, 95), ...minutes('b', 93, 95)] }, 1],
  [
    'one started within a minute, which then was not whole',
    'nodes reporting',
    { decisions: [...minutes('a', 90, 95), decision('b', 92, 'witness'), ...minutes('b', 93, 95)] },
    1,
  ],
  [
    'one never had an agent: its hops were seen from the other end only',
    'nodes reporting',
    { agents: [anAgent('a', now)], decisions: [...minutes('a', 90, 95), decision('b', 94, 'witness')] },
    0.5,
  ],
  [
    'all that is sealed is the minute they started in',
    'nodes reporting',
    { decisions: [decision('a', 94, 'witness'), decision('b', 94, 'witness')] },
    1,
  ],
  [
    'one was given away for a minute',
    'nodes reporting',
    {
      decisions: [
        ...minutes('a', 90, 95),
        ...minutes('b', 90, 92),
        ...minutes('b', 93, 95),
        decision('b', 92, 'witness'),
      ],
    },
    0.5,
  ],
  ['nothing is sealed: who is heard', 'nodes reporting', { sealedUntil: null, decisions: [] }, 1],
  ['nothing is sealed and nobody is heard', 'nodes reporting', { sealedUntil: null, decisions: [], agents: [] }, 0],
  ['an agent that is no node of the directory does not count', 'nodes reporting', { nodes: ['a'] }, 1],
  ['no node is known', 'nodes reporting', { nodes: [] }, null],
  [
    'a quarter of the connections has counters',
    'connections with counters',
    { agents: [anAgent('a', now, { report: aReport({ entries: 4, entriesWithoutCounters: 3 }) })] },
    0.25,
  ],
  ['60 of 100 bytes are placed', 'bytes placed', {}, 0.6],
  ['two kernels agree to a thousandth', 'primary against witness', {}, 0.999],
  ['no hop was seen by two', 'primary against witness', { audit: { smallerBytes: 0, largerBytes: 0 } }, null],
  ['bytes with a known crossing', 'zones compared', {}, 0.6],
]
for (const [why, kind, more, wanted] of ratios) test(`${kind}: ${why}`, () => equal(ratio(kind, more), wanted))

const complete = (): Partial<CoverageFacts> => {
  const web = anEnd('pod', 'web', zoneA, 'shop')
  const { sums, catalogue } = worldOf([{ key: aSeries(web, web), amounts: [60, 0, 60, 0, 1] }])
  return { total: totalsOf([sums], catalogue, undefined, priceAt(0.01, 2 ** 30)) }
}
const sentences: [why: string, more: Partial<CoverageFacts>, wanted: string[]][] = [
  ['nothing is missing', {}, []],
  [
    'a node without an agent',
    { nodes: ['a', 'b', 'c'] },
    ['c: no agent; what these nodes send counts only as far as the other end has one'],
  ],
  [
    'many nodes without an agent are told as a number',
    { nodes: ['a', 'b', ...'cdefghij'] },
    ['c, d, e, f, g and 3 more: no agent; what these nodes send counts only as far as the other end has one'],
  ],
  [
    'responders that several Services claim',
    {
      severalServices: {
        bytes: 15,
        responders: [
          { responder: 'data/db', services: ['data/db', 'data/db-headless'], bytes: 10 },
          ...[...'abcde'].map(name => ({ responder: name, services: ['data/x', 'data/y'], bytes: 1 })),
        ],
        more: 2,
      },
    },
    [
      '25 % of bytes count for a workload and for no Service: several answer at its port, or the port is not known: data/db (data/db, data/db-headless), a (data/x, data/y), b (data/x, data/y), c (data/x, data/y), d (data/x, data/y) and 3 more',
    ],
  ],
  [
    'an agent that has gone silent',
    { agents: [anAgent('a', now), anAgent('b', now - 4 * MINUTE_MS)] },
    ['b: no batch for 4 min'],
  ],
  [
    'a minute that was given away',
    { decisions: [...minutes('a', 90, 95), ...minutes('b', 91, 95), decision('b', 90, 'witness')] },
    ['b: not covered in 1 node minutes; counted there is what the other end saw'],
  ],
  [
    'a range that begins before the first agent did',
    { decisions: [...minutes('a', 92, 95), ...minutes('b', 92, 95)] },
    ['nothing was watched before 1970-01-01 01:32 UTC'],
  ],
  ['a range that nobody watched', { decisions: [] }, ['nothing was watched in this range']],
  [
    'connections without counters',
    {
      agents: [
        anAgent('a', now, { report: aReport({ entries: 100, entriesWithoutCounters: 12 }) }),
        anAgent('b', now, { report: aReport({ entries: 0 }) }),
      ],
    },
    [
      '12 % of live connections have no counters: accounting was switched on after they opened; they count once they reconnect',
    ],
  ],
  [
    'a clock that is wrong',
    { agents: [anAgent('a', now), anAgent('b', now, { clockOffsetMs: -180_000, clockIsWrong: true })] },
    ["b: its clock is 3 min behind the server's; windows are shifted by that"],
  ],
  [
    'a node that claims more than its card can carry',
    { agents: [anAgent('a', now), anAgent('b', now, { aboveLineRateBytes: 5 })] },
    ["b: claims more than its line can carry; those windows are set aside, the other ends' counts stand in"],
  ],
  ['an open server', { open: true }, ['server runs open: anyone who reaches the agents port may report for any node']],
  [
    'one secret for all',
    { agents: [anAgent('a', now, { identity: 'asserted' }), anAgent('b', now)] },
    ['node identity is asserted: one secret is shared by all agents'],
  ],
]
for (const [why, more, wanted] of sentences)
  test(`told: ${why}`, () => deepEqual(summarise(facts({ ...complete(), ...more }), range).gaps, wanted))

test('bytes without a place or crossing are told with what that means for the cost', () => {
  const { gaps } = summarise(facts(), range)
  deepEqual(gaps, [
    '40 % of bytes have an end that the directory cannot place',
    '40 % of bytes have an unknown crossing and are in no cost',
  ])
})

const scoped = { scope: new Set(['shop']) }

test('in a scope the figures are of the own bytes only', () => {
  const { parts } = summarise(facts(scoped), range)
  deepEqual(
    parts.map(({ kind, seen, of }) => [kind, seen, of]),
    [
      ['bytes placed', 60, 100],
      ['zones compared', 60, 100],
    ],
  )
})

test('in a scope gaps of the cluster are one sentence, without a name or a figure', () => {
  const { gaps } = summarise(facts({ ...complete(), ...scoped, agents: [anAgent('a', now)] }), range)
  deepEqual(gaps, [
    'some nodes or connections of the cluster are not fully seen: a viewer of all namespaces sees which',
  ])
  deepEqual(summarise(facts({ ...complete(), ...scoped }), range).gaps, [])
})

const states: [why: string, heardAgo: number, windowAgo: number, wanted: string][] = [
  ['reports on time', 1_000, 11_000, 'live'],
  ['is three windows behind', 1_000, 36_000, 'late'],
  ['has not been heard for the sealing time', 15 * MINUTE_MS + 1, 16 * MINUTE_MS, 'silent'],
]
for (const [why, heard, window, wanted] of states)
  test(`${wanted}: an agent that ${why}`, () => {
    const agent = anAgent('a', now, { lastHeardAt: epochMs(now - heard), lastWindowTo: epochMs(now - window) })
    equal(agentState(agent, now), wanted)
  })

test('decisions are kept for an hour; before that the store is asked', () => {
  const recent = new RecentDecisions(minute(0))
  recent.add([decision('a', 10)], minute(10))
  recent.sealed({
    decisions: [decision('a', 80), decision('b', 80)],
    sealedUntil: epochMs(81 * MINUTE_MS),
    audit: { smallerBytes: 1, largerBytes: 2 },
  })
  recent.sealed({
    decisions: [decision('a', 80, 'witness')],
    sealedUntil: epochMs(81 * MINUTE_MS),
    audit: { smallerBytes: 10, largerBytes: 20 },
  })
  const hour = { from: epochMs(30 * MINUTE_MS), to: now }
  equal(recent.within({ ...hour, from: epochMs(10 * MINUTE_MS) }), undefined)
  deepEqual(
    recent.within(hour)?.map(one => [one.node, one.counted]),
    [
      ['a', 'witness'],
      ['b', 'primary'],
    ],
  )
  deepEqual(recent.audit(hour), { smallerBytes: 11, largerBytes: 22 })
})

test('what the VPCs’ map is without is told to viewers of everything, and to nobody else by name', () => {
  const mapGaps = ['all VPCs: DescribeFlowLogs denied']
  const gaps = (more: Partial<CoverageFacts>) =>
    summarise(facts({ mapGaps, ...more }), range).gaps.filter(gap => gap.includes('VPC'))
  deepEqual([gaps({}), gaps(scoped)], [mapGaps, []])
})
