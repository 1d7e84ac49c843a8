import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DirectoryUpdate, LabelAnswer } from '@weir/contract/directory-wire.ts'
import { MAX_LABEL_QUESTION } from '@weir/contract/directory-wire.ts'
import { PinnedServer } from '../pinned-server.ts'
import { type BenchCluster, CLUSTER } from './cluster.ts'
import type { Known } from './windows.ts'

/** Reading a directory of 12,000 pods takes its time on one core that others use too. */
const START_MS = 180_000

/** A server on the first core that has the cluster from a file. */
export function startServer(
  folder: string,
  cluster: BenchCluster,
  nodeFlags: readonly string[] = [],
): Promise<PinnedServer> {
  const file = join(folder, 'directory.json')
  writeFileSync(file, cluster.directoryFile())
  return PinnedServer.start({ folder, core: 0, nodeFlags, directory: { 'directory-file': file }, startMs: START_MS })
}

/** The label ids and Service ids that agents would learn. */
export async function knownBy(server: PinnedServer, cluster: BenchCluster): Promise<Known> {
  const url = `http://127.0.0.1:${server.agentsPort}/agent/v1`
  const update = (await ask(`${url}/directory?node=${cluster.nodeName(0)}&cluster=${CLUSTER}`)) as DirectoryUpdate
  const labels = new Map<string, number>()
  const addresses = cluster.pods.map(pod => pod.address)
  for (let from = 0; from < addresses.length; from += MAX_LABEL_QUESTION) {
    const question = { node: cluster.nodeName(0), addresses: addresses.slice(from, from + MAX_LABEL_QUESTION) }
    const answer = (await ask(`${url}/labels`, JSON.stringify(question))) as LabelAnswer
    for (const { id, address, port } of answer.labels) if (port === undefined) labels.set(address, id)
  }
  return { labels, services: new Map(update.services.map(({ name, id }) => [name, id])) }
}

async function ask(url: string, body?: string): Promise<unknown> {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json()
}
