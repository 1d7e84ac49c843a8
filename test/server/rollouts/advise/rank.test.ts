import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type Candidate, candidate, withShareAfter } from '../../../../server/rollouts/advise/candidate.ts'
import { rank } from '../../../../server/rollouts/advise/rank.ts'
import type { Stream } from '../../../../server/rollouts/advise/stream.ts'
import { anEnd, aSeries, zoneA, zoneB } from '../../answers/world.ts'
import { priceAt } from '../../pricing/price-at.ts'

const GB = 2 ** 30
const stream = (name: string, gb: number, sides: 0 | 1 | 2 = 2): Stream => ({
  key: aSeries(anEnd('pod', 'web', zoneA, 'shop'), anEnd('pod', name, zoneB, 'shop')),
  near: 'us-east-1a',
  far: 'us-east-1b',
  crossing: 'cross-zone',
  wireBytes: gb * GB,
  connections: 1,
  sides,
})
const [cart, search, free] = [stream('cart', 100), stream('search', 50), stream('front', 500, 0)]

const moves = (subject: string, streams: readonly Stream[], more: Partial<Candidate> = {}, left = 0): Candidate =>
  candidate(
    {
      remedy: 'prefer the same zone',
      subject,
      namespace: 'shop',
      problem: '',
      moved: streams.map(one => withShareAfter(one, left)),
      risk: '',
      precondition: '',
      patches: [],
    },
    more,
  )
const ranked = (...candidates: readonly Candidate[]) => {
  const { rows } = rank(candidates, 'main', { price: priceAt(0.01, GB), monthsFactor: 1 })
  const subjects = new Map(rows.map(row => [row.id, row.subject]))
  return rows.map(row => [row.subject, row.savedPerMonth / 1e6, row.alternativeTo && subjects.get(row.alternativeTo)])
}

test('the largest saving comes first, and of what moves the same bytes the rest are alternatives, at the end', () => {
  deepEqual(ranked(moves('half of cart', [cart], {}, 0.5), moves('search', [search]), moves('cart', [cart])), [
    ['cart', 2, null],
    ['search', 1, null],
    ['half of cart', 1, 'cart'],
  ])
})

test('one that moves the bytes of two is an alternative to the one it meets; none of its bytes are added', () => {
  const both = moves('both', [cart, search])
  deepEqual(ranked(moves('cart', [cart]), both, moves('search', [search])), [
    ['both', 3, null],
    ['cart', 2, 'both'],
    ['search', 1, 'both'],
  ])
})

const risks: [why: string, more: Partial<Candidate>][] = [
  ['a zone above 1.5 times an even load', { loadFactor: 1.6 }],
  ['nodes where connections would be dropped', { dropsOn: ['node-1'] }],
  ['what says so itself', { isRisky: true }],
]
for (const [why, more] of risks)
  test(`${why} comes after what is safe, also of the same bytes`, () => {
    deepEqual(
      ranked(moves('risky', [cart], more), moves('search', [search])).map(([name]) => name),
      ['search', 'risky'],
    )
    deepEqual(ranked(moves('risky', [cart], more), moves('safe', [cart], {}, 0.5)), [
      ['safe', 1, null],
      ['risky', 2, 'safe'],
    ])
  })

test('a hot zone below 1.5 is no reason to come later', () => {
  deepEqual(
    ranked(moves('hot', [cart], { loadFactor: 1.4 }), moves('search', [search])).map(([name]) => name),
    ['hot', 'search'],
  )
})

test('what AWS does not bill saves nothing, and below a cent a month there is no advice', () => {
  deepEqual(ranked(moves('front', [free]), moves('little', [stream('few', 0.4)])), [])
})

test('what a remedy costs is taken off, and what it spares beside crossings is added', () => {
  deepEqual(ranked(moves('gateway', [cart], { ownMicroUsdPerMonth: 1_500_000 })), [['gateway', 0.5, null]])
  deepEqual(ranked(moves('gateway', [cart], { ownMicroUsdPerMonth: 2_500_000 })), [])
  deepEqual(ranked(moves('balancer', [cart], { spared: [{ bytes: 100 * GB, microUsdPerGb: 8_000 }] })), [
    ['balancer', 2.8, null],
  ])
})

test('an id is the same for the same thing to do, whatever it saves', () => {
  const id = (one: Candidate) => rank([one], 'main', { price: priceAt(0.01, GB), monthsFactor: 1 }).rows[0]?.id
  equal(id(moves('cart', [cart])), id(moves('cart', [search])))
  equal(
    new Set([id(moves('cart', [cart])), id(moves('cart', [cart], { variant: 'Local' })), id(moves('search', [cart]))])
      .size,
    3,
  )
})
