import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kubeconfigText } from '../../kubernetes-api/kubeconfig.ts'
import { KubernetesApi } from '../../kubernetes-api/server.ts'
import { clusterObjects } from '../cluster-objects.ts'
import { type Whereabouts, writeDirectory } from '../directory-file.ts'
import type { Layout, NodeSpec } from '../layout.ts'
import type { Room } from '../room.ts'

/** Where the server learns who is who, and how it knows its agents. */
export interface WeirSurroundings {
  readonly serverArguments: readonly string[]
  /** File with what a node's agent shows the server. */
  credentialOf(node: NodeSpec): string
  /** The cluster looks like this from now on. @param now where more than its pods' places changed */
  show(moved: Whereabouts, now?: Layout): void
}

export const surroundingsOf = { file: fileAndSecret, kubernetes: kubernetesAndTokens } as const
export type DirectoryKind = keyof typeof surroundingsOf

/** @throws RangeError when there is no such kind. */
export function directoryKind(text: string): DirectoryKind {
  if (text === 'file' || text === 'kubernetes') return text
  throw new RangeError(`--directory is file or kubernetes, not ${text}`)
}

/** A directory file, and one secret for all agents. */
async function fileAndSecret(room: Room, layout: Layout): Promise<WeirSurroundings> {
  const secret = join(room.folder, 'secret')
  const file = join(room.folder, 'directory.yaml')
  writeFileSync(secret, randomBytes(24).toString('hex'), { mode: 0o600 })
  writeDirectory(file, layout)
  return {
    serverArguments: ['--directory-file', file, '--secret-file', secret],
    credentialOf: () => secret,
    show: (moved, now = layout) => writeDirectory(file, now, moved),
  }
}

const AUDIENCE = 'weir'
const SERVICE_ACCOUNT = 'weir/weir-agent'

/** An API server that lists the lab as a cluster, and a token of its own for the agent of every node. */
async function kubernetesAndTokens(room: Room, layout: Layout): Promise<WeirSurroundings> {
  const api = new KubernetesApi()
  let shown: ReturnType<typeof clusterObjects> = []
  const show = (moved: Whereabouts, now = layout): void => {
    const objects = clusterObjects(now, moved)
    const uids = new Set(objects.map(([, { metadata }]) => metadata.uid))
    // A pod that moves is gone before its successor comes.
    for (const [resource, { metadata }] of shown)
      if (!uids.has(metadata.uid)) api.delete(resource, `${metadata.namespace ?? ''}/${metadata.name}`)
    const known = new Set(shown.map(listed => JSON.stringify(listed)))
    for (const listed of objects) if (!known.has(JSON.stringify(listed))) api.put(...listed)
    shown = objects
  }
  show(new Map())
  await api.listen()
  room.onClose(() => api.close())
  const kubeconfig = join(room.folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText({ server: api.url }))
  const tokens = new Map(
    layout.nodes.map(({ name }) => {
      const file = join(room.folder, `token-${name}`)
      const node = { name, uid: `node-${name}` }
      const pod = { name: `weir-agent-${name}`, uid: `weir-agent-${name}` }
      const token = { serviceAccount: SERVICE_ACCOUNT, audience: AUDIENCE, node, pod, expiresInSeconds: 24 * 3600 }
      writeFileSync(file, api.tokens.issue(token), { mode: 0o600 })
      return [name, file]
    }),
  )
  return {
    serverArguments: [
      ...['--directory', 'kubernetes', '--cluster', layout.cluster, '--kubeconfig', kubeconfig],
      ...['--agent-auth', 'token-review', '--agent-audience', AUDIENCE, '--agent-service-account', SERVICE_ACCOUNT],
    ],
    credentialOf: ({ name }) => tokens.get(name) ?? '',
    show,
  }
}
