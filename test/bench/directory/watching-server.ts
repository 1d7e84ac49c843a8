import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kubeconfigText } from '../../kubernetes-api/kubeconfig.ts'
import { CLUSTER } from '../ingest/cluster.ts'
import { PinnedServer } from '../pinned-server.ts'

const START_MS = 150_000

/** A server on the first core that watches an API server. Resolves when everything is listed. */
export function startWatching(folder: string, apiUrl: string, nodeFlags: readonly string[]): Promise<PinnedServer> {
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText({ server: apiUrl }))
  const directory = { directory: 'kubernetes', cluster: CLUSTER, kubeconfig }
  return PinnedServer.start({ folder, core: 0, nodeFlags, directory, startMs: START_MS })
}
