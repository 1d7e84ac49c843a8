import type { ServerResponse } from 'node:http'
import {
  ANSWERED_AT,
  type BatchReceipt,
  batchHeaders,
  MAX_BATCH_COMPRESSED_BYTES,
  type Refusal,
} from '@weir/contract/agent-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import { Router } from 'express'
import type { Gate } from '../trust/gate.ts'
import { refuse as answerRefusal } from '../trust/refuse.ts'
import { readBody } from './body.ts'
import { encodingOf } from './inflate.ts'
import type { Intake } from './intake.ts'

/** Agents cut their windows at the same instant and come together: so many requests and bytes of bodies are held. */
const MAX_REQUESTS = 512
const MAX_BODY_BYTES = 64 * 1024 * 1024

export interface BatchRoutesOptions {
  readonly intake: Intake
  readonly gate: Gate
  readonly now: () => number
  /** false: nothing is taken, because the server starts or stops. */
  readonly isOpen: () => boolean
  readonly log: (line: string) => void
  /** Requests taken at once; more are asked to come again. Default 512. */
  readonly maxRequests?: number
}

/** POST /agent/v1/batches: see server/contract/agent-wire.ts. */
export function batchRoutes(options: BatchRoutesOptions): Router {
  const { intake, gate, now, isOpen, log, maxRequests = MAX_REQUESTS } = options
  const router = Router()
  let requests = 0
  let bodyBytes = 0

  router.post('/agent/v1/batches', async (request, response) => {
    const receivedAt = epochMs(now())
    const refuse = (refusal: Refusal) => {
      intake.refused(refusal.code)
      answerRefusal(response, refusal)
      // What was refused before it was read is thrown away, so that the connection can be used again.
      request.resume()
    }
    const identity = await gate.admit(request, 'batch')
    if ('reason' in identity) return refuse(identity)
    if (!isOpen()) return refuse({ code: 'storage', detail: 'the server is starting or stopping' })
    if (requests >= maxRequests || bodyBytes >= MAX_BODY_BYTES)
      return refuse({ code: 'busy', detail: `${requests} batches are being taken` })
    const encoding = encodingOf(request.headers['content-encoding'])
    if (encoding === undefined)
      return refuse({
        code: 'malformed',
        detail: `content-encoding ${request.headers['content-encoding']}: identity, gzip or zstd`,
      })
    requests++
    let held = 0
    try {
      const body = await readBody(request, MAX_BATCH_COMPRESSED_BYTES)
      if (body === 'cut off') return
      if (body === 'too large')
        return refuse({
          code: 'too large',
          detail: `more than ${MAX_BATCH_COMPRESSED_BYTES} bytes: send the rows in parts`,
        })
      held = body.length
      bodyBytes += held
      const taken = await intake.take({
        body,
        encoding,
        identity,
        receivedAt,
        sentAt: wholeNumber(request.headers[batchHeaders.sentAt]),
        clockAheadAtMost: wholeNumber(request.headers[batchHeaders.clockAheadAtMost]),
        oldestSequence: wholeNumber(request.headers[batchHeaders.oldestSequence]),
      })
      if (taken.ok) acknowledge(response, taken.receipt, now())
      else answerRefusal(response, taken.refusal)
    } catch (error) {
      // A bug of ours: the agent keeps its batch and comes again.
      log(`a batch could not be taken: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
      refuse({ code: 'storage', detail: 'the server failed to take this batch' })
    } finally {
      requests--
      bodyBytes -= held
    }
  })
  return router
}

function acknowledge(response: ServerResponse, receipt: BatchReceipt, answeredAt: number): void {
  const text = JSON.stringify(receipt)
  const length = Buffer.byteLength(text)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length, [ANSWERED_AT]: answeredAt })
  response.end(text)
}

function wholeNumber(header: string | string[] | undefined): number | undefined {
  const number = typeof header === 'string' && /^-?\d{1,16}$/.test(header) ? Number(header) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}
