import {
  type AgentReport,
  type Batch,
  type BatchWindow,
  type Dialled,
  dialledAs,
  type Leg,
  legs,
  NONE,
  type Role,
  roles,
} from '@weir/contract/agent-wire.ts'
import { rowColumns, windowOf } from '@weir/contract/batch-codec.ts'

export interface TestRow {
  readonly initiator: string | number
  readonly responder: string | number
  readonly via?: string | number
  readonly leg?: Leg
  readonly role?: Role
  readonly dialled?: Dialled
  readonly service?: number
  readonly protocol?: number
  readonly port?: number
  readonly generation?: number
  /** Bytes towards the responder, towards the initiator; wire bytes are 2 % more, rounded up, where not given. */
  readonly bytes: readonly [number, number]
  readonly wire?: readonly [number, number]
  readonly connections?: number
}

export interface TestBatch {
  readonly cluster?: string
  readonly node?: string
  readonly epoch?: string
  readonly sequence?: number
  readonly part?: Batch['part']
  readonly from: number
  readonly to: number
  readonly kind?: BatchWindow['kind']
  readonly rows: readonly TestRow[]
  readonly report?: AgentReport
}

export const wireOf = (bytes: number): number => Math.ceil(bytes * 1.02)

/** A batch as an agent would send it. */
export function batchOf(given: TestBatch): Batch {
  const ends: (string | number)[] = []
  const indexOf = (end: string | number): number => {
    const at = ends.indexOf(end)
    return at >= 0 ? at : ends.push(end) - 1
  }
  const services: number[] = []
  const rows = rowColumns(given.rows.length)
  for (const [i, row] of given.rows.entries()) {
    rows.initiator[i] = indexOf(row.initiator)
    rows.responder[i] = indexOf(row.responder)
    rows.via[i] = row.via === undefined ? NONE : indexOf(row.via)
    rows.leg[i] = legs.indexOf(row.leg ?? 'direct')
    rows.role[i] = roles.indexOf(row.role ?? 'primary')
    rows.dialled[i] = dialledAs.indexOf(row.dialled ?? 'direct')
    rows.service[i] = row.service === undefined ? NONE : services.push(row.service) - 1
    rows.protocol[i] = row.protocol ?? 6
    rows.port[i] = row.port ?? 0
    rows.generation[i] = row.generation ?? 0
    rows.bytesToResponder[i] = row.bytes[0]
    rows.bytesToInitiator[i] = row.bytes[1]
    rows.wireToResponder[i] = row.wire?.[0] ?? wireOf(row.bytes[0])
    rows.wireToInitiator[i] = row.wire?.[1] ?? wireOf(row.bytes[1])
    rows.connections[i] = row.connections ?? 0
  }
  return {
    version: 1,
    cluster: given.cluster ?? 'lab',
    node: given.node ?? 'a1',
    epoch: given.epoch ?? 'epoch-1',
    sequence: given.sequence ?? 1,
    part: given.part ?? { index: 0, of: 1 },
    window: windowOf(given.from, given.to, given.kind ?? 'live'),
    ends,
    services,
    rows,
    report: given.report ?? reportOf({}),
  }
}

export const reportOf = (some: Partial<AgentReport>): AgentReport => ({
  agentVersion: '0.1.0',
  process: 'p1',
  startedAt: windowOf(0, 1, 'live').from,
  mode: 'dump+events',
  accounting: 'on',
  events: 'on',
  timestamps: 'on',
  mtu: 1500,
  entries: 0,
  tableMax: 0,
  entriesWithoutCounters: 0,
  dumpMs: 0,
  dumpCpuMs: 0,
  dumpEveryMs: 5000,
  spoolBytes: 0,
  spoolWindows: 0,
  rssBytes: 0,
  cpuMsTotal: 0,
  uplinkBytesTotal: 0,
  labelBytesTotal: 0,
  losses: {},
  ...some,
})
