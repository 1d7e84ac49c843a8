/**
 * `npm start`: the lab, a server, an agent in every node and a shop's traffic, until Ctrl-C.
 *
 *   --port 8080     of the page; where it is taken, a free one
 *   --mtu 1500      of the lab's network
 *   --window-ms N   how often agents report (default: their own)
 */
import { parseArgs } from 'node:util'
import { prepareSystem } from '../system.ts'
import { type Lab, openLab } from './lab.ts'
import { buildPage } from './page.ts'
import { shop } from './shop.ts'
import { listenFor, shopTraffic, startConversations } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { homeIn, startWeir, type Weir } from './weir/weir.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    mtu: { type: 'string', default: '1500' },
    'window-ms': { type: 'string' },
  },
})

const stop = new AbortController()
const stopped = new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve()))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const missing = await prepareSystem(['root', 'ip', 'nft', 'ethtool'])
if (missing.size > 0) throw new Error(`the lab cannot run here: ${[...missing].join(', ')} missing`)
buildPage()
const layout = shop(Number(values.mtu))
console.log(`making a lab: ${layout.nodes.length} nodes in ${layout.zones.length} zones, ${layout.pods.length} pods`)
{
  await using lab = await openLab(layout)
  await Promise.race([stopped, runShop(lab)])
  console.log('\nremoving the lab')
}
process.exit()

/** Until a program fails, which is an error with the end of its log. */
async function runShop(lab: Lab): Promise<void> {
  const endpoints = new Endpoints(lab)
  await listenFor(lab, endpoints)
  startConversations(lab, endpoints, shopTraffic)
  const weir: Weir = await startWeir(homeIn(lab), options())
  console.log(`\n  ${weir.url}\n\nLive pairs show within 30 s. Ctrl-C ends it and removes everything.`)
  await weir.anyEnded()
  if (!stop.signal.aborted) weir.mustRun()
}

function options(): { dashboardPort: number; windowMs?: number; dumpEveryMs?: number } {
  const windowMs = values['window-ms']
  return {
    dashboardPort: Number(values.port),
    ...(windowMs === undefined ? {} : { windowMs: Number(windowMs), dumpEveryMs: Number(windowMs) }),
  }
}
