/**
 * `npm run lab:rollout` (root): a Service is switched to PreferSameZone under traffic, its hints are lost half an hour
 * later, and what Weir says of it is held against the wire: the early reading needs half an hour on each side, so this
 * takes about 65 minutes.
 *
 *   --minutes 31   before the change, and after it
 *   --json         the last line is one object with all figures and bars
 *
 * Exit 1 when a bar is missed.
 */
import { parseArgs } from 'node:util'
import type { ShareReading } from '@weir/contract/rollout-queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { prepareSystem } from '../system.ts'
import { openLab } from './lab.ts'
import { measure } from './rollouts/measure.ts'
import { apply, changeOf, endOfMinutes, hintsLost, nextMinute, preferring } from './rollouts/rollout.ts'
import { CART, town } from './rollouts/town.ts'
import { listenFor } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { until } from './weir/answers.ts'
import { homeIn, startWeir } from './weir/weir.ts'

/** Weir's own sums of the same minutes: what of a share may be rounded, or under way at a cut. */
const TOLD_WITHIN = 0.005
/** Sealing, and the pace at which readings are made anew. */
const PATIENCE_MS = 8 * MINUTE_MS

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '31' }, json: { type: 'boolean', default: false } },
})
const minutes = Number(values.minutes)
if (!Number.isInteger(minutes) || minutes < 1)
  throw new Error(`--minutes ${values.minutes}: must be a whole number from 1`)
const missing = await prepareSystem(['root', 'ip', 'nft', 'ethtool', 'conntrack'])
if (missing.size > 0) throw new Error(`no lab here: ${[...missing].join(', ')} missing`)

await using lab = await openLab(town)
const endpoints = new Endpoints(lab)
await listenFor(lab, endpoints)
const weir = await startWeir(homeIn(lab), {
  directory: 'kubernetes',
  windowMs: 1000,
  dumpEveryMs: 1000,
  sealAfterMs: 20_000,
})
const stage = { lab, endpoints, weir }

console.log(`${minutes} min without preference`)
const before = (await measure(stage, [CART], endOfMinutes(minutes))).get(CART)
await nextMinute()
await apply(stage, preferring)
const change = await changeOf(stage, 'traffic distribution')
console.log(`${minutes} min with PreferSameZone`)
const after = (await measure(stage, [CART], endOfMinutes(minutes))).get(CART)
if (before === undefined || after === undefined) throw new Error('nothing was measured')

const readings: ShareReading[] = []
await until('the early reading has its minutes', PATIENCE_MS, async () => {
  readings.unshift(...(await weir.answers.rollout(change.id)).readings.filter(({ kind }) => kind === 'early'))
  return readings[0] !== undefined && readings[0].verdict !== 'not enough data'
}).catch((error: unknown) => console.log(String(error))) // its last words are told below, as a bar that is missed
const [reading] = readings
await nextMinute()
await apply(stage, hintsLost)
await changeOf(stage, 'hints lost')
const lost = (await measure(stage, [CART], endOfMinutes(1))).get(CART)

const wire = after.wire.share - before.wire.share
const interval = reading?.change ?? null
const bars: readonly [bar: string, holds: boolean][] = [
  ['before: told as on the wire', Math.abs(before.told.share - before.wire.share) < TOLD_WITHIN],
  ['after: told as on the wire', Math.abs(after.told.share - after.wire.share) < TOLD_WITHIN],
  ['the verdict is reduced', reading?.verdict === 'reduced'],
  ['its interval holds the change on the wire', interval !== null && interval.low <= wire && wire <= interval.high],
  [
    'without hints it climbs',
    lost !== undefined && lost.wire.share > 0.5 && Math.abs(lost.told.share - lost.wire.share) < TOLD_WITHIN,
  ],
]
console.log({ before, after, lost, wire, interval, verdict: reading?.verdict, why: reading?.why })
for (const [bar, holds] of bars) console.log(`${holds ? 'holds ' : 'MISSED'} ${bar}`)
if (values.json) console.log(JSON.stringify({ before, after, lost, wire, reading, bars }))
process.exitCode = bars.every(([, holds]) => holds) ? 0 : 1
