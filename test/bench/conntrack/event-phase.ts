import type { ObservedWindow } from '../../../agent/sources/flow-source.ts'
import { totals } from '../../agent/sources/collector.ts'
import { LabProgram } from '../../agent/sources/router-lab.ts'
import { atLeast, atMost, type Bar } from '../ingest/bars.ts'
import { sendUdp } from './packets.ts'
import type { BenchSpace } from './space.ts'

const RATES = [20_000, 50_000, 100_000, 150_000, 200_000, 300_000]
const RATE_SECONDS = 4
const PROMISED_PER_SECOND = 5000
const SHORT_SECONDS = 20

/** Ends of connections: the highest rate at which none is lost, and what happens beyond. */
export async function eventPhase(space: BenchSpace, say: (line: string) => void) {
  await space.shell('conntrack -F 2>/dev/null')
  const figures = []
  let highest = 0
  for (const rate of RATES) {
    const watch = startWatch(space)
    await watch.says()
    const churn = space.program('./program-churn.ts', { rate, seconds: RATE_SECONDS })
    const { made, perSecond } = await churn.says<{ made: number; perSecond: number }>()
    const windows = await finish(watch)
    const stats = windows.at(-1)?.stats
    const heard = stats?.eventsTotal ?? 0
    const lost = stats?.lostEventsTotal ?? 0
    figures.push({ rate, perSecond, made, heard, lost, overruns: stats?.overrunsTotal ?? 0 })
    say(`${perSecond} ends/s: ${heard} of ${made} heard, the kernel says ${lost} lost`)
    if (lost === 0 && heard === made) highest = Math.max(highest, perSecond)
    else if (heard + lost !== made) throw new Error(`${made - heard - lost} ends were lost and not counted`)
    if (lost > 0 || perSecond < rate * 0.8) break // it is lost, or this machine makes no more
  }
  say(`highest rate without loss: ${highest} ends/s`)
  return {
    figures: { rates: figures, highest },
    bars: [atLeast('ends without loss', highest, PROMISED_PER_SECOND, '/s')],
  }
}

/** Short connections with real packets: what came out against what was sent, and against nft. */
export async function shortPhase(space: BenchSpace, say: (line: string) => void) {
  await space.shell('conntrack -F 2>/dev/null; sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1')
  const before = await space.sentBytes()
  const watch = startWatch(space)
  await watch.says()
  const count = PROMISED_PER_SECOND * SHORT_SECONDS
  const sent = await sendUdp(space, 0, count, PROMISED_PER_SECOND, true)
  const windows = await finish(watch)
  await space.shell('sysctl -qw net.netfilter.nf_conntrack_udp_timeout=3600')
  const counted = totals(windows)
  const nft = (await space.sentBytes()) - before
  const stats = windows.at(-1)?.stats
  say(
    `${sent.perSecond} new connections/s for ${SHORT_SECONDS} s: sent ${sent.bytes} B, nft ${nft} B, ` +
      `weir ${counted.up} B in ${counted.connections} of ${count} connections; ` +
      `${stats?.eventsTotal} ends heard, ${stats?.lostEventsTotal} lost`,
  )
  const bars: Bar[] = [
    atLeast('new connections per second', sent.perSecond, PROMISED_PER_SECOND * 0.98, '/s'),
    atMost('bytes lost of short connections', Math.abs(sent.bytes - counted.up), 0, 'B'),
    atMost('short connections not counted', Math.abs(count - counted.connections), 0, ''),
  ]
  return { figures: { ...sent, nft, counted, events: stats?.eventsTotal, lost: stats?.lostEventsTotal }, bars }
}

/** Live conntrack with its defaults. */
const startWatch = (space: BenchSpace): LabProgram => {
  const file = new URL('../../agent/sources/program-watch.ts', import.meta.url).pathname
  return new LabProgram(space.spawn(process.execPath, [file, JSON.stringify({ options: { mtu: 1500 } })]))
}

/** Stops it, and gives all its windows. */
async function finish(watch: LabProgram): Promise<ObservedWindow[]> {
  watch.tell({ stop: true })
  const windows: ObservedWindow[] = []
  for (;;) {
    const told = await watch.says<{ window?: ObservedWindow; stopped?: true }>()
    if (told.stopped === true) return windows
    if (told.window !== undefined) windows.push(told.window)
    watch.tell({ durable: true })
  }
}
