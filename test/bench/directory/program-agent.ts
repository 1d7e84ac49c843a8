import { setTimeout as delay } from 'node:timers/promises'
import { epochMs } from '@weir/contract/units.ts'
import { DirectoryClient } from '../../../agent/directory/client.ts'
import { AgentDirectory } from '../../../agent/directory/directory.ts'
import { secretCredential } from '../../../agent/uplink/credential.ts'
import { ServerClient } from '../../../agent/uplink/http.ts'
import { CLUSTER } from '../ingest/cluster.ts'

/**
 * A real agent's directory and its client, in a process of its own: what they add to its memory. Arguments: URL of the
 * server, node, addresses to ask for. Prints { labels, addedMib } after garbage was collected on both sides.
 */
const [url = '', node = '', ...addresses] = process.argv.slice(2)
const log = { info: () => {}, warn: (message: string) => console.error(message) }
const now = () => epochMs(Date.now())
const none = { ca: '', cert: '', key: '' }
const client = new ServerClient(url, secretCredential(''), none)
const directory = new AgentDirectory(node, () => {})
const before = await settled()
const directoryClient = new DirectoryClient({
  client,
  directory,
  cluster: CLUSTER,
  node,
  log,
  now,
  random: Math.random,
  firstAnswerMs: 60_000,
})
await directoryClient.start()
await directoryClient.ask(new Set(addresses))
const after = await settled()
console.log(JSON.stringify({ labels: directory.labelCount, addedMib: Math.round((after - before) * 10) / 10 }))
await directoryClient.stop()
client.close()

/** Resident MiB once garbage is gone and its pages are given back. */
async function settled(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.()
    await delay(100)
  }
  return process.memoryUsage().rss / 1024 / 1024
}
