import { encodeFlowLogBatch } from '@weir/contract/flow-log-codec.ts'
import {
  type FlowLogBatch,
  type FlowLogReceipt,
  type FlowLogRefusal,
  type Lease,
  type LeaseRequest,
  MAX_OBJECTS_QUESTION,
  type ObjectId,
  type ObjectsAnswer,
} from '@weir/contract/flow-log-wire.ts'
import { retryAfter } from '../uplink/backoff.ts'
import { compress, ENCODING } from '../uplink/compress.ts'
import type { HttpAnswer, ServerClient } from '../uplink/http.ts'

const REQUEST_TIMEOUT_MS = 30_000

/** What the server said to a request that it answered with anything but 200. */
export type Refused =
  /** 409: this reader has not got the lease, or not the newest: ask for it, then for the objects, anew. */
  | { readonly kind: 'conflict'; readonly detail: string; readonly afterMs?: number | undefined }
  /** 503 `not decided`: agents may still report the newest minutes, and the server waits for them. */
  | { readonly kind: 'not decided'; readonly detail: string; readonly afterMs?: number | undefined }
  /** 429, 5xx, no answer: the same again later. */
  | { readonly kind: 'later'; readonly detail: string; readonly afterMs?: number | undefined }
  /** 401, 403: people put it right. */
  | { readonly kind: 'unauthorised'; readonly detail: string; readonly afterMs?: number | undefined }
  /** 400, 413: never as it is. */
  | { readonly kind: 'never'; readonly detail: string; readonly afterMs?: number | undefined }
export type Answer<T> = { readonly kind: 'ok'; readonly value: T } | Refused

/** The server's three routes for readers of flow logs. Nothing here throws for what a server can say. */
export class FlowLogServer {
  readonly #client: ServerClient
  readonly #now: () => number
  readonly #signal: AbortSignal
  #bytesMoved = 0

  constructor(client: ServerClient, now: () => number, signal: AbortSignal) {
    this.#client = client
    this.#now = now
    this.#signal = signal
  }

  /** Bytes of bodies, both ways: what reading flow logs itself costs. */
  get bytesMoved(): number {
    return this.#bytesMoved
  }

  lease(request: LeaseRequest): Promise<Answer<Lease>> {
    return this.#ask('lease', json(request), isLease)
  }

  /** @param objects any number: asked for in as many questions as it takes */
  async objects(lease: string, objects: readonly ObjectId[]): Promise<Answer<ObjectsAnswer['objects']>> {
    const all: ObjectsAnswer['objects'][number][] = []
    for (let at = 0; at < objects.length; at += MAX_OBJECTS_QUESTION) {
      const asked = objects.slice(at, at + MAX_OBJECTS_QUESTION)
      const answer = await this.#ask('objects', json({ lease, objects: asked }), isObjectsAnswer)
      if (answer.kind !== 'ok') return answer
      if (answer.value.objects.length !== asked.length)
        return { kind: 'later', detail: `${asked.length} objects asked for, ${answer.value.objects.length} answered` }
      all.push(...answer.value.objects)
    }
    return { kind: 'ok', value: all }
  }

  batch(batch: FlowLogBatch): Promise<Answer<FlowLogReceipt>> {
    const body = compress(encodeFlowLogBatch(batch))
    const headers = { 'content-type': 'application/octet-stream', 'content-encoding': ENCODING }
    return this.#ask('batches', { body, headers }, isReceipt)
  }

  async #ask<T>(route: string, { body, headers }: Body, isRight: (value: unknown) => value is T): Promise<Answer<T>> {
    let answer: HttpAnswer
    try {
      const path = `/agent/v1/flow-logs/${route}`
      answer = await this.#client.request({
        method: 'POST',
        path,
        headers,
        body,
        timeoutMs: REQUEST_TIMEOUT_MS,
        signal: this.#signal,
      })
    } catch (error) {
      return { kind: 'later', detail: error instanceof Error ? error.message : String(error) }
    }
    this.#bytesMoved += answer.bytesMoved
    if (answer.status !== 200) return refused(answer, this.#now())
    const value = parsed(answer.body)
    return isRight(value) ? { kind: 'ok', value } : { kind: 'later', detail: `${route}: an answer that cannot be read` }
  }
}

interface Body {
  readonly body: Uint8Array
  readonly headers: { readonly [name: string]: string }
}
const json = (value: unknown): Body => ({
  body: Buffer.from(JSON.stringify(value)),
  headers: { 'content-type': 'application/json' },
})

function refused({ status, headers, body }: HttpAnswer, now: number): Refused {
  const detail = `${status} ${body.toString('utf8', 0, 200)}`
  const afterMs = retryAfter(headers['retry-after'], now)
  if (status === 409) return { kind: 'conflict', detail, afterMs }
  if (status === 401 || status === 403) return { kind: 'unauthorised', detail, afterMs }
  if (status === 400 || status === 413) return { kind: 'never', detail, afterMs }
  const refusal = parsed(body)
  const code: FlowLogRefusal = 'not decided'
  return { kind: isRecord(refusal) && refusal.code === code ? code : 'later', detail, afterMs }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isLease = (value: unknown): value is Lease =>
  isRecord(value) && typeof value.lease === 'string' && isCount(value.expiresInMs)
const isReceipt = (value: unknown): value is FlowLogReceipt =>
  isRecord(value) && isCount(value.records) && typeof value.duplicate === 'boolean'
const isObjectsAnswer = (value: unknown): value is ObjectsAnswer =>
  isRecord(value) &&
  Array.isArray(value.objects) &&
  value.objects.every(one => isRecord(one) && isCount(one.records) && typeof one.isDone === 'boolean')
