import type { RequestListener } from 'node:http'
import type { Part } from '@weir/contract/parts.ts'
import type { ServerSettings } from './config.ts'
import { createListener, createTlsListener } from './http.ts'
import type { Log } from './log.ts'
import { readSecrets } from './secrets.ts'
import { AgentsTls } from './trust/agents-tls.ts'
import { Gate } from './trust/gate.ts'
import { type WaysInOptions, waysIn } from './trust/ways-in.ts'

export interface AgentsDoorOptions extends Pick<WaysInOptions, 'review' | 'nodeOfPod' | 'further'> {
  readonly settings: ServerSettings
  /** Epoch ms. */
  readonly now: () => number
  readonly log: Log
}

/** The port for agents: who is let in, and over what. */
export interface AgentsDoor {
  readonly gate: Gate
  /** The listener of what stands behind the door, and what keeps its certificates fresh, in the order they start. */
  listen(app: RequestListener): readonly Part[]
  /** Changes of certificates that could not be taken up. */
  certificateFailures(): number
}

/** @throws Error when a file that the settings name cannot be used; it says which. */
export async function createAgentsDoor(options: AgentsDoorOptions): Promise<AgentsDoor> {
  const { settings, now, log } = options
  const line = (text: string) => log('info', 'trust', text)
  const { agentAuth, open, secretFile, agentsTlsCert: cert, agentsTlsKey: key, agentsClientCa: clientCa } = settings
  const secrets = agentAuth.includes('secret') && !open ? await readSecrets(secretFile) : []
  const gate = new Gate({ authenticate: waysIn({ ...options, secrets, log: line }), now, log: line })
  const tls = cert === '' ? undefined : await AgentsTls.read({ cert, key, clientCa }, line)
  return {
    gate,
    certificateFailures: () => tls?.failures ?? 0,
    listen(app) {
      if (tls === undefined) return [createListener('agents', settings.agentsListen, app, log)]
      const listener = createTlsListener('agents', settings.agentsListen, app, tls.options, log)
      tls.attach(listener.server)
      return [listener, tls]
    },
  }
}
