import { EC2Client } from '@aws-sdk/client-ec2'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { type Log, lineLog } from '../log.ts'
import manifest from '../package.json' with { type: 'json' }
import { secretCredential, secretFileCredential } from '../uplink/credential.ts'
import { ServerClient } from '../uplink/http.ts'
import type { SharedSettings } from './config.ts'
import { FlowLogFacts } from './flow-log-facts.ts'
import { FlowLogServer } from './flow-log-server.ts'
import { FlowLogReader, type Range, realWait } from './reader.ts'
import { clientOptions, sourcesOf } from './sources.ts'
import { Totals } from './totals.ts'

const { randomUUID } = process.getBuiltinModule('node:crypto')

/** A reader with all that it needs of this process: what `weir flow-logs` and `weir import` share. */
export interface ReaderProcess {
  readonly reader: FlowLogReader
  readonly totals: Totals
  readonly server: FlowLogServer
  close(): void
}

export function readerProcess(
  settings: SharedSettings,
  range: Range,
  options: { readonly log: Log; readonly signal: AbortSignal; readonly onProgress?: () => void },
): ReaderProcess {
  const { cluster, serverUrl, secret, secretFile, tlsCa, tlsCert, tlsKey } = settings
  const { log, signal, onProgress } = options
  const now = (): EpochMs => epochMs(Date.now())
  const credential = secretFile === '' ? secretCredential(secret) : secretFileCredential(secretFile)
  const client = new ServerClient(serverUrl, credential, { ca: tlsCa, cert: tlsCert, key: tlsKey })
  const server = new FlowLogServer(client, now, signal)
  const facts = new FlowLogFacts(new EC2Client(clientOptions(settings)), log, now)
  const objects = sourcesOf(settings, facts, now)
  const totals = new Totals()
  const reader = new FlowLogReader({
    cluster,
    identity: { version: manifest.version, process: randomUUID() },
    range,
    objects,
    server,
    totals,
    resourceOf: flowLog => facts.resourceOf(flowLog),
    log,
    now,
    random: Math.random,
    wait: realWait,
    ...(onProgress && { onProgress }),
  })
  return {
    reader,
    totals,
    server,
    close() {
      objects.close()
      facts.close()
      client.close()
    },
  }
}

export const stderrLog = (): Log => lineLog(line => process.stderr.write(`${line}\n`), Date.now)

/** Aborted by SIGTERM or SIGINT. A second signal must not end the process half way. */
export function endSignal(): AbortSignal {
  const ending = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort())
  return ending.signal
}
