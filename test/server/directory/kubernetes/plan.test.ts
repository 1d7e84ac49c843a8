import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import {
  type Failure,
  firstPlan,
  nextPlan,
  type Outcome,
  type Plan,
  STALLED_MS,
  STOOD_MS,
} from '../../../../server/directory/kubernetes/plan.ts'

const now = epochMs(1_000_000_000_000)
const watching: Plan = {
  step: { kind: 'watch', resourceVersion: '7', timeoutSeconds: 300 },
  afterMs: 0,
  failures: 0,
  relistAt: epochMs(now + 1_000_000),
}
const listing: Plan = { ...watching, step: { kind: 'list', continue: 'page-2' } }

function failed(
  failure: Failure,
  more: { openMs?: number; retryAfterMs?: number; resourceVersion?: string } = {},
): Outcome {
  const { openMs = 0, retryAfterMs, resourceVersion } = more
  return { kind: 'failed', failure, detail: '', openMs, retryAfterMs, resourceVersion }
}

/** In words: what is done next, and after how many ms. */
function words({ step, afterMs }: Plan): string {
  const what =
    step.kind === 'watch' ? `watch from ${step.resourceVersion}` : `list ${step.continue ?? 'from the start'}`
  return `${what} after ${afterMs}`
}

const ended = (openMs: number): Outcome => ({ kind: 'watch ended', resourceVersion: '9', openMs })
const rows: [why: string, plan: Plan, outcome: Outcome, quietMs: number, next: string][] = [
  [
    'a page with more after it asks for the next one at once',
    listing,
    { kind: 'page', continue: 'page-3', resourceVersion: '8' },
    0,
    'list page-3 after 0',
  ],
  [
    'the last page is watched on from its version',
    listing,
    { kind: 'page', continue: undefined, resourceVersion: '8' },
    0,
    'watch from 8 after 0',
  ],
  ['a watch that stood and ended goes on where it was', watching, ended(STOOD_MS), 0, 'watch from 9 after 0'],
  ['a watch that ended at once waits', watching, ended(STOOD_MS - 1), 0, 'watch from 9 after 750'],
  ['a cut watch goes on where it was', watching, failed('cut', { resourceVersion: '9' }), 0, 'watch from 9 after 750'],
  ['one cut before its first frame too', watching, failed('cut'), 0, 'watch from 7 after 750'],
  ['a version that is too old needs a list', watching, failed('expired'), 0, 'list from the start after 750'],
  ['a token of a list that is too old begins it anew', listing, failed('expired'), 0, 'list from the start after 750'],
  ['a page that failed is asked for again', listing, failed('server error'), 0, 'list page-2 after 750'],
  ['a page that made no sense begins the list anew', listing, failed('garbled'), 0, 'list from the start after 750'],
  [
    'after long silence the version is not trusted',
    watching,
    failed('silent'),
    STALLED_MS,
    'list from the start after 750',
  ],
  ['nor is it after a quiet watch', watching, ended(STOOD_MS), STALLED_MS, 'list from the start after 0'],
  [
    'Retry-After is kept, and spread',
    watching,
    failed('throttled', { retryAfterMs: 8_000 }),
    0,
    'watch from 7 after 9000',
  ],
  [
    'but not for longer than five minutes',
    watching,
    failed('throttled', { retryAfterMs: 9e9 }),
    0,
    'watch from 7 after 337500',
  ],
  ['a missing right is asked for again in a minute', listing, failed('forbidden'), 0, 'list page-2 after 45000'],
]
for (const [why, plan, outcome, quietMs, next] of rows)
  test(why, () => assert.equal(words(nextPlan(plan, outcome, now, quietMs, 0.5)), next))

test('failures in a row wait twice as long each, up to half a minute, and never less than half of that', () => {
  const waits = (random: number): number[] => {
    let plan = watching
    return Array.from({ length: 8 }, () => {
      plan = nextPlan(plan, failed('unreachable'), now, 0, random)
      return plan.afterMs
    })
  }
  assert.deepEqual(waits(0), [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  const most = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]
  assert.ok(waits(0.999).every((ms, i) => ms < (most[i] ?? 0)))
})

test('a watch that stood forgives the failures before it', () => {
  const tired = { ...watching, failures: 9 }
  assert.equal(nextPlan(tired, failed('cut', { openMs: STOOD_MS }), now, 0, 0.5).afterMs, 750)
  assert.equal(nextPlan(tired, ended(STOOD_MS), now, 0, 0.5).failures, 0)
  assert.equal(nextPlan(tired, { kind: 'page', continue: undefined, resourceVersion: '8' }, now, 0, 0.5).failures, 9)
})

test('the list is made anew after three quarters to five quarters of a day, and then only once', () => {
  const hours = (random: number) => (firstPlan(now, random).relistAt - now) / 3_600_000
  assert.deepEqual([hours(0), hours(0.5)], [18, 24])
  assert.ok(hours(0.999) < 30)
  const due = { ...watching, relistAt: now }
  const relist = nextPlan(due, ended(STOOD_MS), now, 0, 0.5)
  assert.equal(words(relist), 'list from the start after 0')
  const listed = nextPlan(relist, { kind: 'page', continue: undefined, resourceVersion: '8' }, now, 0, 0.5)
  assert.equal(words(nextPlan(listed, ended(STOOD_MS), now, 0, 0.5)), 'watch from 9 after 0')
})

test('watches end on the server’s side after five to ten minutes, each at its own time', () => {
  const seconds = [0, 0.5, 0.999].map(random => {
    const { step } = nextPlan(watching, ended(STOOD_MS), now, 0, random)
    return step.kind === 'watch' ? step.timeoutSeconds : 0
  })
  assert.deepEqual(seconds, [300, 450, 599])
})
