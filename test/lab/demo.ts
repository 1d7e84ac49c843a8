/**
 * `npm start`: the lab, a server, an agent in every node and a shop's traffic, until Ctrl-C. Where no lab can be made it
 * replays recordings of one through the same agents and server, and says so.
 *
 *   --port 8080          of the page; where it is taken, a free one
 *   --mtu 1500           of the lab's network
 *   --window-ms N        how often agents report (default: their own)
 *   --source recording   replay although a lab could be made
 */
import { parseArgs } from 'node:util'
import { prepareSystem } from '../system.ts'
import { openLab } from './lab.ts'
import { buildPage } from './page.ts'
import { homeOfRecordings } from './recorded.ts'
import { openRoom } from './room.ts'
import { shop } from './shop.ts'
import { listenFor, shopTraffic, startConversations } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { type Home, homeIn, startWeir } from './weir/weir.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    mtu: { type: 'string', default: '1500' },
    'window-ms': { type: 'string' },
    source: { type: 'string', default: 'lab' },
  },
})
if (values.source !== 'lab' && values.source !== 'recording')
  throw new Error(`--source ${values.source}: must be lab or recording`)

const stop = new AbortController()
const stopped = new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve()))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const missing = values.source === 'lab' ? await prepareSystem(['root', 'ip', 'nft', 'ethtool']) : new Set<string>()
buildPage()
if (values.source === 'lab' && missing.size === 0) await live()
else await replayed(missing.size === 0 ? '--source recording' : `no lab here: ${[...missing].join(', ')} missing`)
process.exit()

async function live(): Promise<void> {
  const layout = shop(Number(values.mtu))
  console.log(`making a lab: ${layout.nodes.length} nodes in ${layout.zones.length} zones, ${layout.pods.length} pods`)
  await using lab = await openLab(layout)
  const work = async () => {
    const endpoints = new Endpoints(lab)
    await listenFor(lab, endpoints)
    startConversations(lab, endpoints, shopTraffic)
    await show(homeIn(lab), 'Real connections of this machine’s kernel; live pairs show within 30 s.')
  }
  await Promise.race([stopped, work()])
  console.log('\nremoving the lab')
}

async function replayed(why: string): Promise<void> {
  console.log(`NO LIVE TRAFFIC (${why}): replaying a recording of the lab's kernels, over and over`)
  await using room = await openRoom(() => ({ namespaces: [], links: [] }))
  await Promise.race([stopped, show(homeOfRecordings(room, shop(1500)), 'A recording, not traffic of this machine.')])
}

/** Until a program fails, which is an error with the end of its log. */
async function show(home: Home, what: string): Promise<void> {
  const windowMs = values['window-ms']
  const weir = await startWeir(home, {
    dashboardPort: Number(values.port),
    ...(windowMs === undefined ? {} : { windowMs: Number(windowMs), dumpEveryMs: Number(windowMs) }),
  })
  console.log(`\n  ${weir.url}\n\n${what} Ctrl-C ends it and removes everything.`)
  await weir.anyEnded()
  if (!stop.signal.aborted) weir.mustRun()
}
