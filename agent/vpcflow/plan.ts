import type { ObjectId, ObjectsAnswer } from '@weir/contract/flow-log-wire.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { waitAfter } from '../uplink/backoff.ts'
import type { ListedObject } from './objects.ts'
import type { FaultReason } from './read-fault.ts'

/** How often an object is read again before it is set aside. */
export const TRIES = 3
/** The wait before the second try, doubled for the third: what is cut or not there yet may be whole by then. */
const RETRY_MS = 60_000
/** A lease is renewed when this share of it is left. */
const RENEW_AT = 0.5

/** What a reader does next. */
export type Step =
  | { readonly do: 'ask for the lease' }
  | { readonly do: 'list' }
  | { readonly do: 'read'; readonly object: ListedObject; readonly committed: number }
  | { readonly do: 'wait'; readonly until: EpochMs }
  | { readonly do: 'end' }

export interface HeldLease {
  readonly id: string
  readonly renewAt: EpochMs
  readonly endsAt: EpochMs
}

/** All that a step depends on. */
export interface Situation {
  readonly lease: HeldLease | undefined
  /** The object that is to be read first, and from when on; undefined: none waits. */
  readonly next: { readonly object: ListedObject; readonly committed: number; readonly notBefore: EpochMs } | undefined
  /** When objects are to be listed again; undefined: never again, this reader ends. */
  readonly listAt: EpochMs | undefined
  /** The server or AWS asked for patience, or did not answer. */
  readonly notBefore: EpochMs
}

/** First the lease, then what is new, then one object at a time, the oldest first. */
export function nextStep({ lease, next, listAt, notBefore }: Situation, now: EpochMs): Step {
  if (now < notBefore) return { do: 'wait', until: notBefore }
  if (lease === undefined || now >= lease.renewAt) return { do: 'ask for the lease' }
  if (listAt !== undefined && now >= listAt) return { do: 'list' }
  if (next !== undefined && now >= next.notBefore) return { do: 'read', object: next.object, committed: next.committed }
  if (next === undefined && listAt === undefined) return { do: 'end' }
  return { do: 'wait', until: earliest([lease.renewAt, listAt, next?.notBefore]) }
}

export const heldLease = (id: string, expiresInMs: number, askedAt: EpochMs): HeldLease => ({
  id,
  renewAt: epochMs(askedAt + expiresInMs * RENEW_AT),
  endsAt: epochMs(askedAt + expiresInMs),
})

/**
 * How long to leave server and AWS alone after a failure.
 * @param failures in a row, from 1. @param afterMs what the server asked for. @param random in [0, 1)
 */
export const patience = (failures: number, afterMs: number | undefined, random: number): number =>
  (afterMs ?? 0) + waitAfter(failures, random)

/**
 * From when on a tail reads. What lies up to the look-back before the newest object that was ever committed is read: late
 * files come with older names. Where nothing was committed yet, the past is the import's.
 */
export function tailFrom(newestCommitted: EpochMs | undefined, now: EpochMs, lookBackMs: number): EpochMs {
  return epochMs((newestCommitted ?? now) - lookBackMs)
}

interface Waiting {
  readonly object: ListedObject
  committed: number
  tries: number
  notBefore: EpochMs
}

/** Objects that are known: which wait, which are done with. Holds no clock; decides no step. */
export class Backlog {
  readonly #waiting = new Map<ObjectId, Waiting>()
  /** Done, or set aside, with its time: they are listed again and again while they are within the look-back. */
  readonly #settled = new Map<ObjectId, EpochMs>()
  #newestCommitted: EpochMs | undefined

  get size(): number {
    return this.#waiting.size
  }

  /** The newest object that the server has records of; undefined: none. */
  get newestCommitted(): EpochMs | undefined {
    return this.#newestCommitted
  }

  get waitingBytes(): number {
    let bytes = 0
    for (const { object } of this.#waiting.values()) bytes += object.size ?? 0
    return bytes
  }

  /** Those of the listed that the server must be asked about. */
  unknown(listed: readonly ListedObject[]): readonly ListedObject[] {
    return listed.filter(({ id }) => !this.#waiting.has(id) && !this.#settled.has(id))
  }

  /** What the server knows of objects that were unknown. */
  learn(objects: readonly ListedObject[], answers: ObjectsAnswer['objects']): void {
    for (const [at, object] of objects.entries()) {
      const { records = 0, isDone = false } = answers[at] ?? {}
      if (records > 0 || isDone) this.#committed(object)
      if (isDone) this.#settled.set(object.id, object.at)
      else this.#waiting.set(object.id, { object, committed: records, tries: 0, notBefore: epochMs(0) })
    }
  }

  /** What waits from before that moment and was never begun is left alone: the past is the import's. */
  leavePast(from: EpochMs): void {
    for (const [id, { object, committed }] of this.#waiting)
      if (object.at < from && committed === 0) this.#waiting.delete(id)
  }

  /** Objects from before that moment are not listed any more. */
  forgetSettled(from: EpochMs): void {
    for (const [id, at] of this.#settled) if (at < from) this.#settled.delete(id)
  }

  /** The one to read first: of those that may be read now the oldest, else the one that may be read soonest. */
  next(now: EpochMs): Situation['next'] {
    let best: Waiting | undefined
    for (const waiting of this.#waiting.values()) if (best === undefined || isBefore(waiting, best, now)) best = waiting
    return best
  }

  /** Read to its end; one that is not whole yet is offered again with the next listing. */
  finished(object: ListedObject): void {
    this.#waiting.delete(object.id)
    if (object.isWhole) this.#settled.set(object.id, object.at)
    this.#committed(object)
  }

  /** Records of it that are committed by now. */
  progressed(id: ObjectId, committed: number): void {
    const waiting = this.#waiting.get(id)
    if (waiting !== undefined) waiting.committed = committed
  }

  /** Reading it failed by its own fault. @returns what becomes of it */
  failed({ id, at }: ListedObject, reason: FaultReason, now: EpochMs): 'again later' | 'set aside' {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return 'set aside'
    waiting.tries++
    if (waiting.tries < TRIES && !isFinal(reason)) {
      waiting.notBefore = epochMs(now + RETRY_MS * 2 ** (waiting.tries - 1))
      return 'again later'
    }
    this.#waiting.delete(id)
    this.#settled.set(id, at)
    return 'set aside'
  }

  /** Reading it failed, and not by its own fault as far as anybody knows: the others go first for a while. */
  postponed({ id }: ListedObject, now: EpochMs): void {
    const waiting = this.#waiting.get(id)
    if (waiting !== undefined) waiting.notBefore = epochMs(now + RETRY_MS)
  }

  /** The lease was lost: what the server has of the waiting ones must be asked again. */
  forgetWaiting(): void {
    this.#waiting.clear()
  }

  #committed({ at }: ListedObject): void {
    if (this.#newestCommitted === undefined || at > this.#newestCommitted) this.#newestCommitted = at
  }
}

/** Another try cannot help. */
const isFinal = (reason: FaultReason): boolean =>
  reason === 'unknown format' || reason === 'transit gateway' || reason === 'refused by the server'

function isBefore(a: Waiting, b: Waiting, now: EpochMs): boolean {
  const [aReady, bReady] = [a.notBefore <= now, b.notBefore <= now]
  if (aReady !== bReady) return aReady
  if (!aReady && a.notBefore !== b.notBefore) return a.notBefore < b.notBefore
  return a.object.at - b.object.at < 0 || (a.object.at === b.object.at && a.object.id < b.object.id)
}

const earliest = (moments: readonly (EpochMs | undefined)[]): EpochMs =>
  epochMs(Math.min(...moments.filter(moment => moment !== undefined)))
