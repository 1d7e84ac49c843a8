import { text } from 'node:stream/consumers'
import type { Machine, Truth } from '../truth.ts'
import { billOf } from './cost-explorer.ts'
import { type SharePolicy, sharesOf } from './shares.ts'

/** The bill of a month and who has to pay for it, as a program of its own: the truth in, JSON out. */
const { truth, seenKinds, unseenKinds } = JSON.parse(await text(process.stdin)) as {
  readonly truth: Truth
  /** A transfer is seen when one of its ends is of the first kinds and none of the others. */
  readonly seenKinds: readonly Machine['kind'][]
  readonly unseenKinds: readonly Machine['kind'][]
}
const isSeen = (from: Machine, to: Machine): boolean =>
  [from, to].some(({ kind }) => seenKinds.includes(kind)) && ![from, to].some(({ kind }) => unseenKinds.includes(kind))
const policies: readonly SharePolicy[] = ['initiator', 'sender', 'split']
process.stdout.write(
  JSON.stringify({
    bill: billOf(truth),
    shares: Object.fromEntries(policies.map(policy => [policy, Object.fromEntries(sharesOf(truth, policy, isSeen))])),
  }),
)
