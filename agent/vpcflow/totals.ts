import {
  type ReaderReport,
  type ReadFlowLog,
  type SkippedReason,
  skippedReasons,
} from '@weir/contract/flow-log-wire.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { ObjectBatch } from './batch.ts'
import type { Format } from './format.ts'
import { type FaultReason, faultReasons } from './read-fault.ts'

/** What became of requests and tries that failed without being an object's fault. */
export const troubles = ['server', 'AWS', 'lease held by another', 'minutes not decided', 'unauthorised'] as const
export type Trouble = (typeof troubles)[number]

/** What a reader has done since its process began; only grows. */
export class Totals {
  readonly skipped = new Map<SkippedReason, number>(skippedReasons.map(reason => [reason, 0]))
  readonly setAside = new Map<FaultReason, number>(faultReasons.map(reason => [reason, 0]))
  readonly retried = new Map<FaultReason, number>(faultReasons.map(reason => [reason, 0]))
  readonly troubles = new Map<Trouble, number>(troubles.map(trouble => [trouble, 0]))
  readonly #flowLogs = new Map<string, ReadFlowLog>()
  objectsRead = 0
  recordsRead = 0
  rowsSent = 0
  bytesRead = 0
  newestRecord: EpochMs | null = null

  /** A batch that the server has now. */
  sent({ records, rows, skipped, newestEnd }: ObjectBatch): void {
    this.recordsRead += records.to - records.from
    this.rowsSent += rows.count
    for (const reason of skippedReasons) increase(this.skipped, reason, skipped[reason] ?? 0)
    if (newestEnd * 1000 > (this.newestRecord ?? 0)) this.newestRecord = epochMs(newestEnd * 1000)
  }

  aside(reason: FaultReason): void {
    increase(this.setAside, reason, 1)
  }

  triedAgain(reason: FaultReason): void {
    increase(this.retried, reason, 1)
  }

  trouble(what: Trouble): void {
    increase(this.troubles, what, 1)
  }

  /**
   * @param id flow-log-id or place. @param resource what it logs, where that is known
   * @returns whether that was not known yet
   */
  format(id: string, place: string, { missing }: Format, resource: string | undefined): boolean {
    const before = this.#flowLogs.get(id)?.missing.map(({ field }) => field)
    const isNew = before?.join() !== missing.map(({ field }) => field).join()
    this.#flowLogs.set(id, { id, place, missing, ...(resource !== undefined && { resource }) })
    return isNew
  }

  get flowLogs(): readonly ReadFlowLog[] {
    return [...this.#flowLogs.values()]
  }

  report(identity: Pick<ReaderReport, 'version' | 'process' | 'mode'>, backlogObjects: number): ReaderReport {
    return {
      ...identity,
      flowLogs: this.flowLogs,
      objectsRead: this.objectsRead,
      recordsRead: this.recordsRead,
      objectsSetAside: Object.fromEntries([...this.setAside].filter(([, count]) => count > 0)),
      backlogObjects,
      newestRecord: this.newestRecord,
    }
  }
}

const increase = <Key>(counts: Map<Key, number>, key: Key, by: number) => counts.set(key, (counts.get(key) ?? 0) + by)
