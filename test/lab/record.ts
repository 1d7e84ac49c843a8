/**
 * `node test/lab/record.ts` (root): makes the recordings that `npm start` replays where it cannot make a lab, anew, in
 * test/fixtures/recordings. About 90 seconds.
 */
import { copyFileSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { prepareSystem } from '../system.ts'
import { openLab } from './lab.ts'
import { recordingOf } from './recorded.ts'
import { shop } from './shop.ts'
import { type Conversation, listenFor, shopTraffic, startConversations } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { homeIn, startWeir } from './weir/weir.ts'

const RECORD_MS = 60_000

/** Every short connection stays in the table for two minutes, and each dump repeats it: fewer of them keep files small. */
const calm = (conversation: Conversation): Conversation =>
  conversation.shortLived === true ? { ...conversation, everyMs: conversation.everyMs * 10 } : conversation

const missing = await prepareSystem(['root', 'ip', 'nft', 'ethtool'])
if (missing.size > 0) throw new Error(`the lab cannot run here: ${[...missing].join(', ')} missing`)
await using lab = await openLab(shop(1500))
const endpoints = new Endpoints(lab)
await listenFor(lab, endpoints)
const rawFile = (key: string) => join(lab.room.folder, `${key}.rec`)
const home = { ...homeIn(lab), sourceOf: ({ key }: { key: string }) => ['--record-to', rawFile(key)] }
const weir = await startWeir(home)
startConversations(lab, endpoints, shopTraffic.map(calm))
await delay(RECORD_MS)
for (const node of lab.layout.nodes) {
  await weir.agent(node.key).stop('SIGTERM')
  mkdirSync(dirname(recordingOf(node)), { recursive: true })
  copyFileSync(rawFile(node.key), recordingOf(node))
  console.log(`${recordingOf(node)}: ${statSync(recordingOf(node)).size} bytes`)
}
