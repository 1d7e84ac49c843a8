import { randomUUID } from 'node:crypto'
import { type AgentReport, batchHeaders, dialledAs, NONE } from '@weir/contract/agent-wire.ts'
import { encodeBatch, rowColumns } from '@weir/contract/batch-codec.ts'
import { epochMs } from '@weir/contract/units.ts'
import { WIRE_VERSION } from '@weir/contract/version.ts'

/** A directory file of two zones with a node each: web and search in us-east-1a, gateway and kafka in us-east-1b. */
export function toyDirectory(since: Date): string {
  const at = `since: ${since.toISOString()}`
  const pod = (namespace: string, app: string, node: string, address: string) =>
    `  - { namespace: ${namespace}, name: ${app}-0, node: ${node}, addresses: [${address}], ${at},
      workload: { kind: Deployment, name: ${app} }, ports: [{ port: 8080 }] }`
  const service = (namespace: string, app: string, address: string) =>
    `  - { namespace: ${namespace}, name: ${app}, addresses: [${address}], ${at},
      ports: [{ port: 80, targetPort: 8080 }], workloads: [{ kind: Deployment, name: ${app} }] }`
  return `cluster: toy
zones:
  - { name: us-east-1a, id: use1-az1, region: us-east-1 }
  - { name: us-east-1b, id: use1-az2, region: us-east-1 }
nodes:
  - { name: node-a, zone: us-east-1a, addresses: [10.0.1.1], ${at} }
  - { name: node-b, zone: us-east-1b, addresses: [10.0.2.1], ${at} }
subnets: []
pods:
${pod('shop', 'web', 'node-a', '10.0.1.10')}
${pod('search', 'api', 'node-a', '10.0.1.11')}
${pod('payments', 'gateway', 'node-b', '10.0.2.10')}
${pod('streams', 'kafka', 'node-b', '10.0.2.11')}
services:
${service('payments', 'gateway', '172.20.0.10')}
${service('streams', 'kafka', '172.20.0.11')}
`
}

export const toyPods = {
  web: '10.0.1.10',
  search: '10.0.1.11',
  gateway: '10.0.2.10',
  kafka: '10.0.2.11',
} as const
type ToyPod = keyof typeof toyPods

/** What a connection's hop carried in a window, both ways. */
export interface ToyHop {
  readonly from: ToyPod
  readonly to: ToyPod
  readonly bytesToResponder: number
  readonly bytesToInitiator: number
  /** The responder's Service was dialled, not its own address. */
  readonly isByService?: boolean
}

const TCP = 6

interface ToyWindow {
  readonly from: number
  readonly to: number
}

/** The newest whole second. */
function lastSecond(): ToyWindow {
  const to = Math.floor(Date.now() / 1000) * 1000
  return { from: to - 1000, to }
}

/** The whole minute that began so many minutes before this one. */
export function minuteAgo(minutes: number): ToyWindow {
  const from = (Math.floor(Date.now() / 60_000) - minutes) * 60_000
  return { from, to: from + 60_000 }
}

/** Speaks for one node, as an agent would. */
export class ToyAgent {
  readonly #node: string
  readonly #url: string
  readonly #secret: string
  readonly #epoch = randomUUID()
  #sequence = 0

  /** `url`: the server's listener for agents. */
  constructor(node: string, url: string, secret: string) {
    this.#node = node
    this.#url = url
    this.#secret = secret
  }

  /** Resolves when the batch is committed. @throws Error with the server's answer when it is not taken. */
  async send(hops: readonly ToyHop[], window = lastSecond()): Promise<void> {
    const rows = rowColumns(hops.length)
    const ends = hops.flatMap(hop => [toyPods[hop.from], toyPods[hop.to]])
    for (const [i, hop] of hops.entries()) {
      rows.initiator[i] = 2 * i
      rows.responder[i] = 2 * i + 1
      rows.via[i] = NONE
      rows.service[i] = NONE
      rows.dialled[i] = dialledAs.indexOf(hop.isByService === true ? 'cluster-ip' : 'direct')
      rows.protocol[i] = TCP
      rows.port[i] = 8080
      rows.bytesToResponder[i] = rows.wireToResponder[i] = hop.bytesToResponder
      rows.bytesToInitiator[i] = rows.wireToInitiator[i] = hop.bytesToInitiator
      rows.connections[i] = 1
    }
    const body = encodeBatch({
      version: WIRE_VERSION,
      cluster: 'toy',
      node: this.#node,
      epoch: this.#epoch,
      sequence: ++this.#sequence,
      part: { index: 0, of: 1 },
      window: { from: epochMs(window.from), to: epochMs(window.to), kind: 'live' },
      ends,
      services: [],
      rows,
      report: toyReport,
    })
    const response = await fetch(`${this.#url}/agent/v1/batches`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#secret}`,
        'content-type': 'application/octet-stream',
        [batchHeaders.sentAt]: `${Date.now()}`,
        [batchHeaders.oldestSequence]: '1',
      },
      body,
    })
    if (!response.ok) throw new Error(`the batch was not taken: ${response.status} ${await response.text()}`)
  }
}

const toyReport: AgentReport = {
  agentVersion: 'toy',
  process: 'toy-process',
  startedAt: epochMs(0),
  mode: 'replay',
  accounting: 'on',
  events: 'on',
  timestamps: 'on',
  mtu: 1500,
  entries: 10,
  tableMax: 1000,
  entriesWithoutCounters: 0,
  dumpMs: 1,
  dumpCpuMs: 1,
  dumpEveryMs: 1000,
  spoolBytes: 0,
  spoolWindows: 0,
  rssBytes: 0,
  cpuMsTotal: 0,
  uplinkBytesTotal: 0,
  labelBytesTotal: 0,
  losses: {},
}
