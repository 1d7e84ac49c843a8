import type { FlowLogReceipt, ReaderReport } from '@weir/contract/flow-log-wire.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { WIRE_VERSION } from '@weir/contract/version.ts'
import type { Log } from '../log.ts'
import { pause, UNAUTHORISED_WAIT_MS } from '../uplink/backoff.ts'
import type { ObjectBatch } from './batch.ts'
import type { FlowLogServer, Refused } from './flow-log-server.ts'
import type { FlowLogObjects, ListedObject } from './objects.ts'
import { Backlog, type HeldLease, heldLease, nextStep, patience, tailFrom } from './plan.ts'
import { ReadFault } from './read-fault.ts'
import { readObject } from './read-object.ts'
import type { Totals } from './totals.ts'

/** What is read: what arrives, or a range of the past. */
export type Range =
  | {
      readonly mode: 'tail'
      /** How far before the newest object late ones are looked for, ms. */
      readonly lookBackMs: number
      /** How far back a start looks for what was read last, ms: what came while no reader ran is read then. */
      readonly catchUpMs: number
      readonly pollMs: number
    }
  | {
      readonly mode: 'import'
      readonly from: EpochMs
      readonly to: EpochMs
      /** A tail that holds the lease gives way. */
      readonly takesOver?: boolean
    }

export interface ReaderOptions {
  readonly cluster: string
  readonly identity: Pick<ReaderReport, 'version' | 'process'>
  readonly range: Range
  readonly objects: FlowLogObjects
  readonly server: Pick<FlowLogServer, 'lease' | 'objects' | 'batch'>
  readonly totals: Totals
  /** What a flow log logs (vpc-, subnet-, eni-), by its id; undefined: not known. */
  readonly resourceOf: (flowLog: string) => string | undefined
  readonly log: Log
  readonly now: () => EpochMs
  readonly random: () => number
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onProgress?: () => void
}

/** Something that is not the object's fault came up: leave all alone for a while, then go on. */
class Interrupted extends Error {
  readonly refused: Refused

  constructor(refused: Refused) {
    super(refused.detail)
    this.refused = refused
  }
}

/** Reads flow logs object by object and sends their sums. What it does next is decided in plan.ts. */
export class FlowLogReader {
  readonly #options: ReaderOptions
  readonly #backlog = new Backlog()
  #lease: HeldLease | undefined
  #listAt: EpochMs | undefined
  #notBefore = epochMs(0)
  #failures = 0
  /** The server counts by what formats carry: it is told of a new one before it gets records in it. */
  #isReportDue = false
  /** From when on a tail lists; set by its first listing. */
  #from: EpochMs | undefined

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#listAt = epochMs(0)
  }

  get backlog(): Pick<Backlog, 'size' | 'waitingBytes'> {
    return this.#backlog
  }

  get holdsLease(): boolean {
    return this.#lease !== undefined && this.#options.now() < this.#lease.endsAt
  }

  /** Until the signal comes, or, for an import, until all of the range was read or set aside. */
  async run(signal: AbortSignal): Promise<void> {
    const { now, wait } = this.#options
    while (!signal.aborted) {
      const moment = now()
      const next = this.#backlog.next(moment)
      const step = nextStep({ lease: this.#lease, next, listAt: this.#listAt, notBefore: this.#notBefore }, moment)
      if (step.do === 'end') return
      if (step.do === 'wait') await wait(Math.max(0, step.until - moment), signal)
      else
        try {
          if (step.do === 'ask for the lease') await this.#askForLease()
          else if (step.do === 'list') await this.#list(signal)
          else await this.#read(step.object, step.committed, signal)
          this.#failures = 0
        } catch (error) {
          if (signal.aborted) return
          this.#interrupted(error)
        }
    }
  }

  async #askForLease(): Promise<void> {
    const { server, cluster, identity, range, totals, now } = this.#options
    const report = totals.report({ ...identity, mode: range.mode }, this.#backlog.size)
    const askedAt = now()
    const takesOver = range.mode === 'import' && range.takesOver === true
    const answer = await server.lease({
      ...{ version: WIRE_VERSION, cluster, reader: identity.process, report },
      ...(takesOver && { takesOver }),
    })
    if (answer.kind !== 'ok') {
      if (answer.kind === 'conflict') this.#lease = undefined
      throw new Interrupted(answer)
    }
    const { lease, expiresInMs } = answer.value
    // Another one than before: another reader may have been at work in between.
    if (this.#lease !== undefined && this.#lease.id !== lease) this.#askAnew()
    this.#lease = heldLease(lease, expiresInMs, askedAt)
    this.#isReportDue = false
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { objects, server, range, now } = this.#options
    const moment = now()
    const isFirst = this.#from === undefined
    const from = range.mode === 'import' ? range.from : (this.#from ?? epochMs(moment - range.catchUpMs))
    const to = range.mode === 'import' ? range.to : epochMs(moment + 3_600_000)
    const listed: ListedObject[] = []
    for await (const object of objects.list(from, to, signal)) listed.push(object)
    const unknown = this.#backlog.unknown(listed)
    const answer = await server.objects(
      this.#lease?.id ?? '',
      unknown.map(({ id }) => id),
    )
    if (answer.kind !== 'ok') throw new Interrupted(answer)
    this.#backlog.learn(unknown, answer.value)
    this.#listAt = range.mode === 'import' ? undefined : epochMs(moment + range.pollMs)
    if (range.mode === 'import') return
    const readFrom = tailFrom(this.#backlog.newestCommitted, moment, range.lookBackMs)
    if (isFirst) this.#backlog.leavePast(readFrom)
    this.#from = epochMs(Math.max(readFrom, from))
    this.#backlog.forgetSettled(this.#from)
  }

  async #read(listed: ListedObject, committed: number, signal: AbortSignal): Promise<void> {
    const { objects, totals, log, now, resourceOf, onProgress } = this.#options
    try {
      const open = await objects.open(listed, signal)
      const onFormat: Parameters<typeof readObject>[1]['onFormat'] = format => {
        const isNew = totals.format(listed.flowLog, listed.place, format, resourceOf(listed.flowLog))
        this.#isReportDue ||= isNew
      }
      if (open.format !== undefined) onFormat(open.format)
      for await (const batch of readObject(open, { committed, isWhole: listed.isWhole, onFormat })) {
        await this.#send(listed, batch)
        onProgress?.()
      }
      this.#backlog.finished(listed)
      if (listed.isWhole) totals.objectsRead++
      totals.bytesRead += listed.size ?? 0
    } catch (error) {
      if (!(error instanceof ReadFault)) {
        if (!(error instanceof Interrupted)) this.#backlog.postponed(listed, now())
        throw error
      }
      const fate = this.#backlog.failed(listed, error.reason, now())
      if (fate === 'set aside') totals.aside(error.reason)
      else totals.triedAgain(error.reason)
      log.warn(fate === 'set aside' ? 'an object is set aside' : 'an object could not be read', {
        object: listed.id,
        reason: error.reason,
        detail: error.message,
      })
    }
    onProgress?.()
  }

  /** Renews the lease on the way: an object may take longer than it lasts. */
  async #send(listed: ListedObject, { newestEnd, ...batch }: ObjectBatch): Promise<void> {
    const { server, cluster, totals, now } = this.#options
    const { from, to, isLast } = batch.records
    // Of an object that goes on later there may be nothing new.
    if (from === to && !isLast) return
    const isRenewalDue = this.#lease !== undefined && now() >= this.#lease.renewAt
    if (isRenewalDue || this.#isReportDue) await this.#askForLease()
    const answer = await server.batch({
      version: WIRE_VERSION,
      cluster,
      lease: this.#lease?.id ?? '',
      object: listed.id,
      ...batch,
    })
    if (answer.kind === 'never') throw new ReadFault('refused by the server', answer.detail)
    if (answer.kind !== 'ok') throw new Interrupted(answer)
    this.#backlog.progressed(listed.id, committedBy(answer.value, to))
    totals.sent({ ...batch, newestEnd })
  }

  #interrupted(error: unknown): void {
    const { log, totals, now, random } = this.#options
    this.#failures++
    const refused = error instanceof Interrupted ? error.refused : undefined
    const detail = refused?.detail ?? String(error)
    let waitMs = patience(this.#failures, refused?.afterMs, random())
    switch (refused?.kind) {
      case 'conflict':
        totals.trouble('lease held by another')
        log.info('another reader holds the lease, or did meanwhile', { detail })
        this.#lease = undefined
        this.#askAnew()
        break
      case 'not decided':
        totals.trouble('minutes not decided')
        log.info('the server waits for agents before it takes newer minutes', { detail })
        break
      case 'unauthorised':
        totals.trouble('unauthorised')
        log.warn('the server does not accept this reader', { detail })
        waitMs = UNAUTHORISED_WAIT_MS * (0.5 + random() / 2)
        break
      case undefined:
        totals.trouble('AWS')
        log.warn('AWS did not give flow logs', { detail, failures: this.#failures })
        break
      default:
        totals.trouble('server')
        log.warn('the server did not take flow logs', { detail, failures: this.#failures })
    }
    this.#notBefore = epochMs(now() + waitMs)
  }

  /** What the server has of the waiting objects may have changed: they are listed and asked for once more. */
  #askAnew(): void {
    this.#backlog.forgetWaiting()
    this.#listAt = epochMs(0)
  }
}

/** What is committed after a batch up to `to`: the server's word, which after a duplicate may be more. */
const committedBy = ({ records }: FlowLogReceipt, to: number): number => Math.max(records, to)

export const realWait = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, signal)
