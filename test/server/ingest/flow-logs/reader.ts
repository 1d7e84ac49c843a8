import { encodeFlowLogBatch, flowLogColumns } from '@weir/contract/flow-log-codec.ts'
import {
  directions,
  type FlowLogBatch,
  type FlowLogReceipt,
  initiators,
  type LoggedInterface,
  type NextHop,
  NO_NEXT_HOP,
  type ReaderReport,
} from '@weir/contract/flow-log-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { ReaderAnswer } from '../../../../server/ingest/flow-logs/desk.ts'
import { M0, type Stage } from '../stage.ts'

/** One row of a flow log. Minutes count from M0. */
export interface LogRow {
  readonly at?: number
  /** interface-id. */
  readonly by: string
  readonly from: string
  readonly to: string
  /** pkt-srcaddr and pkt-dstaddr, where they differ. */
  readonly packet?: readonly [from: string, to: string]
  readonly direction?: (typeof directions)[number]
  readonly initiator?: (typeof initiators)[number]
  readonly port?: number
  /** 6 where not given. */
  readonly protocol?: number
  readonly next?: NextHop
  readonly bytes: number
}

export interface LogBatch {
  readonly object?: string
  readonly cluster?: string
  readonly lease?: string
  /** Records [from, to); one a row where it is not said. */
  readonly records?: readonly [from: number, to: number]
  readonly isLast?: boolean
  readonly rows: readonly LogRow[]
  /** What records say of the interfaces that wrote them. */
  readonly interfaces?: readonly LoggedInterface[]
}

export function logBatchOf(given: LogBatch): FlowLogBatch {
  const list = <T>() => ({ all: [] as T[], texts: new Map<string, number>() })
  const [addresses, interfaces, nextHops] = [list<string>(), list<LoggedInterface>(), list<NextHop>()]
  const indexIn = <T>({ all, texts }: { all: T[]; texts: Map<string, number> }, key: string, value: T): number => {
    const known = texts.get(key)
    if (known !== undefined) return known
    texts.set(key, all.length)
    return all.push(value) - 1
  }
  const rows = flowLogColumns(given.rows.length)
  for (const [i, row] of given.rows.entries()) {
    const [packetFrom, packetTo] = row.packet ?? [row.from, row.to]
    const described = given.interfaces?.find(one => one.id === row.by) ?? { id: row.by }
    rows.minute[i] = M0 + (row.at ?? 0)
    rows.interface[i] = indexIn(interfaces, row.by, described)
    rows.source[i] = indexIn(addresses, row.from, row.from)
    rows.destination[i] = indexIn(addresses, row.to, row.to)
    rows.packetSource[i] = indexIn(addresses, packetFrom, packetFrom)
    rows.packetDestination[i] = indexIn(addresses, packetTo, packetTo)
    rows.direction[i] = directions.indexOf(row.direction ?? 'egress')
    rows.initiator[i] = initiators.indexOf(row.initiator ?? 'source')
    rows.port[i] = row.port ?? 0
    rows.protocol[i] = row.protocol ?? 6
    rows.nextHop[i] = row.next === undefined ? NO_NEXT_HOP : indexIn(nextHops, JSON.stringify(row.next), row.next)
    rows.bytes[i] = row.bytes
    rows.packets[i] = 1
    rows.flows[i] = 1
  }
  const [from, to] = given.records ?? [0, given.rows.length]
  return {
    version: 2,
    cluster: given.cluster ?? 'lab',
    lease: given.lease ?? '',
    object: given.object ?? 's3://logs/one.log.gz#1',
    records: { from, to, isLast: given.isLast ?? true },
    skipped: {},
    interfaces: interfaces.all,
    addresses: addresses.all,
    nextHops: nextHops.all,
    rows,
  }
}

export const readerReport = (some: Partial<ReaderReport> = {}): ReaderReport => ({
  ...{ version: '0.1.0', process: 'p-1', mode: 'tail', flowLogs: [], objectsRead: 0, recordsRead: 0 },
  ...{ objectsSetAside: {}, backlogObjects: 0, newestRecord: null },
  ...some,
})

/** Objects are never named twice, whoever brings them. */
let objects = 0

/** A reader of flow logs at the door of a stage's ingest. */
export class TestReader {
  readonly #stage: Stage
  readonly name: string
  lease = 'none'

  constructor(stage: Stage, name = 'reader-1') {
    this.#stage = stage
    this.name = name
  }

  /** Takes or renews the lease. */
  takeLease(report: Partial<ReaderReport> = {}, takesOver?: boolean) {
    const { flowLogs } = this.#stage.ingest
    const request = { version: 2, cluster: 'lab', reader: this.name, takesOver, report: readerReport(report) }
    const answer = flowLogs.desk.lease(JSON.stringify(request), { identity: 'asserted' }, epochMs(this.#stage.now))
    if (answer.ok) this.lease = answer.value.lease
    return answer
  }

  /** Offers a batch as it is. */
  offer(batch: LogBatch): Promise<ReaderAnswer<FlowLogReceipt>> {
    const body = encodeFlowLogBatch(logBatchOf({ lease: this.lease, ...batch }))
    const now = epochMs(this.#stage.now)
    return this.#stage.ingest.flowLogs.desk.take(body, 'identity', { identity: 'asserted' }, now)
  }

  /** Brings rows as an object of their own; they must be taken. */
  async bring(rows: readonly LogRow[], interfaces?: readonly LoggedInterface[]): Promise<void> {
    this.takeLease()
    const object = `s3://logs/${this.name}-${objects++}.log.gz#1`
    const answer = await this.offer({ object, rows, ...(interfaces !== undefined && { interfaces }) })
    if (!answer.ok) throw new Error(`${answer.refusal.code}: ${answer.refusal.detail}`)
  }
}
