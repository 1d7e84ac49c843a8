import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { zoneKey } from '@weir/contract/zones.ts'
import { splitByAccount } from '../../../server/billing/accounts.ts'
import type { SeriesEnd, SeriesKey } from '../../../server/store/series.ts'
import { anEnd, aSeries } from '../answers/world.ts'

const zone = (account: string, letter: string) =>
  zoneKey({ region: 'us-east-1', name: `us-east-1${letter}`, id: `use1-az-${letter}`, ...(account && { account }) })
const pod = (account: string, letter = 'a') => anEnd('pod', 'web', zone(account, letter), 'shop')
const rds = (account: string, letter = 'b'): SeriesEnd => ({
  ...anEnd('aws', 'db', zone(account, letter)),
  workloadKind: 'RDS',
})
const both = { initiator: 1, responder: 1 } as const

interface Rule {
  readonly why: string
  readonly initiator: SeriesEnd
  readonly responder: SeriesEnd
  readonly more?: Partial<SeriesKey>
  readonly accounts?: readonly string[]
  readonly ours: readonly [0 | 1, 0 | 1]
}
const rules: readonly Rule[] = [
  { why: 'within one account both sides are ours', initiator: pod('1'), responder: rds('1'), ours: [1, 1] },
  { why: 'where accounts are not known both are ours', initiator: pod(''), responder: rds(''), ours: [1, 1] },
  { why: 'where one is not known both are ours', initiator: pod('1'), responder: rds(''), ours: [1, 1] },
  { why: "another account's database pays its own half", initiator: pod('1'), responder: rds('2'), ours: [1, 0] },
  { why: 'also where it opened the connection', initiator: rds('2'), responder: pod('1'), ours: [0, 1] },
  { why: 'two clusters of two accounts, one bill', initiator: pod('1'), responder: pod('2', 'b'), ours: [1, 1] },
  {
    why: 'two clusters of two accounts, the bill of one',
    ...{ initiator: pod('1'), responder: pod('2', 'b'), accounts: ['1'], ours: [1, 0] },
  },
  {
    why: 'the bill of both accounts has both halves',
    ...{ initiator: pod('1'), responder: rds('2'), accounts: ['1', '2'], ours: [1, 1] },
  },
  {
    why: 'a node in between is ours: its half, not that of the end behind it',
    ...{ initiator: rds('2'), responder: pod('1'), more: { leg: 'first', viaZone: zone('1', 'a') }, ours: [0, 1] },
  },
]
for (const { why, initiator, responder, more, accounts = [], ours } of rules)
  test(why, () => {
    const split = splitByAccount(aSeries(initiator, responder, more), both, new Set(accounts))
    deepEqual(split, { ours: { initiator: ours[0], responder: ours[1] }, elsewhere: 2 - ours[0] - ours[1] })
  })

test('a side that AWS does not charge is on nobody’s bill', () => {
  const split = splitByAccount(aSeries(pod('1'), rds('2')), { initiator: 1, responder: 0 }, new Set())
  deepEqual(split, { ours: { initiator: 1, responder: 0 }, elsewhere: 0 })
})
