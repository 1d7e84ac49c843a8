/**
 * `npm run lab:latency` (root, chromium): from bytes sent in a pod to their number in a frame of a real browser, with
 * agents at their default window of 10 s and at 1 s. About 7 minutes.
 *
 *   --json   the last line is one object with the distributions and bars
 *
 * Exit 1 when a bar is missed.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { prepareSystem } from '../system.ts'
import { type Lab, openLab } from './lab.ts'
import { type Distribution, distribution } from './latency/distribution.ts'
import { type Watcher, watchPage } from './latency/watcher.ts'
import { podOf, serviceOf } from './layout.ts'
import { buildPage } from './page.ts'
import { shop } from './shop.ts'
import { listenFor, targetOf } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { homeIn, startWeir } from './weir/weir.ts'

/** Agents' window and interval of reads, samples a pair, and the bar for 95 % of them. */
const rounds = [
  { windowMs: 10_000, dumpEveryMs: 5000, samples: 12, p95UnderMs: 12_000 },
  { windowMs: 1000, dumpEveryMs: 1000, samples: 25, p95UnderMs: 3000 },
] as const

/** Quiet pairs, each its own clock: initiator's pod and the Service it calls. */
const pairs = [
  ['web-0', 'cart'],
  ['cart-0', 'redis'],
  ['checkout-0', 'postgres'],
  ['search-0', 'recommend'],
  ['metrics-0', 'registry'],
  ['kafka-2', 'postgres'],
  ['recommend-0', 'redis'],
  ['backup-0', 'postgres'],
] as const

/** Payload of a sample: large enough to show in three digits of a sum of all samples. */
const SAMPLE_BYTES = 200_000
const PATIENCE_MS = 60_000

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const missing = await prepareSystem(['root', 'ip', 'nft', 'ethtool', 'chromium'])
if (missing.size > 0) throw new Error(`the measurement cannot run here: ${[...missing].join(', ')} missing`)
buildPage()

const results: (Distribution & { windowMs: number; p95UnderMs: number; met: boolean })[] = []
for (const round of rounds) {
  await using lab = await openLab(shop(1500))
  const endpoints = new Endpoints(lab)
  await listenFor(lab, endpoints)
  const weir = await startWeir(homeIn(lab), round)
  await using watcher = await watchPage(weir.url)
  const times = await Promise.all(pairs.map(([from, to]) => sampleOf(lab, endpoints, watcher, from, to, round)))
  const spread = distribution(times.flat())
  const result = {
    windowMs: round.windowMs,
    p95UnderMs: round.p95UnderMs,
    ...spread,
    met: spread.p95 < round.p95UnderMs,
  }
  results.push(result)
  console.log(line(result))
}
const met = results.every(result => result.met)
if (values.json) console.log(JSON.stringify({ bar: 'p95 from a pod to a frame of the browser', results, met }))
process.exit(met ? 0 : 1)

/** One sample after the other on one pair, at moments that have nothing to do with the agents' windows. */
async function sampleOf(
  lab: Lab,
  endpoints: Endpoints,
  watcher: Watcher,
  from: string,
  to: string,
  { windowMs, samples }: { readonly windowMs: number; readonly samples: number },
): Promise<number[]> {
  const initiator = podOf(lab.layout, from).workload.name
  const responder = serviceOf(lab.layout, to).workload
  const target = { ...targetOf(lab.layout, `service:${to}`), up: SAMPLE_BYTES, down: 1000 }
  const times: number[] = []
  for (let i = 0; i < samples; i++) {
    await delay(Math.random() * windowMs)
    const seen = watcher.next(initiator, responder, PATIENCE_MS)
    const sentAt = Date.now()
    await endpoints.do(from, { kind: 'connections', ...target, times: 1, perSecond: 1 })
    times.push((await seen).at - sentAt)
  }
  return times
}

function line({ windowMs, samples, p50, p95, p99, max, p95UnderMs, met }: (typeof results)[number]): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
  const figures = `median ${seconds(p50)}, 95 % ${seconds(p95)}, 99 % ${seconds(p99)}, longest ${seconds(max)}`
  return `windows of ${seconds(windowMs)}: ${samples} samples, ${figures}; bar: 95 % under ${seconds(p95UnderMs)}${met ? '' : ' MISSED'}`
}
